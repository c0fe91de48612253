// UptimeRobot: `alertType` is 1 for down and 2 for up, as text when it comes from a form.
// docs/spec/ingestion.md, section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({{ payload.monitorFriendlyName or "Title undefined" }}{% if payload.alertTypeFriendlyName %} {{ payload.alertTypeFriendlyName }}{% endif %})jinja";
constexpr std::string_view kText = R"jinja({{ payload.alertDetails or "" }})jinja";

}  // namespace

constinit const Type kUptimeRobot{
    .slug = "uptimerobot",
    .title = "UptimeRobot",
    .templates = with_rules(
        text_templates<kTitle, kText>(),
        {.grouping_key = R"jinja({{ payload.monitorURL or "" }})jinja",
         .resolve_signal =
             R"jinja({{ payload.alertType | string == "2" or payload.alertTypeFriendlyName == "Up" }})jinja",
         .source_link = R"jinja({{ payload.monitorURL or "" }})jinja"}),
    .example =
        R"json({"monitorURL": "https://www.example.org", "monitorFriendlyName": "Home page", "alertType": "1", "alertTypeFriendlyName": "Down", "alertDetails": "Connection Timeout", "alertDuration": "0", "sslExpiryDate": "", "sslExpiryDaysLeft": ""})json"};

}  // namespace tocsin::integration
