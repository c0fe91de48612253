#!/usr/bin/python3
"""Renders the default templates of all integration types with Python's Jinja2 and compares with the golden files.

<case>.in.json   {"type": slug, "payload": any JSON, ...}
<case>.out.json  every rendered template of that type for that payload

The templates come from templates.json (written and kept current by test_integration). So the expected texts are those of
an engine that is not ours; the C++ test renders the same cases with ours. `check.py --write` rewrites the outputs: read the
diff. Environment, filters and contexts: docs/spec/templates.md, sections 1 and 2.
"""
import json
import sys
from pathlib import Path

from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

HERE = Path(__file__).parent
RULES = ("source_link", "grouping_key", "resolve_signal", "acknowledge_signal")
MEMBERS = ("title", "message", "image_url")
CHANNELS = {"web": MEMBERS, "slack": MEMBERS, "sms": ("title",), "phone_call": ("title",), "telegram": MEMBERS}
FACTS = {
    "integration_name": "Prod alerts",
    "grafana_oncall_link": "https://oncall.example/groups/I1",
    "grafana_oncall_alert_group_id": 7,
    "grafana_oncall_incident_id": 7,
}


# docs/spec/ingestion.md, section 6.7, and the titles and keys of section 7's table, by hand: what the outputs must say whoever
# rendered them. "a.b" is member b of channel a; `...` matches anything.
SPEC = {
    "vector_alertmanager_a": {
        "web.title": "DiskFull (critical)",
        "sms.title": "DiskFull (critical)",
        "telegram.title": "DiskFull (critical)",
        "phone_call.title": "DiskFull, critical",
        "resolve_signal": "False",
        "web.message": "Severity: critical :rotating_light:\nStatus: firing :fire: (on the source)\nFiring alerts – 1\n"
        "Resolved alerts – 0\n[:book: Runbook:link:](https://rb/x)\n\nGroupLabels:\n- alertname: DiskFull\n"
        "- severity: critical\n\nCommonLabels:\n- alertname: DiskFull\n- instance: db1\n- severity: critical\n\n"
        "Annotations:\n- summary: db1 98%\n\n[View in AlertManager](http://prom/g)",
    },
    "vector_alertmanager_only_alertname": {"web.title": "X "},
    "vector_alertmanager_no_alertname": {"web.title": " (a, b)"},
    "vector_alertmanager_foreign_object": {
        "source_link": "Template Warning: ...",
        "web.title": " ",
        "web.message": "Status: Unknown :warning: (on the source)\n[View in AlertManager](...)",
        "grouping_key": "",
    },
    "vector_formatted_webhook_empty": {
        "web.message": "",
        "slack.message": "",
        "telegram.message": "",
        "source_link": "",
        "grouping_key": "",
        "resolve_signal": "False",
    },
    "vector_webhook_list": {"web.message": '```\n[\n    "x"\n]\n```', "resolve_signal": "False"},
    "vector_webhook_heartbeat": {"grouping_key": "\n7973c835-ff3f-46e4-9444-06df127b6f8e\n"},
    "vector_grafana_matches": {"web.message": "cpu high\n**host1**: 97\n**host2**: 91\n"},
    "alertmanager_firing": {
        "grouping_key": '{}/{team="db"}:{alertname="DiskFull"}',
        "source_link": "http://prom.example/graph?g0.expr=disk",
    },
    "grafana_alerting_resolved": {"web.title": "HighLatency (prod)"},
    "kapacitor_firing": {"web.title": "cpu:host=web1", "grouping_key": "cpu:host=web1"},
    "elastalert_firing": {"web.title": "Incident", "grouping_key": "5xx-spike", "source_link": None},
    "zabbix_firing": {"grouping_key": "48213"},
    "inbound_email_firing": {"grouping_key": "BACKUP FAILED ON DB1", "source_link": None},
    "grafana_firing": {"web.title": "[Alerting] CPU web", "sms.title": "CPU web", "grouping_key": "CPU web", "web.image_url": None},
    "grafana_empty_names": {
        "web.title": "GateStuck",
        "sms.title": "GateStuck",
        "grouping_key": "GateStuck",
        "web.message": "**Status**: firing\n**Labels:**\n*zone*: north\n*alertname*: GateStuck\n**Annotations:**\n"
        "*summary*: does not move\n",
    },
    "legacy_alertmanager_firing": {
        "grouping_key": "{'alertname': 'DiskFull', 'severity': 'critical', 'instance': 'db1:9100'}"
    },
    "legacy_alertmanager_empty": {"web.message": "Template Warning: ..."},
    "maintenance_empty": {"web.title": "Maintenance", "grouping_key": None, "resolve_signal": None},
    "datadog_firing": {"web.title": "High error rate", "web.message": "error rate > 5%", "grouping_key": "a1b2c3"},
    "sentry_firing": {"web.title": "TypeError: x is None", "grouping_key": "5431"},
    "pagerduty_firing": {
        "web.title": "Disk full on db1",
        "grouping_key": "Q2V4",
        "source_link": "https://acme.pagerduty.example/incidents/Q2V4",
    },
    "stackdriver_firing": {"web.title": "High CPU", "grouping_key": "0.mabc", "web.message": "CPU for acme vm-1 is above 0.9"},
    "pingdom_firing": {"web.title": "Home page DOWN", "grouping_key": "12345", "source_link": "https://www.example.org/"},
    "uptimerobot_firing": {"web.title": "Home page Down", "grouping_key": "https://www.example.org"},
    "prtg_firing": {"grouping_key": "2041 2026-01-05", "web.image_url": "https://prtg.example/chart.png?id=2041"},
    "appdynamics_firing": {"web.message": "Response time is high", "grouping_key": "shop/node-1"},
    "newrelic_firing": {"web.title": "Error rate", "web.message": "Error rate > 5%", "grouping_key": "901"},
    "jira_in_progress": {
        "web.title": "OPS-17 VPN down",
        "grouping_key": "OPS-17",
        "source_link": "https://acme.atlassian.example/browse/OPS-17",
        "acknowledge_signal": "True",
    },
    "jira_done": {"resolve_signal": "True"},
    "jira_deleted": {"resolve_signal": "True"},
    "zendesk_pending": {"acknowledge_signal": "True", "resolve_signal": "False", "grouping_key": "35436"},
    "zendesk_solved": {"acknowledge_signal": "False", "resolve_signal": "True"},
    "amazon_sns_firing": {
        "web.title": "cpu",
        "grouping_key": "cpu",
        "web.message": "State: ALARM\nRegion: EU (Ireland)\ncpu>90\nThreshold crossed",
    },
    "amazon_sns_text": {"web.title": "Alert", "web.message": "...hello <there>"},
}


