// From a schedule and all it is made of to the final schedule of a window.
//
// Pure: expand shifts and feeds, match people, apply swaps, let higher layers hide lower ones, put back what
// history already settled. Errors: none. What cannot be read names nobody; limits show as truncated().
// Source: docs/spec/schedules.md, sections 1 to 6 and 11.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/schedule/event.h"
#include "domain/schedule/final_schedule.h"
#include "domain/schedule/people.h"
#include "language/ical/calendar.h"

namespace tocsin::schedule {

struct History;  // history.h

// Everything that decides who is on call. What it points to must outlive the call.
struct ScheduleInput {
  const Schedule& schedule;
  const People& people;
  std::span<const OnCallShift> shifts = {};  // listed by a calendar, owned by a web schedule, its overrides
  const ical::Calendar* primary_feed = nullptr;    // ical schedules
  const ical::Calendar* overrides_feed = nullptr;  // ical, and calendars without web overrides
  std::span<const ShiftSwap> swaps = {};
  const History* history = nullptr;  // nullptr: nothing is settled yet
  // Given: untaken swaps beginning at or after it are noted on the events (sections 9 and 10 leave them out).
  std::optional<Instant> show_offers_at = std::nullopt;
};

FinalSchedule resolve(const ScheduleInput& input, Range window);

// Events of both layers before swaps and layers, in no order; empty ones too.
struct LayerEvents {
  std::vector<Event> events;
  bool truncated = false;
};
LayerEvents layer_events(const ScheduleInput& input, Range window);

// Lets overrides hide the primary calendar and higher levels lower ones. Events of one level never hide each
// other; events without users hide nothing and are gone. `complete` turns false when there were too many
// pieces to tell.
std::vector<Event> visible_pieces(const std::vector<Event>& events, bool& complete);

// The zone that reads a shift's times: its own, else for a calendar's primary layer the schedule's, else UTC.
// Names are checked when they are written; one that the machine's database has lost since is UTC.
timezone::Zone zone_of(const OnCallShift& shift, const Schedule& schedule);

}  // namespace tocsin::schedule
