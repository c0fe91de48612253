// Everything that decides who is on call by a schedule, read from the database for a stretch of time.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "domain/schedule/history.h"
#include "domain/schedule/people.h"
#include "domain/schedule/resolve.h"
#include "store/schedules.h"

namespace tocsin::store {

// All live users, shared; read anew when a user changed.
std::shared_ptr<const schedule::People> all_people(Connection& db);

struct LoadedSchedule {
  Schedule schedule;
  std::int64_t stamp = 0;
  std::shared_ptr<const schedule::People> people;
  std::vector<OnCallShift> shifts;
  std::shared_ptr<const ical::Calendar> primary_feed;
  std::shared_ptr<const ical::Calendar> overrides_feed;
  std::vector<ShiftSwap> swaps;
  schedule::History history;  // the events of the window

  // Points into this object.
  schedule::ScheduleInput input() const;
  // Nothing says who could be on call, nor ever did.
  bool is_blank() const;
};

// `window`: what will be asked; times outside it may be answered without history.
LoadedSchedule load_schedule(Connection& db, StoredSchedule stored, schedule::Range window);
std::optional<LoadedSchedule> load_schedule(Connection& db, const ScheduleId& id, schedule::Range window);

}  // namespace tocsin::store
