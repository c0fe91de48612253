// What is settled: who was on call up to the last change of a schedule. Changing a schedule never changes the
// past.
//
// Before any change takes effect (a shift edited, a list, a zone, a feed, a swap undone, a person's role),
// the past is settled as it was: remember() with the schedule as it still is. resolve() then answers from the
// record for the time it covers, and by the rules for the time after. Time before the schedule existed is not
// recorded; rules answer it. Pure. Source: rulings 10; docs/spec/schedules.md, section 3.6; what users
// suffered: PAINS 11.
#pragma once

#include <vector>

#include "domain/schedule/event.h"
#include "domain/schedule/resolve.h"

namespace tocsin::schedule {

struct History {
  Range covered;              // nothing is settled while from == to
  std::vector<Event> events;  // final, cut to `covered`, by start
  std::vector<Event> empty_shifts;
};

// Settles everything up to `now`, from the schedule's creation or where the record ends. Call it with the
// schedule as it was until now; `before.history` is not looked at.
History remember(History history, const ScheduleInput& before, Instant now);

// Puts the record in the place of what the rules say about the time it covers. An event that runs on across
// the end of the record stays one event.
std::vector<Event> with_history(std::vector<Event> events, const std::vector<Event>& settled, Range covered,
                                Range window);

}  // namespace tocsin::schedule
