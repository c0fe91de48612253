// A chain that starts over says the same again and again; for reading, a pass that equals the one before is
// left out. Pure.
#pragma once

#include <vector>

#include "simulation/report.h"

namespace tocsin::simulation {

// One flag an event: true where a pass through the chain repeats the one before, event by event at the same
// distances. The event that starts a pass is never left out. For the events of one alert group.
std::vector<bool> repeated(const std::vector<Event>& events);

}  // namespace tocsin::simulation
