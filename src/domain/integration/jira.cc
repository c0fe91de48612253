// Jira: issue events. Work in progress acknowledges, done or deleted resolves. docs/spec/ingestion.md,
// section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle = R"jinja(
{%- set issue = payload.issue or {} -%}
{{ issue.key or "Title undefined" }}
{%- if (issue.fields or {}).summary %} {{ issue.fields.summary }}{% endif %})jinja";
constexpr std::string_view kText =
    R"jinja({{ ((payload.issue or {}).fields or {}).description or "" }})jinja";

}  // namespace

constinit const Type kJira{
    .slug = "jira",
    .title = "Jira",
    .templates = with_rules(text_templates<kTitle, kText>(),
                            {.grouping_key = R"jinja({{ (payload.issue or {}).key or "" }})jinja",
                             .resolve_signal = R"jinja(
{%- set status = ((payload.issue or {}).fields or {}).status or {} -%}
{{ payload.webhookEvent == "jira:issue_deleted" or (status.statusCategory or {}).key == "done" }})jinja",
                             .acknowledge_signal =
                                 R"jinja(
{%- set status = ((payload.issue or {}).fields or {}).status or {} -%}
{{ status.name | default("") | lower == "work in progress" }})jinja",
                             .source_link = R"jinja(
{%- set issue = payload.issue or {} -%}
{% if issue.self is string and issue.key -%}
{{ issue.self.split("/rest/")[0] }}/browse/{{ issue.key }}
{%- endif %})jinja"}),
    .example =
        R"json({"timestamp": 1767607200000, "webhookEvent": "jira:issue_updated", "issue_event_type_name": "issue_generic", "user": {"displayName": "Ann"}, "issue": {"id": "10010", "key": "OPS-17", "self": "https://acme.atlassian.example/rest/api/2/issue/10010", "fields": {"summary": "VPN down", "description": "cannot connect", "status": {"name": "Work in progress", "statusCategory": {"key": "indeterminate"}}, "priority": {"name": "High"}}}})json"};

}  // namespace tocsin::integration
