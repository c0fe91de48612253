// /api/v1/shift_swaps/ (docs/spec/api-people.md, section 10).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource shift_swaps_resource();

}  // namespace tocsin::api
