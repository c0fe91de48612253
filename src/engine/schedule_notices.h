// Tells people about their schedules: a look at each hand-over and after each edit, a report on holes after
// edits and once a week.
//
// Each schedule has two timers, so nothing is told twice and nothing is left out: a look that comes late,
// after a stall or a crash, sees what the last one saw and tells what is true now. What is told leaves
// through the outbox, in the look's transaction. Rules: domain/schedule/notices.h; source:
// docs/spec/schedules.md, sections 8 and 9.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/batch.h"
#include "engine/command.h"

namespace tocsin::engine {

// The generation of a report's timer that an edit set.
inline constexpr std::uint64_t kAfterEdit = 1;
inline constexpr std::chrono::seconds kReportAfterEdit{60};  // a further edit waits anew

// Both set the next timer of their kind. A schedule that is gone has none.
void look_at_schedule(Batch& batch, const ScheduleId& schedule);
void report_on_schedule(Batch& batch, const ScheduleId& schedule, bool after_edit);

// Somebody else may be on call: looks at it next, and reports in a minute.
void watch(Batch& batch, const ScheduleId& schedule);

// Whom to tell, or when, has changed: looks next at every schedule by which `user` can be on call.
void look_again_for(Batch& batch, const UserId& user);

// A command that watches the schedules which nothing looks at yet; none when there are none.
inline constexpr std::chrono::minutes kSweepEvery{10};
std::vector<Command> watch_unwatched(store::Connection& db);

}  // namespace tocsin::engine
