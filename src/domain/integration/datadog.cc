// Datadog: the webhook integration's body. Its messages come between `%%%` marks when they are Markdown.
// docs/spec/ingestion.md, section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({{ ((payload.alert_title or payload.title) if payload is mapping else "") or "Title undefined" }})jinja";
constexpr std::string_view kText =
    R"jinja({{ payload.body | default("", true) | replace("%%%", "") | trim }})jinja";

}  // namespace

constinit const Type kDatadog{
    .slug = "datadog",
    .title = "Datadog",
    .templates = with_rules(
        text_templates<kTitle, kText>(),
        {.grouping_key = R"jinja({{ payload.aggreg_key or payload.alert_id or "" }})jinja",
         .resolve_signal =
             R"jinja({{ payload.alert_transition == "Recovered" or payload.alert_type == "success" }})jinja",
         .source_link = R"jinja({{ payload.link or "" }})jinja"}),
    .example =
        R"json({"id": "7301948576", "title": "[Triggered] High error rate", "alert_id": "112233", "alert_title": "High error rate", "alert_transition": "Triggered", "alert_type": "error", "aggreg_key": "a1b2c3", "body": "error rate > 5%", "date": "1767607200000", "event_type": "query_alert_monitor", "link": "https://app.datadoghq.example/event/1", "org": {"id": "1", "name": "acme"}, "priority": "normal", "tags": "env:prod,service:api", "last_updated": "1767607200000"})json"};

}  // namespace tocsin::integration
