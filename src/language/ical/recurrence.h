// Recurrence rules: the wall readings at which something happens again.
//
// Pure and zone-free: rules step on the wall, whoever asks maps readings to instants. Walking any stretch of
// time costs what lies in it: the period that holds `from` is computed, not counted up to. Errors: none. A
// rule that never matches yields nothing; the Budget bounds how long it may look. Source: RFC 5545,
// section 3.3.10, as dateutil computes it (docs/spec/schedules.md, section 3.1), except that a
//         BYDAY list mixing "MO" and "1TU" means either, as the RFC says.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "language/timezone/zone.h"

namespace tocsin::ical {

using timezone::Wall;

enum class Frequency { Secondly, Minutely, Hourly, Daily, Weekly, Monthly, Yearly };

struct DayRule {
  std::chrono::weekday day;
  int ordinal = 0;  // 2: the second of the month or year, -1: the last, 0: every one

  friend bool operator==(const DayRule&, const DayRule&) = default;
};

// A rule without its end: COUNT and UNTIL are the series' (see series.h), because UNTIL is an instant.
struct Recurrence {
  Frequency frequency = Frequency::Daily;
  std::int64_t interval = 1;  // at least 1
  std::chrono::weekday week_start = std::chrono::Monday;
  std::vector<DayRule> by_day = {};
  std::vector<int> by_month = {};
  std::vector<int> by_monthday = {};  // 1..31, -31..-1
  std::vector<int> by_yearday = {};   // 1..366, -366..-1
  std::vector<int> by_weekno = {};    // 1..53, -53..-1
  std::vector<int> by_hour = {};
  std::vector<int> by_minute = {};
  std::vector<int> by_second = {};
  std::vector<int> by_setpos = {};

  friend bool operator==(const Recurrence&, const Recurrence&) = default;
};

// How many periods (days, weeks, ...) may be looked at, over all walks that share it.
struct Budget {
  std::int64_t periods = 1'000'000;
};

// Walks the occurrences of a rule anchored at `start`, ascending, each once, none before `start` or `from`.
// `start` itself comes only if it matches; that DTSTART always counts is the series' rule, not the
// recurrence's.
class Occurrences {
 public:
  Occurrences(const Recurrence& rule, Wall start, Wall from, Budget& budget);

  // The next one before `limit`; nullopt when there is none or the budget is spent. Limits never decrease.
  std::optional<Wall> next(Wall limit);

 private:
  // One bit per allowed value; an empty list of the rule allows all.
  struct Days {
    std::uint32_t months = 0;
    std::uint32_t month_days = 0;
    std::uint32_t month_days_from_end = 0;
    std::uint32_t weekdays = 0;
    bool any_month_day = true;
    bool any_weekday = true;
    std::vector<DayRule> ordinals;
  };

  void default_from_start();
  std::int64_t index_of(Wall at) const;
  Wall period_start(std::int64_t index) const;
  bool fill();
  void fill_days(std::chrono::local_days first, std::chrono::local_days last);
  void fill_year(std::chrono::year year);
  bool fill_within_day(Wall begin);
  void skip_to(Wall at);
  void keep_positions();
  bool day_matches(std::chrono::local_days day) const;
  bool ordinal_matches(std::chrono::year_month_day date, std::chrono::local_days day) const;
  bool week_number_matches(std::chrono::local_days day) const;

  Recurrence rule_;
  Wall start_;
  Wall from_;
  Budget& budget_;
  Days days_;
  std::vector<std::chrono::seconds> times_;  // within the period's day, hour or minute
  std::int64_t index_ = 0;                   // of the next period to fill, in steps of the interval
  std::vector<Wall> ready_;
  std::size_t taken_ = 0;
};

// The week that holds `day`, by its first day.
std::chrono::local_days week_of(std::chrono::local_days day, std::chrono::weekday week_start);

}  // namespace tocsin::ical
