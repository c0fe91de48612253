// When a schedule has news: somebody's shift begins, or nobody is on call any more.
//
// Pure: the stored state and the final schedule in, the next state and perhaps a notice out. Sending is
// delivery's. Source: docs/spec/schedules.md, sections 8 and 9.
#pragma once

#include <optional>
#include <vector>

#include "domain/schedule/final_schedule.h"

namespace tocsin::schedule {

// What the last look saw; stored with the schedule.
struct ShiftState {
  std::vector<Event> current;
  bool empty = false;  // and it was told
};

struct ShiftNotice {
  std::vector<Event> started;   // new since the last look; empty: nobody is on call now
  std::vector<Event> previous;  // who was
  std::vector<Event> next;      // the earliest upcoming event and those that share its start
};

struct ShiftNews {
  ShiftState state;
  std::optional<ShiftNotice> notice;
};

// How far ahead `schedule` has to reach for the next look: the latest end among what is current, at least 3
// days.
Instant look_ahead(const std::vector<Event>& current, Instant now);

// `schedule` is resolved without offered swaps for a window from `now` to look_ahead().
ShiftNews look(const ShiftState& before, const FinalSchedule& schedule, Instant now);

// Empty shifts as a notice lists them: of those that only repeat, the first.
std::vector<Event> distinct_empty_shifts(const FinalSchedule& schedule);

}  // namespace tocsin::schedule
