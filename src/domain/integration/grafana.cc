// Grafana's alerting before version 8 (`grafana`) and the first shape of the newer one
// (`legacy_grafana_alerting`).
//
// Three bodies come to a `grafana` link: the plain notification, an Alertmanager-like body whose elements are
// alerts of their own, and a Slack message from a contact point of the wrong kind. docs/spec/ingestion.md,
// sections 3.5 and 6.6. Unlike OnCall, the Slack message is readable (OnCall prints "no title" and nothing
// more), and Telegram prints the message.
#include "domain/integration/heartbeat.h"
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

// ---- titles

constexpr std::string_view kTitle = R"jinja(
{%- if payload is mapping and payload.title %}{{ payload.title }}
{%- elif payload.labels is mapping and payload.labels.alertname is defined %}{{ payload.labels.alertname }}
{%- elif payload.attachments and payload.attachments[0] is mapping and payload.attachments[0].title -%}
{{ payload.attachments[0].title }}
{%- else %}No title (check Web Title Template){% endif %})jinja";

constexpr std::string_view kShortTitle = R"jinja(
{%- if payload.ruleName %}{{ payload.ruleName }}
{%- elif payload.labels is mapping %}{{ payload.labels.alertname | default("Title undefined") }}
{%- elif payload.attachments and payload.attachments[0] is mapping -%}
{{ payload.attachments[0].title | default("Title undefined") }}
{%- else %}Title undefined{% endif %})jinja";

constexpr std::string_view kElementTitle =
    R"jinja({{ (payload.labels or {}).alertname | default("No title (check Web Title Template)") }})jinja";
constexpr std::string_view kElementShortTitle =
    R"jinja({{ (payload.labels or {}).alertname | default("Title undefined") }})jinja";

// ---- rules

constexpr std::string_view kGroupingKey = R"jinja(
{%- if payload.ruleName %}{{ payload.ruleName }}
{%- elif payload.labels is mapping and payload.labels.alertname is defined %}{{ payload.labels.alertname }}
{%- elif payload.attachments and payload.attachments[0] is mapping and payload.attachments[0].title -%}
{{ payload.attachments[0].title }}
{%- else %}No title (check Web Title Template){% endif %})jinja";

constexpr std::string_view kSourceLink = R"jinja(
{%- if payload.attachments and payload.attachments[0] is mapping %}{{ payload.attachments[0].title_link }}
{%- else %}{{ payload.ruleUrl or payload.generatorURL }}{% endif %})jinja";

// ---- messages

constexpr std::string_view kMessageLine = R"jinja(
{%- if payload.message %}{{ payload.message }}
{% endif %})jinja";

constexpr std::string_view kMatchLines = R"jinja(
{%- for match in (payload.evalMatches if payload.evalMatches is iterable else []) if match is mapping -%}
{{ bold(match.metric) }}: {{ match.value }}
{% endfor %})jinja";

constexpr std::string_view kAttachmentLines = R"jinja(
{%- if payload.attachments and payload.attachments[0] is mapping -%}
This came from a Grafana contact point of type Slack.
Change its type to webhook and keep the link of this integration.
{% if payload.attachments[0].text %}{{ payload.attachments[0].text }}
{% endif %}
{%- set fields = payload.attachments[0].fields -%}
{%- for field in (fields if fields is iterable else []) if field is mapping -%}
{{ bold(field.title) }}: {{ field.value }}
{% endfor %}
{%- endif %})jinja";

// How a channel writes the name of a label.
constexpr std::string_view kTermWeb = "{% macro term(text) %}*{{ text }}*{% endmacro -%}";
constexpr std::string_view kTermPlain = "{% macro term(text) %}{{ text }}{% endmacro -%}";

constexpr std::string_view kElementLines = R"jinja(
{%- if payload.status -%}
{{ bold("Status") }}: {{ payload.status }}
{% endif %}
{%- if payload.labels is mapping and payload.labels -%}
{{ bold("Labels:") }}
{% for name, value in payload.labels.items() -%}
{{ term(name) }}: {{ value }}
{% endfor %}
{%- endif %}
{%- if payload.annotations is mapping and payload.annotations -%}
{{ bold("Annotations:") }}
{% for name, value in payload.annotations.items() -%}
{{ term(name) }}: {{ link("here", value) if value is string and value.startswith("http") else value }}
{% endfor %}
{%- endif %})jinja";

