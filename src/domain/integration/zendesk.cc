// Zendesk: the body that a trigger is told to post. Its ticket link has no scheme. docs/spec/ingestion.md,
// section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({{ (payload.ticket.title if payload.ticket is mapping) or "Title undefined" }})jinja";
constexpr std::string_view kText = R"jinja({{ (payload.ticket or {}).description or "" }})jinja";

}  // namespace

constinit const Type kZendesk{
    .slug = "zendesk",
    .title = "Zendesk",
    .templates =
        with_rules(text_templates<kTitle, kText>(),
                   {.grouping_key = R"jinja({{ (payload.ticket or {}).id or "" }})jinja",
                    .resolve_signal =
                        R"jinja({{ (payload.ticket or {}).status | default("") | lower == "solved" }})jinja",
                    .acknowledge_signal =
                        R"jinja({{ (payload.ticket or {}).status | default("") | lower == "pending" }})jinja",
                    .source_link = R"jinja(
{%- set url = (payload.ticket or {}).url or "" -%}
{{ "https://" if url is string and url and "://" not in url }}{{ url }})jinja"}),
    .example =
        R"json({"ticket": {"id": "35436", "url": "acme.zendesk.example/agent/tickets/35436", "status": "Open", "title": "Cannot log in", "description": "..."}})json"};

}  // namespace tocsin::integration
