// What people are told about schedules, and when: the settings of a schedule's Slack notices and of the
// announcements of one's own shifts. Ours: in OnCall they have no public API (docs/spec/schedules.md, section
// 9).
#pragma once

#include <vector>

#include "edge/api/resource.h"

namespace tocsin::api {

std::vector<Endpoint> schedule_notice_endpoints();  // /schedules/{id}/notices/
std::vector<Endpoint> user_notice_endpoints();      // /users/{id}/lead_times/ and /users/current/lead_times/

}  // namespace tocsin::api
