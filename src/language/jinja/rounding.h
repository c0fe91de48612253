// round(): Python's, exact in decimal.
#pragma once

#include "language/jinja/state.h"

namespace tocsin::jinja {

// round(value, digits). Raises TypeError for what has no rounding.
Value round_to(State& state, Value value, std::int64_t digits);

}  // namespace tocsin::jinja
