// On-call shifts in the database (docs/spec/api-people.md, section 8).
//
// Writing here changes who is on call: settle() the schedules first (settled.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/model/schedule.h"
#include "store/connection.h"

namespace tocsin::store {

struct StoredShift {
  OnCallShift shift;
  std::optional<ScheduleId> shown_schedule;  // its owner, else the first calendar that lists it
  Instant created_at;
};

void insert_shift(Connection& db, const OnCallShift& shift, Instant created_at);
void update_shift(Connection& db, const OnCallShift& shift);
void delete_shift(Connection& db, const OnCallShiftId& id);
std::optional<StoredShift> find_shift(Connection& db, const OnCallShiftId& id);

struct ShiftFilter {
  std::optional<std::string> name;
  std::optional<std::string> team;      // id; "null": no team
  std::optional<std::string> schedule;  // owns or lists it
};
std::int64_t count_shifts(Connection& db, const ShiftFilter& filter);
// Oldest first, each once.
std::vector<StoredShift> list_shifts(Connection& db, const ShiftFilter& filter, std::int64_t limit,
                                     std::int64_t offset);

// What a schedule is made of: the shifts it lists, in its order, and those it owns, oldest first.
std::vector<OnCallShift> shifts_of(Connection& db, const ScheduleId& schedule);
// Every schedule whose final schedule depends on the shift.
std::vector<ScheduleId> schedules_of(Connection& db, const OnCallShiftId& shift);

}  // namespace tocsin::store
