// Calendars to subscribe to, and the tokens that open them (docs/spec/api-people.md, section 11.6;
// docs/spec/schedules.md, section 10). Issuing and revoking tokens by API is ours.
#pragma once

#include <vector>

#include "edge/api/resource.h"

namespace tocsin::api {

std::vector<Endpoint> schedule_export_endpoints();
std::vector<Endpoint> user_export_endpoints();

}  // namespace tocsin::api
