// Sentry: the alert-rule webhook (members on top), the integration platform's event alerts and issue webhooks
// (members in `data`); only the latter say when an issue is resolved. docs/spec/ingestion.md, section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle = R"jinja(
{%- set data = payload.data or {} -%}
{%- for event in (payload.event, data.event, data.issue) if event is mapping and event.title -%}
{{ event.title if loop.first }}
{%- else -%}
{{ payload.message or "Title undefined" }}
{%- endfor %})jinja";
constexpr std::string_view kText = R"jinja(
{%- set data = payload.data or {} -%}
{%- set issue = data.issue or data.event -%}
{%- set issue = issue if issue is mapping else {} -%}
{%- set project = payload.project_name or payload.project or issue.project -%}
{%- set project = project.name if project is mapping else project -%}
{%- for name, value in (
    ("Project", project),
    ("Level", payload.level or issue.level),
    ("Culprit", payload.culprit or issue.culprit)) if value -%}
{{ name }}: {{ value }}
{% endfor -%}
{{ payload.message or issue.message or issue.title or "" }})jinja";

}  // namespace

constinit const Type kSentry{
    .slug = "sentry",
    .title = "Sentry",
    .templates = with_rules(text_templates<kTitle, kText>(),
                            {.grouping_key = R"jinja(
{%- set data = payload.data or {} -%}
{{ payload.id or (data.issue or {}).id or (data.event or {}).issue_id or "" }})jinja",
                             .resolve_signal = R"jinja({{ payload.action == "resolved" }})jinja",
                             .source_link = R"jinja(
{%- set data = payload.data or {} -%}
{%- set issue = data.issue or data.event or {} -%}
{{ payload.url or issue.web_url or issue.permalink or "" }})jinja"}),
    .example =
        R"json({"id": "5431", "project": "api", "project_name": "api", "project_slug": "api", "logger": null, "level": "error", "culprit": "checkout.views.pay", "message": "TypeError: x is None", "url": "https://sentry.example/organizations/acme/issues/5431/", "triggering_rules": ["new issue"], "event": {"event_id": "9f1c2a", "title": "TypeError: x is None", "platform": "python", "timestamp": 1767607200.1, "tags": [["environment", "prod"]]}})json"};

}  // namespace tocsin::integration
