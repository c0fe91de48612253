// Who is on call now: the question that escalation asks in a tick and the API for every row of a list.
//
// Resolved schedules are kept for the process, immutable and shared, under the stamps of what they were made
// from (stamp.h), so an answer is two numbers from the database and a binary search. Users come in the order
// of the internal user id, each once (docs/spec/schedules.md, section 7).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "domain/schedule/final_schedule.h"
#include "store/schedules.h"

namespace tocsin::store {

// Nobody when there is no such schedule.
std::vector<UserId> on_call_users(Connection& db, const ScheduleId& schedule, Instant now);
// One answer a schedule, in their order.
std::vector<std::vector<UserId>> on_call_users(Connection& db, std::span<const StoredSchedule> schedules,
                                               Instant now);

// The final schedule around `now`, from the beginning of its day (UTC) to the end of the next one; with its
// events one can tell by which shift somebody is on call. nullptr: no such schedule.
std::shared_ptr<const schedule::FinalSchedule> final_schedule_around(Connection& db,
                                                                     const ScheduleId& schedule, Instant now);

}  // namespace tocsin::store