constexpr Templates make_grafana() {
  Templates templates = with_rules(
      plain_templates<kTitle, kTitle>(),
      {.grouping_key = kGroupingKey,
       .resolve_signal = R"jinja({{ payload.state == "ok" or payload.status == "resolved" }})jinja",
       .source_link = kSourceLink});
  // OnCall quirk: no image, although plain bodies have an imageUrl.
  templates.web.message =
      kJoined<kMarksWeb, kTermWeb, kMessageLine, kMatchLines, kAttachmentLines, kElementLines>;
  templates.slack.message =
      kJoined<kMarksSlack, kTermPlain, kMessageLine, kMatchLines, kAttachmentLines, kElementLines>;
  templates.telegram.message =
      kJoined<kMarksTelegram, kTermPlain, kMessageLine, kMatchLines, kAttachmentLines, kElementLines>;
  templates.sms.title = kShortTitle;
  templates.phone_call.title = kShortTitle;
  templates.telegram.title = kShortTitle;
  return templates;
}

constexpr Templates make_legacy_alerting() {
  Templates templates = with_rules(plain_templates<kElementTitle, kElementTitle>(),
                                   {.grouping_key = kElementTitle,
                                    .resolve_signal = R"jinja({{ payload.status == "resolved" }})jinja",
                                    .source_link = "{{ payload.generatorURL }}"});
  templates.web.message = kJoined<kMarksWeb, kTermWeb, kMessageLine, kElementLines>;
  templates.slack.message = kJoined<kMarksSlack, kTermPlain, kMessageLine, kElementLines>;
  templates.telegram.message = kJoined<kMarksTelegram, kTermPlain, kMessageLine, kElementLines>;
  templates.sms.title = kElementShortTitle;
  templates.phone_call.title = kElementShortTitle;
  templates.telegram.title = kElementShortTitle;
  return templates;
}

// `ruleName` is the grouping key: it makes the returned heartbeat find the missed one.
json::Value heartbeat(Heartbeat what, const HeartbeatFacts& facts) {
  const bool restored = what == Heartbeat::Restored;
  const std::string title(kHeartbeatTitle);
  return json::Object{{"title", restored ? "[OK] " + title : title},
                      {"ruleName", title},
                      {"ruleUrl", ""},
                      {"state", restored ? "ok" : "alerting"},
                      {"message", heartbeat_message(what, facts)},
                      {"evalMatches", json::Array{}}};
}

}  // namespace

constinit const Type kGrafana{
    .slug = "grafana",
    .title = "Grafana Legacy Alerting",
    .name_stem = "Grafana",
    .in_strict_set = true,
    .view = AlertView::LegacyGrafana,
    .templates = make_grafana(),
    .example =
        R"json({"dashboardId": 4, "evalMatches": [{"value": 97, "metric": "web1", "tags": {"host": "web1"}}], "imageUrl": "https://grafana.example/r.png", "message": "CPU too high", "orgId": 1, "panelId": 2, "ruleId": 12, "ruleName": "CPU web", "ruleUrl": "https://grafana.example/d/x", "state": "alerting", "tags": {}, "title": "[Alerting] CPU web"})json",
    .heartbeat = heartbeat};

constinit const Type kLegacyGrafanaAlerting{
    .slug = "legacy_grafana_alerting",
    .title = "(Deprecated) Grafana Alerting",
    .creatable = false,
    .in_strict_set = true,
    .view = AlertView::GrafanaAlerting,
    .templates = make_legacy_alerting(),
    .example =
        R"json({"status": "firing", "labels": {"alertname": "HighLatency", "grafana_folder": "prod"}, "annotations": {"summary": "p99 above 2 s", "dashboard": "https://grafana.example/d/x"}, "startsAt": "2026-01-05T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://grafana.example/alerting/grafana/abc/view?orgId=1", "fingerprint": "c6eadffa33fcdf37"})json"};

}  // namespace tocsin::integration