def tojson_pretty(value):
    try:
        return json.dumps(value, sort_keys=True, indent=4, separators=(",", ": "), ensure_ascii=False)
    except (ValueError, AttributeError, TypeError):
        return None


ENVIRONMENT = SandboxedEnvironment()
ENVIRONMENT.filters["tojson_pretty"] = tojson_pretty


def render(source, context):
    """The text, or the error's text as OnCall shows it; every template gets its own copy of the payload."""
    if source is None:
        return None
    try:
        return ENVIRONMENT.from_string(source).render(**json.loads(json.dumps(context)))
    except (TypeError, KeyError, ValueError, UndefinedError) as error:
        return f"Template Warning: {error}"
    except (TemplateError, SecurityError, Exception) as error:
        return f"Template Error: {error}"


def shown(source, context):
    text = render(source, context)
    return None if text == "None" else text


def escape(value):
    """Telegram messages are HTML: strings of the payload are escaped before templates see them."""
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, list):
        return [escape(item) for item in value]
    if isinstance(value, dict):
        return {key: escape(item) for key, item in value.items()}
    return value


def render_channel(name, templates, context):
    if name == "telegram":
        context = {**context, "payload": escape(context["payload"])}
    return {member: shown(templates[name][member], context) for member in CHANNELS[name]}


def render_all(templates, payload):
    arriving = {"payload": payload, "labels": None}
    result = {rule: render(templates[rule], arriving) for rule in RULES[1:]}
    context = {"payload": payload, **FACTS, "source_link": None}
    context["source_link"] = shown(templates["source_link"], context)
    web = render_channel("web", templates, context)
    result = {"source_link": context["source_link"], **result, "web": web}
    for member in MEMBERS:
        context[f"web_{member}"] = web[member] if templates["web"][member] is not None else f"web_{member} is not set"
    for channel in list(CHANNELS)[1:]:
        result[channel] = render_channel(channel, templates, context)
    return result


def matches(pattern, text):
    if not isinstance(pattern, str) or "..." not in pattern:
        return pattern == text
    before, after = pattern.split("...", 1)
    return isinstance(text, str) and text.startswith(before) and text.endswith(after)


def spec_faults(name, out):
    """What contradicts SPEC, or the case's own name."""
    for path, pattern in SPEC.get(name, {}).items():
        value = out
        for step in path.split("."):
            value = value[step]
        if not matches(pattern, value):
            yield f"{name}: {path} is {value!r}, the spec says {pattern!r}"
    if name.endswith("_firing") and out["resolve_signal"] != "False":
        yield f"{name} is resolved"
    if "_resolved" in name and out["resolve_signal"] != "True":
        yield f"{name} is not resolved"
    if name.endswith("_acknowledged") and out["acknowledge_signal"] != "True":
        yield f"{name} is not acknowledged"


def main():
    templates = json.loads((HERE / "templates.json").read_text())
    faults = 0
    cases = sorted(HERE.glob("*.in.json"))
    for case in cases:
        asked = json.loads(case.read_text())
        got = render_all(templates[asked["type"]], asked["payload"])
        out = case.with_name(case.name.replace(".in.json", ".out.json"))
        if "--write" in sys.argv:
            out.write_text(json.dumps(got, indent=2, ensure_ascii=False) + "\n")
        elif not out.exists() or json.loads(out.read_text()) != got:
            faults += 1
            print(f"{out.name} differs; now:\n{json.dumps(got, indent=2, ensure_ascii=False)}")
        for fault in spec_faults(case.name.removesuffix(".in.json"), got):
            faults += 1
            print(fault)
    types = {json.loads(case.read_text())["type"] for case in cases}
    for name in sorted(set(SPEC) - {case.name.removesuffix(".in.json") for case in cases}):
        faults += 1
        print(f"SPEC names {name}, which is no case")
    for missing in sorted(set(templates) - types):
        faults += 1
        print(f"no case for {missing}")
    print(f"{len(cases)} cases, {len(types)} types, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
