// Pingdom: state changes of a check. docs/spec/ingestion.md, section 7.
#include "domain/integration/template_parts.h"
#include "domain/integration/types.h"

namespace tocsin::integration {
namespace {

constexpr std::string_view kTitle =
    R"jinja({{ payload.check_name or "Title undefined" }}{% if payload.current_state %} {{ payload.current_state }}{% endif %})jinja";
constexpr std::string_view kText = R"jinja({{ payload.long_description or "" }})jinja";

}  // namespace

constinit const Type kPingdom{
    .slug = "pingdom",
    .title = "Pingdom",
    .templates =
        with_rules(text_templates<kTitle, kText>(),
                   {.grouping_key = R"jinja({{ payload.check_id or "" }})jinja",
                    .resolve_signal = R"jinja({{ payload.current_state == "UP" }})jinja",
                    .source_link = R"jinja({{ (payload.check_params or {}).full_url or "" }})jinja"}),
    .example =
        R"json({"check_id": 12345, "check_name": "Home page", "check_type": "HTTP", "check_params": {"hostname": "www.example.org", "url": "/", "full_url": "https://www.example.org/", "encryption": true}, "tags": ["prod"], "previous_state": "UP", "current_state": "DOWN", "importance_level": "HIGH", "state_changed_timestamp": 1767607200, "state_changed_utc_time": "2026-01-05T10:00:00", "long_description": "HTTP Server Error 503", "description": "HTTP Error 503", "first_probe": {"ip": "192.0.2.1", "location": "Stockholm"}})json"};

}  // namespace tocsin::integration
