// On-call shifts as the API answers them (docs/spec/api-people.md, section 8.1).
#pragma once

#include "language/json/value.h"
#include "store/shifts.h"

namespace tocsin::api {

// `with_source`: who made it, too (ours; docs/spec/ui.md, N12).
json::Value write_shift(const store::StoredShift& stored, bool with_source = false);

}  // namespace tocsin::api
