// "This payload at this integration at this time: what happens until somebody answers?"
//
// A world is built on a copy of the configuration, the request is played in it, the report is read from it.
// Nothing is sent, and `source` is only read. The same configuration and request give the same report.
// Errors: Invalid, the field being that of the API (`integration_id`, `payload`). Throws StorageError.
// Source: docs/simulate.md.
#pragma once

#include "base/result.h"
#include "edge/delivery/couriers.h"
#include "simulation/report.h"
#include "simulation/request.h"
#include "store/read_pool.h"

namespace tocsin::simulation {

// `now`: what the clock says where the question is asked.
Result<Report> simulate(store::ReadPool& source, const Request& request, const delivery::Means& means,
                        Limits limits, Instant now);

}  // namespace tocsin::simulation
