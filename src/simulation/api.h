// POST /api/v1/simulate/ (ours): a simulation asked for by API. It runs aside from network threads and
// engine, so that no alert waits for it; Limits bound its time, and the desk how many wait.
#pragma once

#include <functional>

#include "edge/api/resource.h"
#include "edge/delivery/couriers.h"

namespace tocsin::simulation {

// Where simulations are made.
struct Desk {
  delivery::Means means = {};
  // Runs it now or soon, on whatever thread; false: too many wait already.
  std::function<bool(std::function<void()>)> run_aside = [](std::function<void()>) { return false; };
};

api::Resource simulate_resource(Desk desk);

}  // namespace tocsin::simulation
