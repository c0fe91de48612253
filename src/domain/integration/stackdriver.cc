// Stackdriver, now Google Cloud Monitoring. docs/spec/ingestion.md, section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({{ (payload.incident or {}).policy_name or "Title undefined" }})jinja";
constexpr std::string_view kText = R"jinja({{ (payload.incident or {}).summary or "" }})jinja";

}  // namespace

constinit const Type kStackdriver{
    .slug = "stackdriver",
    .title = "Stackdriver",
    .templates =
        with_rules(text_templates<kTitle, kText>(),
                   {.grouping_key = R"jinja({{ (payload.incident or {}).incident_id or "" }})jinja",
                    .resolve_signal = R"jinja({{ (payload.incident or {}).state == "closed" }})jinja",
                    .source_link = R"jinja({{ (payload.incident or {}).url or "" }})jinja"}),
    .example =
        R"json({"version": "1.2", "incident": {"incident_id": "0.mabc", "scoping_project_id": "acme", "url": "https://console.cloud.google.example/monitoring/alerting/incidents/0.mabc", "started_at": 1767607200, "ended_at": null, "state": "open", "summary": "CPU for acme vm-1 is above 0.9", "policy_name": "High CPU", "condition_name": "VM CPU", "resource_display_name": "vm-1", "severity": "Critical", "documentation": {"content": "runbook", "mime_type": "text/markdown"}}})json"};

}  // namespace tocsin::integration
