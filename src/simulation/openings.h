// Why an alert opened its group, from what the engine kept with it: grouping key, labels, template faults,
// and each route that was tried with what it gave.
#pragma once

#include <string>
#include <vector>

#include "domain/model/alert_group.h"
#include "engine/configuration.h"
#include "store/connection.h"

namespace tocsin::simulation {

// One line each.
std::vector<std::string> explain_opening(store::Connection& db, const engine::Configuration& configuration,
                                         const AlertGroup& group);

}  // namespace tocsin::simulation
