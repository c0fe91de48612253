// Maintenance: internal alerts that say what a maintenance window collected. Never grouped, never resolved by
// source. docs/spec/ingestion.md, section 6.3.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({% if payload is mapping %}{{ payload.title | default("Maintenance") }}{% else %}Maintenance{% endif %})jinja";
constexpr std::string_view kMessage = "{{ payload.message }}";
constexpr std::string_view kImageUrl = "{{ payload.image_url }}";

constexpr Templates make_templates() {
  Templates templates = plain_templates<kTitle, kMessage>();
  templates.web.image_url = kImageUrl;
  templates.slack.image_url = kImageUrl;
  templates.telegram.image_url = kImageUrl;
  return templates;
}

}  // namespace

// Not creatable: OnCall lets a client make one and never shows it again (docs/spec/api-alerting.md,
// section 1.1).
constinit const Type kMaintenance{.slug = "maintenance",
                                  .title = "Maintenance",
                                  .has_link = false,
                                  .creatable = false,
                                  .in_strict_set = true,
                                  .templates = make_templates()};

}  // namespace tocsin::integration
