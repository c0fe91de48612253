// AppDynamics: the HTTP request template's body. A group is an application on a node, whatever the health
// rule. docs/spec/ingestion.md, section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({{ (payload.event or {}).displayName or "Title undefined" }})jinja";
constexpr std::string_view kText = R"jinja({{ (payload.event or {}).summaryMessage or "" }})jinja";

}  // namespace

constinit const Type kAppDynamics{
    .slug = "appdynamics",
    .title = "AppDynamics",
    .templates = with_rules(
        text_templates<kTitle, kText>(),
        {.grouping_key = R"jinja(
{%- set event = payload.event or {} -%}
{%- for part in ((event.application or {}).name, (event.node or {}).name) if part -%}
{{ "/" if not loop.first }}{{ part }}
{%- endfor %})jinja",
         .resolve_signal =
             R"jinja({{ "CLOSE" in (payload.event or {}).eventType | string or "CANCELED" in (payload.event or {}).eventType | string }})jinja",
         .source_link = R"jinja({{ (payload.event or {}).deepLink or "" }})jinja"}),
    .example =
        R"json({"event": {"eventType": "POLICY_OPEN_CRITICAL", "id": "88", "guid": "8b7a", "eventTypeKey": "policy.open.critical", "eventTime": "Mon Jan 05 10:00:00 UTC 2026", "displayName": "Health Rule Violation Started - Critical", "summaryMessage": "Response time is high", "eventMessage": "Average response time 4 s", "application": {"name": "shop"}, "node": {"name": "node-1"}, "severity": "ERROR", "deepLink": "https://appd.example/#location=X"}})json"};

}  // namespace tocsin::integration
