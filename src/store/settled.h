// Changing a schedule never changes the past (RULINGS 10): before a change takes effect, what its schedules
// say about the time up to now is written down as it is, and from then on read from there
// (domain/schedule/history.h).
//
// The record reaches back to a year before the first change, so that shifts written with a start in the past
// keep what they said. Setting up is no change of the past: while a schedule is new, shifts that are added to
// it may speak for the time before.
#pragma once

#include <chrono>
#include <vector>

#include "domain/model/schedule.h"
#include "domain/schedule/history.h"
#include "store/connection.h"

namespace tocsin::store {

inline constexpr std::chrono::days kSettledBack{366};
inline constexpr std::chrono::minutes kSettingUp{10};

enum class Edit {
  Adds,     // shifts come in, nothing that was there changes
  Changes,  // anything else
};

// Call it right before the change, in its transaction; nothing may ask who is on call between the two. Gives
// the schedule a new stamp. Whoever writes in the engine calls engine/schedule_edits.h, which tells people,
// too.
void settle(Connection& db, const ScheduleId& schedule, Edit edit, Instant now);

// What is settled, with the events that overlap the window.
schedule::History read_history(Connection& db, const ScheduleId& schedule, schedule::Range window);

}  // namespace tocsin::store
