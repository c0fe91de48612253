// What an integration is called when its creator gave no name: title, a space, `:blush:`; a clash inside the
// team gets a space and a number, counted from 2. (OnCall spells a running count in emoji instead:
// RULINGS.md, ruling 3, follows the documented example `Grafana :blush:`.)
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "domain/integration/type.h"

namespace tocsin::integration {

// `taken` answers whether a live integration of the same team has that name. It is asked again and again
// until it says no, so it must answer from one state of the data (the engine's transaction).
std::string default_name(const Type& type, const std::function<bool(std::string_view name)>& taken);

}  // namespace tocsin::integration
