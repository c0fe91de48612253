// Alertmanager and Grafana Alerting: one webhook body, with all alerts of a notification group in it, is one
// alert. docs/spec/ingestion.md, sections 3.4 and 6.4. Grafana's extra members are not used.
#include "domain/integration/heartbeat.h"
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

// The alert's name, a space (always), then the other group labels in brackets. Bodies with `labels` on top
// are the shape of old versions; there the group labels are all "other".
constexpr std::string_view kTitle = R"jinja(
{%- set group = payload.groupLabels or {} -%}
{%- set is_old = payload.labels is defined -%}
{{ ((payload.labels or {}) if is_old else group).alertname or "" }} {#
#}{% for name, value in group.items() if is_old or name != "alertname" -%}
{{ "(" if loop.first }}{{ value }}{{ ")" if loop.last else ", " }}
{%- endfor %})jinja";

constexpr std::string_view kPhoneTitle =
    R"jinja({{ (payload.groupLabels or {}).values() | join(", ") }})jinja";

// OnCall quirk: a body without alerts has the warning about them as its source link.
constexpr std::string_view kSourceLink = "{{ payload.alerts[0].generatorURL }}";

// OnCall quirk: for these types Slack shows only links that are web addresses.
constexpr std::string_view kTitleOfWeb = "{{ web_title }}";
constexpr std::string_view kSlackWebTail =
    R"jinja(>* via {{ integration_name }}{% if source_link and source_link.startswith(("http://", "https://")) %} (*<{{ source_link }}|source>*){% endif %})jinja";

constexpr std::string_view kHead = R"jinja(
{%- set group = payload.groupLabels or {} -%}
{%- set annotations = payload.commonAnnotations or {} -%}
{%- set status = payload.status | default("Unknown") -%}
{%- if group.severity -%}
Severity: {{ group.severity }} {{
  {"critical": ":rotating_light:", "warning": ":warning:"}.get(group.severity, ":question:") }}
{% endif -%}
Status: {{ status }} {{
  {"firing": ":fire:", "resolved": ":white_check_mark:"}.get(status, ":warning:") }} (on the source)
{%- if status == "firing" and payload.numFiring %}
Firing alerts – {{ payload.numFiring }}
Resolved alerts – {{ payload.numResolved }}
{%- endif %}
{%- if annotations.runbook_url %}
{{ link(":book: Runbook:link:", annotations.runbook_url) }}
{%- endif %}
{%- if annotations.runbook_url_internal %}
{{ link(":closed_book: Runbook (internal):link:", annotations.runbook_url_internal) }}
{%- endif %}
{%- for heading, entries in (
    ("GroupLabels", group),
    ("CommonLabels", payload.commonLabels),
    ("Annotations", annotations),
    ("Labels", payload.labels),
    ("Annotations", payload.annotations)) if entries %}
{%- for name, value in entries.items()
    if entries is not sameas annotations or name not in ("runbook_url", "runbook_url_internal") %}
{%- if loop.first %}

{{ heading }}:
{%- endif %}
- {{ name }}: {{ value }}
{%- endfor %}
{%- endfor %})jinja";

// A blank line before the link, if anything but the status stands above it.
constexpr std::string_view kTail = R"jinja(
{%- if group or payload.commonLabels or annotations or payload.labels or payload.annotations %}
{% endif %}
{{ link("View in AlertManager", source_link or "") }})jinja";

constexpr Templates make_templates() {
  Templates templates = with_rules(plain_templates<kTitle, kTitle>(),
                                   {.grouping_key = "{{ payload.groupKey }}",
                                    .resolve_signal = R"jinja({{ payload.status == "resolved" }})jinja",
                                    .source_link = kSourceLink});
  templates.web.message = kJoined<kMarksWeb, kHead, kTail>;
  templates.slack = {.title = kJoined<kSlackHead, kTitleOfWeb, kSlackWebTail>,
                     .message = kJoined<kMarksSlack, kHead>};
  templates.phone_call.title = kPhoneTitle;
  templates.telegram.message = kJoined<kMarksTelegram, kHead, kTail>;
  return templates;
}

json::Value heartbeat(Heartbeat what, const HeartbeatFacts& facts) {
  const bool firing = what == Heartbeat::Expired;
  const char* status = firing ? "firing" : "resolved";
  const json::Object labels{{"alertname", "OnCallHeartBeatMissing"}};
  const json::Object annotations{{"message", heartbeat_message(what, facts)}};
  return json::Object{
      {"version", "4"},
      {"groupKey", R"({}:{alertname="OnCallHeartBeatMissing"})"},
      {"truncatedAlerts", 0},
      {"status", status},
      {"groupLabels", labels},
      {"commonLabels", labels},
      {"commonAnnotations", annotations},
      {"externalURL", ""},
      {"alerts",
       json::Array{json::Object{
           {"status", status}, {"labels", labels}, {"annotations", annotations}, {"generatorURL", ""}}}},
      {"numFiring", firing ? 1 : 0},
      {"numResolved", firing ? 0 : 1}};
}

}  // namespace

constinit const Type kAlertmanager{
    .slug = "alertmanager",
    .title = "Alertmanager",
    .in_strict_set = true,
    .view = AlertView::Alertmanager,
    .templates = make_templates(),
    .example =
        R"json({"version": "4", "groupKey": "{}/{team=\"db\"}:{alertname=\"DiskFull\"}", "truncatedAlerts": 0, "status": "firing", "receiver": "oncall", "groupLabels": {"alertname": "DiskFull"}, "commonLabels": {"alertname": "DiskFull", "team": "db", "severity": "critical"}, "commonAnnotations": {"summary": "Disk almost full"}, "externalURL": "http://am.example:9093", "alerts": [{"status": "firing", "labels": {"alertname": "DiskFull", "team": "db", "severity": "critical", "instance": "db1:9100"}, "annotations": {"summary": "Disk almost full"}, "startsAt": "2026-01-05T10:00:00.000Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://prom.example/graph?g0.expr=disk", "fingerprint": "5e1f0a9be2c3d411"}], "numFiring": 1, "numResolved": 0})json",
    .heartbeat = heartbeat};

constinit const Type kGrafanaAlerting{
    .slug = "grafana_alerting",
    .title = "Grafana Alerting",
    .in_strict_set = true,
    .view = AlertView::GrafanaAlerting,
    .templates = make_templates(),
    .example =
        R"json({"receiver": "oncall", "status": "firing", "orgId": 1, "groupKey": "{}/{}:{alertname=\"HighLatency\", grafana_folder=\"prod\"}", "truncatedAlerts": 0, "groupLabels": {"alertname": "HighLatency", "grafana_folder": "prod"}, "commonLabels": {"alertname": "HighLatency", "grafana_folder": "prod"}, "commonAnnotations": {}, "externalURL": "https://grafana.example/", "version": "1", "title": "[FIRING:1] HighLatency prod", "state": "alerting", "message": "**Firing**", "alerts": [{"status": "firing", "labels": {"alertname": "HighLatency", "grafana_folder": "prod"}, "annotations": {}, "startsAt": "2026-01-05T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://grafana.example/alerting/grafana/abc/view?orgId=1", "fingerprint": "c6eadffa33fcdf37", "silenceURL": "https://grafana.example/alerting/silence/new", "dashboardURL": "", "panelURL": "", "values": {"B": 12}, "valueString": "[ var='B' value=12 ]"}], "numFiring": 1, "numResolved": 0})json"};

}  // namespace tocsin::integration
