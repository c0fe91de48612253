// How many alerts came in each hour, kept with each change, so that a list neither counts them nor walks past
// them to a page far back (docs/decisions/0081).
#pragma once

#include <cstdint>

#include "base/instant.h"
#include "store/connection.h"

namespace tocsin::store {

// Hours since 1970-01-01 UTC.
std::int64_t hour_of(Instant at);

// `more` may be negative: they were deleted.
void add_to_hour(Connection& db, std::int64_t hour, std::int64_t more);
// Those of a group are about to be deleted.
void subtract_alerts_of(Connection& db, std::string_view group);

std::int64_t count_all_alerts(Connection& db);

// Where a list of all alerts, newest first, finds the one after `offset` others.
struct PlaceInHours {
  Instant before;       // among those older than this ...
  std::int64_t offset;  // ... after so many
};
PlaceInHours place_of_alert(Connection& db, std::int64_t offset);

}  // namespace tocsin::store
