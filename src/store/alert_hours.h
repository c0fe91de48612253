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

// Where a list of all alerts, newest first, finds the one after `offset` others.
struct PlaceInHours {
  Instant before;       // among those older than this ...
  std::int64_t offset;  // ... after so many
};

// As of one moment, summed up by days: a year has some 9,000 hours, and their rows take longer to fetch than
// to add up.
class AlertDays {
 public:
  explicit AlertDays(Connection& db);
  std::int64_t all_alerts() const { return all_; }
  PlaceInHours place_of(Connection& db, std::int64_t offset) const;

 private:
  Rows days_;  // day, alerts; the newest first
  std::int64_t all_ = 0;
};

}  // namespace tocsin::store
