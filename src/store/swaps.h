// Shift swaps in the database (docs/spec/api-people.md, section 10).
//
// Writing here can change who is on call: settle() the schedule first (settled.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/model/schedule.h"
#include "store/connection.h"

namespace tocsin::store {

void insert_swap(Connection& db, const ShiftSwap& swap);
void update_swap(Connection& db, const ShiftSwap& swap);
// Not deleted ones only.
std::optional<ShiftSwap> find_swap(Connection& db, const ShiftSwapId& id);

struct SwapFilter {
  Instant starting_after;
  std::optional<std::string> schedule;
  std::optional<std::string> beneficiary;
  std::optional<std::string> benefactor;
  std::optional<Instant> open_after;  // untaken, beginning later than this
};
std::int64_t count_swaps(Connection& db, const SwapFilter& filter);
// By their start.
std::vector<ShiftSwap> list_swaps(Connection& db, const SwapFilter& filter, std::int64_t limit,
                                  std::int64_t offset);
// Of one schedule, ending at or after `from`; not deleted ones.
std::vector<ShiftSwap> swaps_of(Connection& db, const ScheduleId& schedule, Instant from);

}  // namespace tocsin::store
