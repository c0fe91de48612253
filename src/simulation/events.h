// What happened in a world, read from the rows that the engine and the deliveries wrote: log records, reasons
// for opening and joining, the outbox.
#pragma once

#include <vector>

#include "simulation/report.h"
#include "simulation/world.h"

namespace tocsin::simulation {

struct Story {
  std::vector<Event> events;  // in order
  std::vector<PersonReport> people;
};

// Of the groups that alerts opened; a maintenance's own group is left out.
std::vector<AlertGroup> groups_of(World& world);
Story tell(World& world, const std::vector<AlertGroup>& groups);

}  // namespace tocsin::simulation
