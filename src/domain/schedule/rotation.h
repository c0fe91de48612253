// One on-call shift as a rule of time: when it happens, and which group's turn it is.
//
// Pure. Everything steps on the wall of the shift's zone and is mapped once, at the end, so a 09:00 shift
// stays at 09:00 and neighbours stay neighbours across clock changes. Turns are numbered by arithmetic, never
// walked. Errors: none; a rule that matches nothing gives no turns. Source: docs/spec/schedules.md, sections
// 2 and 3; deviations S1 to S5 there.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/model/schedule.h"
#include "domain/schedule/event.h"
#include "language/ical/recurrence.h"

namespace tocsin::schedule {

// What one expansion may cost. Whoever shares it over several shifts bounds their sum.
struct Allowance {
  ical::Budget search;
  std::size_t events = 200'000;
  bool exceeded = false;
};

struct Turn {
  Instant start;
  Instant end;
  std::size_t group = 0;  // position in groups_in_turn()

  friend bool operator==(const Turn&, const Turn&) = default;
};

// Which of `rolling_users` has the first turn: the one at the index (one beyond the list counts as 0), moved
// on by the turn offset.
std::size_t first_group(const OnCallShift& shift);

// The groups that take turns, in order, the first turn's first. Shifts that do not rotate have one.
std::vector<std::vector<UserId>> groups_in_turn(const OnCallShift& shift);

// All turns that overlap `window`, by start. Turns of empty groups are among them.
std::vector<Turn> turns(const OnCallShift& shift, const timezone::Zone& zone, Range window,
                        Allowance& allowance);

// The number of the turn of a rotation that runs at `at`, else of the next one; nullopt when none follows
// within ten years. Numbers count from 0; the group is the number modulo the groups.
std::optional<std::int64_t> turn_at(const OnCallShift& shift, const timezone::Zone& zone, Instant at);

}  // namespace tocsin::schedule
