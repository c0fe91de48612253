// Inbound e-mail: {"subject", "message", "sender"}, made by email.h. docs/spec/ingestion.md, sections 3.8
// and 6.3.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({{ payload.subject | default("Title undefined (check Web Title Template)") }})jinja";
constexpr std::string_view kMessage = "{{ payload.message }}";
constexpr std::string_view kImageUrl = "{{ payload.image_url }}";  // for users' own posts; mail has none

constexpr Templates make_templates() {
  Templates templates =
      with_rules(plain_templates<kTitle, kMessage>(),
                 {.grouping_key = R"jinja({{ payload.subject | default("") | upper }})jinja",
                  .resolve_signal = R"jinja({{ payload.message | default("") | upper == "OK" }})jinja"});
  templates.web.image_url = kImageUrl;
  templates.slack.image_url = kImageUrl;
  templates.telegram.image_url = kImageUrl;
  return templates;
}

}  // namespace

constinit const Type kInboundEmail{
    .slug = "inbound_email",
    .title = "Inbound Email",
    .has_link = false,
    .in_strict_set = true,
    .templates = make_templates(),
    .example =
        R"json({"subject": "Backup failed on db1", "message": "The nightly backup ended with status 3.", "sender": "backup@example.org"})json"};

}  // namespace tocsin::integration
