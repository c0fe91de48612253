// What one can ask about a schedule: final shifts (docs/spec/api-people.md, section 9.6), and ours: events by
// layer, gaps, and the quality report (docs/spec/schedules.md, sections 8 and 12; docs/spec/ui.md, N12).
#pragma once

#include <vector>

#include "edge/api/resource.h"

namespace tocsin::api {

std::vector<Endpoint> schedule_view_endpoints();

}  // namespace tocsin::api
