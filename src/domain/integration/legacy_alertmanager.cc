// Alertmanager as first supported: each element of `alerts` is an alert of its own, grouped by its labels.
// Exists only in data taken over. docs/spec/ingestion.md, sections 3.4 and 6.5.
#include "domain/integration/heartbeat.h"
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({{ (payload.labels or {}).alertname | default("No title (check Title Template)") }})jinja";

// OnCall quirk: an element without labels or annotations renders a warning (the copy() fails).
constexpr std::string_view kMessage = R"jinja(
{%- set annotations = payload.annotations.copy() -%}
{%- set labels = payload.labels.copy() -%}
{%- set status = payload.status | default("Unknown") -%}
{%- for name in ("summary", "message") if name in annotations -%}
{{ annotations.pop(name) }}
{% endfor -%}
Severity: {{ labels.severity | default("Unknown") }} {{
  {"critical": ":rotating_light:", "warning": ":warning:"}.get(labels.severity, ":question:") }}
Status: {{ status }} {{
  {"firing": ":fire:", "resolved": ":white_check_mark:"}.get(status, ":warning:") }} (on the source)
{%- if "runbook_url" in annotations %}
{{ link(":book: Runbook:link:", annotations.pop("runbook_url")) }}
{%- endif %}
{%- if "runbook_url_internal" in annotations %}
{{ link(":closed_book: Runbook (internal):link:", annotations.pop("runbook_url_internal")) }}
{%- endif %}
{%- for heading, entries in (
    (":label: Labels", labels),
    (":pushpin: Other annotations", annotations)) if entries %}

{{ heading }}:
{%- for name, value in entries.items() %}
- {{ name }}: {{ value }}
{%- endfor %}
{%- endfor %})jinja";

constexpr Templates make_templates() {
  Templates templates = with_rules(plain_templates<kTitle, kTitle>(),
                                   {.grouping_key = "{{ payload.labels }}",
                                    .resolve_signal = R"jinja({{ payload.status == "resolved" }})jinja",
                                    .source_link = "{{ payload.generatorURL }}"});
  templates.web.message = kJoined<kMarksWeb, kMessage>;
  templates.slack.message = kJoined<kMarksSlack, kMessage>;
  templates.telegram.message = kJoined<kMarksTelegram, kMessage>;
  return templates;
}

json::Value heartbeat(Heartbeat what, const HeartbeatFacts& facts) {
  return json::Object{{"status", what == Heartbeat::Expired ? "firing" : "resolved"},
                      {"labels", json::Object{{"alertname", kHeartbeatTitle}}},
                      {"annotations", json::Object{{"message", heartbeat_message(what, facts)}}},
                      {"generatorURL", ""}};
}

}  // namespace

constinit const Type kLegacyAlertmanager{
    .slug = "legacy_alertmanager",
    .title = "(Legacy) AlertManager",
    .creatable = false,
    .in_strict_set = true,
    .view = AlertView::Alertmanager,
    .templates = make_templates(),
    .example =
        R"json({"status": "firing", "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db1:9100"}, "annotations": {"summary": "Disk almost full", "runbook_url": "https://wiki.example/disk"}, "startsAt": "2026-01-05T10:00:00.000Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://prom.example/graph?g0.expr=disk"})json",
    .heartbeat = heartbeat};

}  // namespace tocsin::integration
