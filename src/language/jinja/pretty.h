// pprint.pformat: 80 columns, sorted keys.
#pragma once

#include <string>

#include "language/jinja/state.h"

namespace tocsin::jinja {

std::string pretty(State& state, Value value);

}  // namespace tocsin::jinja
