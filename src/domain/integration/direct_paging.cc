// Pages that people start by hand: {"oncall": {"title", "message", "uid", "author_username", "permalink",
// "important"}}. `manual` is the same from the days before direct paging. docs/spec/ingestion.md,
// section 6.3.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle = "{% if payload.oncall is mapping %}{{ payload.oncall.title }}{% endif %}";
constexpr std::string_view kSourceLink =
    "{% if payload.oncall is mapping %}{{ payload.oncall.permalink }}{% endif %}";

constexpr std::string_view kText = "{% if payload.oncall is mapping %}{{ payload.oncall.message }}";
constexpr std::string_view kLink = R"jinja({% if source_link %}

[Open the source]({{ source_link }})
{%- endif %})jinja";
constexpr std::string_view kAuthor = R"jinja(

created by {{ payload.oncall.author_username }}{% endif %})jinja";

constexpr Templates make_templates() {
  // The uid inside makes every payload unlike the others: such pages never join a group.
  Templates templates = with_rules(plain_templates<kTitle, kJoined<kText, kAuthor>>(),
                                   {.grouping_key = "{{ payload }}", .source_link = kSourceLink});
  templates.web.message = kJoined<kText, kLink, kAuthor>;
  return templates;
}

}  // namespace

constinit const Type kDirectPaging{.slug = "direct_paging",
                                   .title = "Direct paging",
                                   .creatable = false,
                                   .in_strict_set = true,
                                   .templates = make_templates()};
constinit const Type kManual{.slug = "manual",
                             .title = "Manual",
                             .has_link = false,
                             .in_strict_set = true,
                             .templates = make_templates()};

}  // namespace tocsin::integration
