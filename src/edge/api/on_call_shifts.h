// /api/v1/on_call_shifts/ (docs/spec/api-people.md, section 8; `schedule` on create: RULINGS 20).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource on_call_shifts_resource();

}  // namespace tocsin::api
