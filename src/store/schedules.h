// Schedules in the database (docs/spec/api-people.md, section 9).
//
// Writing here changes who is on call: settle() first (settled.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/model/schedule.h"
#include "store/connection.h"

namespace tocsin::store {

// `schedule.shifts`: what a calendar lists, in its order; what a web schedule owns, oldest first.
struct StoredSchedule {
  Schedule schedule;
  std::int64_t stamp = 0;  // stamp.h
};

// The list of a calendar is written; what a web schedule lists becomes its own.
void insert_schedule(Connection& db, const Schedule& schedule);
void update_schedule(Connection& db, const Schedule& schedule);
// Its own shifts, swaps, feeds and export tokens go with it.
void delete_schedule(Connection& db, const ScheduleId& id);
std::optional<StoredSchedule> find_schedule(Connection& db, const ScheduleId& id);

struct ScheduleFilter {
  std::optional<std::string> name;
  std::optional<std::string> team;  // id; "null": no team
};
std::int64_t count_schedules(Connection& db, const ScheduleFilter& filter);
// Oldest first.
std::vector<StoredSchedule> list_schedules(Connection& db, const ScheduleFilter& filter, std::int64_t limit,
                                           std::int64_t offset);
std::vector<ScheduleId> all_schedule_ids(Connection& db);
// Those by which `user` can be on call: named by a shift or a swap, or with a feed, which can name anybody.
std::vector<ScheduleId> schedules_naming(Connection& db, const UserId& user);

}  // namespace tocsin::store
