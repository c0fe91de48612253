// POST /api/v1/simulate/ (ours): a simulation asked for by API. It runs aside from network threads and
// engine, so that no alert waits for it; Limits bound its time.
#pragma once

#include "edge/api/resource.h"
#include "edge/delivery/couriers.h"

namespace tocsin::simulation {

// `means`: what would reach people.
api::Resource simulate_resource(delivery::Means means);

}  // namespace tocsin::simulation
