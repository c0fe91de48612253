// Webhook: any JSON, nothing known about it. The hosted types without a shape of their own behave the same.
// docs/spec/ingestion.md, sections 6.3 and 7.
#include "domain/integration/heartbeat.h"
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

// The newlines around the key are OnCall's: keys are compared by hash, so groups that were open when an
// installation was taken over are found again.
constexpr std::string_view kGroupingKey = R"jinja({% if payload.is_oncall_heartbeat is defined %}
{{ payload.alert_uid }}
{% else %}
{{ payload }}
{% endif %})jinja";

constexpr Templates kTemplates =
    with_rules(json_templates<kIncident>(),
               {.grouping_key = kGroupingKey,
                .resolve_signal = R"jinja({{ payload.state | default("") | upper == "OK" }})jinja",
                .source_link = "{{ payload.url }}"});

constexpr std::string_view kExample =
    R"json({"state": "alerting", "url": "https://mon.example/checks/12", "message": "Demo alert: queue depth is 9000"})json";

json::Value heartbeat(Heartbeat what, const HeartbeatFacts& facts) {
  return flat_heartbeat("7973c835-ff3f-46e4-9444-06df127b6f8e", what, facts, Links::Absent);
}

}  // namespace

constinit const Type kWebhook{.slug = "webhook",
                              .title = "Webhook",
                              .in_strict_set = true,
                              .templates = kTemplates,
                              .example = kExample,
                              .heartbeat = heartbeat};
constinit const Type kCurler{
    .slug = "curler", .title = "Curler", .templates = kTemplates, .example = kExample};
constinit const Type kDemo{.slug = "demo", .title = "Demo", .templates = kTemplates, .example = kExample};
constinit const Type kFabric{
    .slug = "fabric", .title = "Fabric", .templates = kTemplates, .example = kExample};
constinit const Type kServiceNow{
    .slug = "servicenow", .title = "ServiceNow", .templates = kTemplates, .example = kExample};

}  // namespace tocsin::integration
