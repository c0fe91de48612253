// /api/v1/schedules/ (docs/spec/api-people.md, section 9; docs/spec/schedules.md, sections 8 and 12).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource schedules_resource();

}  // namespace tocsin::api
