// Events of imported calendars: whose they are is read from their texts.
//
// Pure; the calendar is read once per content (ical::read_calendar) and kept.
// Source: docs/spec/schedules.md, sections 4.2 to 4.4.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/schedule/event.h"
#include "domain/schedule/people.h"
#include "language/ical/calendar.h"

namespace tocsin::schedule {

struct FeedEvents {
  std::vector<Event> events;
  bool truncated = false;  // more than 20,000 in the window
};

FeedEvents feed_events(const ical::Calendar& feed, CalendarType calendar, const People& people, Range window);

// "[L2] alice" -> 2, "alice"
struct SummaryParts {
  int level = 0;
  std::string name;
};
SummaryParts read_summary(std::string_view summary);

// UID, then "_<SEQUENCE>" when above 0, then "_<RECURRENCE-ID>".
std::string shift_of(const ical::Series& series);

// Whether a newer copy of a feed is announced as changed: UIDs came or went, or a SEQUENCE moved. Changes
// without that are used all the same (section 4.1).
bool is_announced_change(const ical::Calendar& before, const ical::Calendar& after);

}  // namespace tocsin::schedule
