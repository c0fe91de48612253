// PagerDuty: webhook version 3, one incident event a body. docs/spec/ingestion.md, section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle = R"jinja({%- set incident = (payload.event or {}).data -%}
{{ (incident.title if incident is mapping) or "Title undefined" }})jinja";
constexpr std::string_view kText = R"jinja(
{%- set incident = (payload.event or {}).data or {} -%}
{%- for name, value in (
    ("Service", (incident.service or {}).summary),
    ("Urgency", incident.urgency),
    ("Status", incident.status)) if value -%}
{{ name }}: {{ value }}
{% endfor %})jinja";

}  // namespace

constinit const Type kPagerDuty{
    .slug = "pagerduty",
    .title = "PagerDuty",
    .templates = with_rules(
        text_templates<kTitle, kText>(),
        {.grouping_key = R"jinja({{ ((payload.event or {}).data or {}).id or "" }})jinja",
         .resolve_signal = R"jinja({{ (payload.event or {}).event_type == "incident.resolved" }})jinja",
         .acknowledge_signal =
             R"jinja({{ (payload.event or {}).event_type == "incident.acknowledged" }})jinja",
         .source_link = R"jinja({{ ((payload.event or {}).data or {}).html_url or "" }})jinja"}),
    .example =
        R"json({"event": {"id": "01CH75", "event_type": "incident.triggered", "resource_type": "incident", "occurred_at": "2026-01-05T10:00:00Z", "agent": null, "client": null, "data": {"id": "Q2V4", "type": "incident", "self": "https://api.pagerduty.example/incidents/Q2V4", "html_url": "https://acme.pagerduty.example/incidents/Q2V4", "number": 51, "status": "triggered", "incident_key": "disk-db1", "title": "Disk full on db1", "service": {"id": "PF9K", "summary": "Database"}, "urgency": "high", "priority": {"summary": "P1"}}}})json"};

}  // namespace tocsin::integration
