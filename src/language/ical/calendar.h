// An iCalendar file as we understand it: series of events, and what could not be read.
//
// Pure. Reading is lenient: one broken event never costs the others, and everything set aside is named in
// `problems`. Bounded: text size, events, and the search for the end of counted rules have limits.
// Units:  wall readings in the event's own zone; all-day events are days of UTC.
// Errors: only a text that is no Gregorian calendar, or too large, is refused as a whole.
// Source: docs/spec/schedules.md, section 4.2; RFC 5545.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "language/ical/recurrence.h"
#include "language/timezone/zone.h"

namespace tocsin::ical {

struct SeriesRule {
  Recurrence rule;
  std::optional<Instant> until;  // the last start that still counts
  std::optional<Wall> last;      // the same, worked out from COUNT
};

// An RDATE.
struct Addition {
  Instant start;
  std::optional<Instant> end;  // nullopt: as long as the others
};

// Which instance of a series an event replaces.
struct RecurrenceId {
  Instant at;
  bool is_date = false;  // then any instance of that day, in the series' zone
  Wall wall{};
  std::string text;  // "2025-01-07T09:00:00+00:00"
};

struct Series {
  std::string uid;
  std::string summary;
  std::string description;
  std::vector<std::string> attendees;
  std::int64_t sequence = 0;
  std::int64_t priority = 0;
  bool cancelled = false;
  bool all_day = false;
  timezone::Zone zone;
  Wall start{};
  std::chrono::seconds length{0};  // on the wall
  std::vector<SeriesRule> rules;
  std::vector<Addition> additions;
  std::vector<Instant> exceptions;  // ascending
  std::optional<RecurrenceId> recurrence_id;
  std::optional<Instant> last_modified;
  int line = 0;  // of BEGIN:VEVENT
};

struct Problem {
  int line = 0;     // in the file, from 1
  std::string uid;  // empty when it concerns no event
  std::string text;
};

struct Calendar {
  std::vector<Series> series;
  std::vector<Problem> problems;  // the first kMaxProblems of them
  std::size_t problem_count = 0;
  // Positions of series that share a UID with another: replaced instances are looked for only there.
  std::map<std::string, std::vector<std::size_t>> shared_uids;
};

inline constexpr std::size_t kMaxCalendarBytes = 10 * 1024 * 1024;
inline constexpr std::size_t kMaxProblems = 100;

Result<Calendar> read_calendar(std::string_view text);

// One event in time.
struct Instance {
  const Series* series = nullptr;
  Instant start;
  Instant end;
};

struct Expansion {
  std::vector<Instance> instances;  // by start
  bool truncated = false;           // there are more than `max_instances`, or the search was cut short
};

// What overlaps [from, to): cancelled and replaced instances are gone, moved ones are where they were moved
// to. The instances point into `calendar`.
Expansion expand(const Calendar& calendar, Instant from, Instant to, std::size_t max_instances = 20'000);

}  // namespace tocsin::ical
