// New Relic: the incident webhook. docs/spec/ingestion.md, section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle = R"jinja({{ payload.condition_name or "Title undefined" }})jinja";
constexpr std::string_view kText = R"jinja({{ payload.details or "" }})jinja";

}  // namespace

constinit const Type kNewRelic{
    .slug = "newrelic",
    .title = "New Relic",
    .templates =
        with_rules(text_templates<kTitle, kText>(),
                   {.grouping_key = R"jinja({{ payload.incident_id or "" }})jinja",
                    .resolve_signal = R"jinja({{ payload.current_state == "closed" }})jinja",
                    .acknowledge_signal = R"jinja({{ payload.current_state == "acknowledged" }})jinja",
                    .source_link = R"jinja({{ payload.incident_url or "" }})jinja"}),
    .example =
        R"json({"incident_id": 901, "condition_id": 77, "condition_name": "Error rate", "current_state": "open", "details": "Error rate > 5%", "event_type": "INCIDENT", "incident_url": "https://alerts.newrelic.example/accounts/1/incidents/901", "incident_acknowledge_url": "https://alerts.newrelic.example/accounts/1/incidents/901/acknowledge", "owner": "", "policy_name": "API", "policy_url": "https://alerts.newrelic.example/p/1", "severity": "CRITICAL", "targets": [{"id": "1", "name": "api", "type": "Application", "link": "https://x"}], "timestamp": 1767607200000})json"};

}  // namespace tocsin::integration
