// The flat shape that monitoring systems are asked to send where they can write their own JSON: alert_uid,
// title, image_url, state, link_to_upstream_details, message. Zabbix and PRTG scripts send it too.
// docs/spec/ingestion.md, sections 6.3 and 7.
#include "domain/integration/heartbeat.h"
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kHead = R"jinja(
{%- if payload is mapping and payload.title is defined %}{{ payload.title }}{% else %}Title undefined)jinja";
// As OnCall writes them: they reach the API's titles.
constexpr std::string_view kCapitalHint = " (Check Web Title Template){% endif %}";
constexpr std::string_view kSmallHint = " (check Web Title Template){% endif %}";
constexpr std::string_view kNoHint = "{% endif %}";
constexpr std::string_view kMessage = "{{ payload.message }}";
constexpr std::string_view kImageUrl = "{{ payload.image_url }}";

template <const std::string_view& Hint>
constexpr Templates make_templates() {
  Templates templates =
      with_rules(plain_templates<kJoined<kHead, Hint>, kMessage>(),
                 {.grouping_key = "{{ payload.alert_uid if payload.alert_uid is not none }}",
                  .resolve_signal = R"jinja({{ payload.state | default("") | upper == "OK" }})jinja",
                  .source_link = "{{ payload.link_to_upstream_details }}"});
  templates.web.image_url = kImageUrl;
  templates.slack.image_url = kImageUrl;
  templates.telegram.image_url = kImageUrl;
  return templates;
}

json::Value formatted_webhook_heartbeat(Heartbeat what, const HeartbeatFacts& facts) {
  return flat_heartbeat("fbdad422-b27d-454a-8553-84d1517e0005", what, facts, Links::Shown);
}
json::Value zabbix_heartbeat(Heartbeat what, const HeartbeatFacts& facts) {
  return flat_heartbeat("191eac7a-d7c1-43a0-8821-eef5afe41367", what, facts, Links::Shown);
}
json::Value prtg_heartbeat(Heartbeat what, const HeartbeatFacts& facts) {
  return flat_heartbeat("5498ad08-f094-4dff-888e-51f8cac76eab", what, facts, Links::Shown);
}

}  // namespace

constinit const Type kFormattedWebhook{
    .slug = "formatted_webhook",
    .title = "Formatted webhook",
    .in_strict_set = true,
    .templates = make_templates<kCapitalHint>(),
    .example =
        R"json({"alert_uid": "queue-7", "title": "Queue stuck", "image_url": "https://img.example/q.png", "state": "alerting", "link_to_upstream_details": "https://mon.example/q/7", "message": "depth 9000"})json",
    .heartbeat = formatted_webhook_heartbeat};

constinit const Type kZabbix{
    .slug = "zabbix",
    .title = "Zabbix",
    .in_strict_set = true,
    .templates = make_templates<kSmallHint>(),
    .example =
        R"json({"alert_uid": "48213", "title": "Problem: Free inodes ONCALL_GROUP: 48213", "state": "alerting", "message": "Host: web2\nSeverity: High\nOriginal problem ID: 48213"})json",
    .heartbeat = zabbix_heartbeat};

constinit const Type kPrtg{
    .slug = "prtg",
    .title = "PRTG",
    .templates = make_templates<kNoHint>(),
    .example =
        R"json({"alert_uid": "2041 2026-01-05", "title": "fw1 Ping Down at 2026-01-05 10:00", "image_url": "https://prtg.example/chart.png?id=2041", "state": "alerting", "link_to_upstream_details": "https://prtg.example/sensor.htm?id=2041", "message": "Request timed out", "ack_url_get": "https://prtg.example/api/acknowledgealarm.htm?id=2041"})json",
    .heartbeat = prtg_heartbeat};

}  // namespace tocsin::integration
