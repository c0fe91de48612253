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
    types = {json.loads(case.read_text())["type"] for case in cases}
    for missing in sorted(set(templates) - types):
        faults += 1
        print(f"no case for {missing}")
    print(f"{len(cases)} cases, {len(types)} types, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
