#include "language/ical/recurrence.h"

#include <algorithm>

namespace tocsin::ical {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

// Beyond it no rule goes on; std::chrono::year ends at 32767.
constexpr int kLastYear = 9999;

local_days day_of(Wall at) {
  return std::chrono::floor<days>(at);
}
unsigned number(std::chrono::month m) {
  return static_cast<unsigned>(m);
}
int number(std::chrono::day d) {
  return static_cast<int>(static_cast<unsigned>(d));
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

int days_in_month(year_month_day date) {
  return number((date.year() / date.month() / std::chrono::last).day());
}

bool contains(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}
bool allows(const std::vector<int>& list, int value) {
  return list.empty() || contains(list, value);
}

seconds unit(Frequency frequency) {
  switch (frequency) {
    case Frequency::Secondly:
      return seconds{1};
    case Frequency::Minutely:
      return std::chrono::minutes{1};
    case Frequency::Hourly:
      return std::chrono::hours{1};
    case Frequency::Daily:
      return days{1};
    case Frequency::Weekly:
      return std::chrono::weeks{1};
    case Frequency::Monthly:
    case Frequency::Yearly:
      break;
  }
  return days{0};
}

// All combinations of hours, minutes and seconds, ascending.
std::vector<seconds> times_of_day(std::vector<int> hours, std::vector<int> minutes, std::vector<int> secs) {
  std::vector<seconds> times;
  for (const int h : hours) {
    for (const int m : minutes) {
      for (const int s : secs) times.push_back(std::chrono::hours{h} + std::chrono::minutes{m} + seconds{s});
    }
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

// The first day of week 1: the week (by `week_start`) with at least four days in the year.
local_days first_week(year y, weekday week_start) {
  return week_of(local_days{y / std::chrono::January / 4}, week_start);
}

}  // namespace

local_days week_of(local_days day, weekday week_start) {
  return day - (weekday{day} - week_start);
}

Occurrences::Occurrences(const Recurrence& rule, Wall start, Wall from, Budget& budget)
    : rule_(rule), start_(start), from_(std::max(start, from)), budget_(budget) {
  rule_.interval = std::max<std::int64_t>(1, rule_.interval);
  default_from_start();
  for (const int m : rule_.by_month) {
    if (m >= 1 && m <= 12) days_.months |= 1U << m;
  }
  if (rule_.by_month.empty()) days_.months = ~0U;
  for (const int d : rule_.by_monthday) {
    if (d >= 1 && d <= 31) days_.month_days |= 1U << d;
    if (d <= -1 && d >= -31) days_.month_days_from_end |= 1U << -d;
  }
  days_.any_month_day = rule_.by_monthday.empty();
  for (const DayRule& d : rule_.by_day) {
    const bool counted = d.ordinal != 0 && rule_.frequency >= Frequency::Monthly;
    if (counted) {
      days_.ordinals.push_back(d);
    } else {
      days_.weekdays |= 1U << d.day.c_encoding();
    }
  }
  days_.any_weekday = rule_.by_day.empty();
  index_ = std::max<std::int64_t>(0, index_of(from_));
}

// What the rule leaves open comes from its start: its time of day, and its day when no part chooses days.
void Occurrences::default_from_start() {
  const year_month_day date{day_of(start_)};
  const std::chrono::hh_mm_ss time{start_ - day_of(start_)};
  const bool chooses_days = !rule_.by_weekno.empty() || !rule_.by_yearday.empty() ||
                            !rule_.by_monthday.empty() || !rule_.by_day.empty();
  if (!chooses_days && rule_.frequency >= Frequency::Weekly) {
    if (rule_.frequency == Frequency::Weekly) {
      rule_.by_day.push_back({weekday{day_of(start_)}, 0});
    } else {
      rule_.by_monthday.push_back(number(date.day()));
      if (rule_.frequency == Frequency::Yearly && rule_.by_month.empty()) {
        rule_.by_month.push_back(static_cast<int>(number(date.month())));
      }
    }
  }
  const auto or_default = [](const std::vector<int>& given, bool stepped, auto value) {
    if (stepped) return std::vector<int>{0};
    return given.empty() ? std::vector<int>{static_cast<int>(value.count())} : given;
  };
  const Frequency f = rule_.frequency;
  times_ = times_of_day(or_default(rule_.by_hour, f <= Frequency::Hourly, time.hours()),
                        or_default(rule_.by_minute, f <= Frequency::Minutely, time.minutes()),
                        or_default(rule_.by_second, f <= Frequency::Secondly, time.seconds()));
}

// The number of the last period that begins at or before `at`, counted in intervals from the period of the
// start.
std::int64_t Occurrences::index_of(Wall at) const {
  const year_month_day from{day_of(start_)};
  const year_month_day to{day_of(at)};
  std::int64_t distance = 0;
  switch (rule_.frequency) {
    case Frequency::Yearly:
      distance = (to.year() - from.year()).count();
      break;
    case Frequency::Monthly:
      distance = (to.year() / to.month() - from.year() / from.month()).count();
      break;
    case Frequency::Weekly:
      distance = floor_divide((day_of(at) - week_of(day_of(start_), rule_.week_start)).count(), 7);
      break;
    default:
      distance = floor_divide((at - period_start(0)).count(), unit(rule_.frequency).count());
      break;
  }
  return floor_divide(distance, rule_.interval);
}

Wall Occurrences::period_start(std::int64_t index) const {
  const local_days day = day_of(start_);
  const year_month_day date{day};
  const std::int64_t steps = index * rule_.interval;
  const std::int64_t months_ahead = rule_.frequency == Frequency::Yearly ? steps * 12 : steps;
  switch (rule_.frequency) {
    case Frequency::Yearly:
    case Frequency::Monthly: {
      if (months_ahead / 12 + static_cast<int>(date.year()) >= kLastYear) return Wall::max();
      const auto month = rule_.frequency == Frequency::Yearly ? std::chrono::January : date.month();
      return local_days{(date.year() / month + months{months_ahead}) / 1};
    }
    case Frequency::Weekly:
      return week_of(day, rule_.week_start) + std::chrono::weeks{steps};
    case Frequency::Daily:
      return day + days{steps};
    default: {
      const seconds step = unit(rule_.frequency);
      return day + seconds{floor_divide((start_ - day).count(), step.count()) * step.count()} + step * steps;
    }
  }
}

std::optional<Wall> Occurrences::next(Wall limit) {
  for (;;) {
    for (; taken_ < ready_.size(); ++taken_) {
      if (ready_[taken_] < from_) continue;
      if (ready_[taken_] >= limit) return std::nullopt;
      return ready_[taken_++];
    }
    if (period_start(index_) >= limit || budget_.periods <= 0) return std::nullopt;
    --budget_.periods;
    ready_.clear();
    taken_ = 0;
    if (fill()) ++index_;
  }
}

// Puts the occurrences of the period at index_ into ready_; false if it moved index_ on by itself.
bool Occurrences::fill() {
  const Wall begin = period_start(index_);
  const local_days day = day_of(begin);
  const year_month_day date{day};
  switch (rule_.frequency) {
    case Frequency::Yearly:
      fill_year(date.year());
      break;
    case Frequency::Monthly:
      if ((days_.months & (1U << number(date.month()))) != 0) fill_days(day, day + days{days_in_month(date)});
      break;
    // dateutil quirk: the first week begins at the start, which BYSETPOS notices.
    case Frequency::Weekly:
      fill_days(std::max(day, day_of(start_)), day + days{7});
      break;
    case Frequency::Daily:
      fill_days(day, day + days{1});
      break;
    default:
      return fill_within_day(begin);
  }
  keep_positions();
  return true;
}

void Occurrences::fill_year(year y) {
  const bool by_month = !rule_.by_month.empty();
  if (!by_month) return fill_days(local_days{y / 1 / 1}, local_days{(y + std::chrono::years{1}) / 1 / 1});
  for (unsigned m = 1; m <= 12; ++m) {
    if ((days_.months & (1U << m)) == 0) continue;
    const year_month_day first = y / m / 1;
    fill_days(local_days{first}, local_days{first} + days{days_in_month(first)});
  }
}

void Occurrences::fill_days(local_days first, local_days last) {
  for (local_days day = first; day < last; day += days{1}) {
    if (!day_matches(day)) continue;
    for (const seconds time : times_) ready_.push_back(day + time);
  }
}

// Hours, minutes and seconds that a day, an hour or a minute rules out are skipped in one step.
bool Occurrences::fill_within_day(Wall begin) {
  const local_days day = day_of(begin);
  const std::chrono::hh_mm_ss time{begin - day};
  if (!day_matches(day)) return skip_to(day + days{1}), false;
  if (!allows(rule_.by_hour, static_cast<int>(time.hours().count()))) {
    return skip_to(day + time.hours() + std::chrono::hours{1}), false;
  }
  if (rule_.frequency <= Frequency::Minutely &&
      !allows(rule_.by_minute, static_cast<int>(time.minutes().count()))) {
    return skip_to(day + time.hours() + time.minutes() + std::chrono::minutes{1}), false;
  }
  if (rule_.frequency == Frequency::Secondly &&
      !allows(rule_.by_second, static_cast<int>(time.seconds().count()))) {
    return true;
  }
  for (const seconds offset : times_) ready_.push_back(begin + offset);
  keep_positions();
  return true;
}

void Occurrences::skip_to(Wall at) {
  index_ = std::max(index_ + 1, index_of(at - seconds{1}) + 1);
}

// BYSETPOS: of the period's occurrences only these, counted from either end.
void Occurrences::keep_positions() {
  if (rule_.by_setpos.empty()) return;
  std::vector<Wall> kept;
  const int size = static_cast<int>(ready_.size());
  for (const int position : rule_.by_setpos) {
    const int at = position > 0 ? position - 1 : size + position;
    if (position != 0 && at >= 0 && at < size) kept.push_back(ready_[static_cast<std::size_t>(at)]);
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  ready_ = std::move(kept);
}

bool Occurrences::day_matches(local_days day) const {
  const year_month_day date{day};
  if ((days_.months & (1U << number(date.month()))) == 0) return false;
  if (!days_.any_weekday && (days_.weekdays & (1U << weekday{day}.c_encoding())) == 0 &&
      !ordinal_matches(date, day)) {
    return false;
  }
  if (!days_.any_month_day) {
    const int from_start = number(date.day());
    const int from_end = days_in_month(date) + 1 - from_start;
    if ((days_.month_days & (1U << from_start)) == 0 && (days_.month_days_from_end & (1U << from_end)) == 0) {
      return false;
    }
  }
  if (!rule_.by_yearday.empty()) {
    const local_days first{date.year() / 1 / 1};
    const int from_start = static_cast<int>((day - first).count()) + 1;
    const int length = date.year().is_leap() ? 366 : 365;
    if (!contains(rule_.by_yearday, from_start) && !contains(rule_.by_yearday, from_start - length - 1))
      return false;
  }
  return rule_.by_weekno.empty() || week_number_matches(day);
}

// "The second Tuesday": of the month, or of the year when a yearly rule names no months.
bool Occurrences::ordinal_matches(year_month_day date, local_days day) const {
  const bool of_year = rule_.frequency == Frequency::Yearly && rule_.by_month.empty();
  const local_days first =
      of_year ? local_days{date.year() / 1 / 1} : local_days{date.year() / date.month() / 1};
  const int length = of_year ? (date.year().is_leap() ? 366 : 365) : days_in_month(date);
  const int at = static_cast<int>((day - first).count());
  return std::any_of(days_.ordinals.begin(), days_.ordinals.end(), [&](const DayRule& rule) {
    if (rule.day != weekday{day}) return false;
    return rule.ordinal > 0 ? at / 7 + 1 == rule.ordinal : (length - 1 - at) / 7 + 1 == -rule.ordinal;
  });
}

bool Occurrences::week_number_matches(local_days day) const {
  year y = year_month_day{day}.year();
  if (day < first_week(y, rule_.week_start)) {
    --y;
  } else if (day >= first_week(y + std::chrono::years{1}, rule_.week_start)) {
    ++y;
  }
  const local_days first = first_week(y, rule_.week_start);
  const int weeks =
      static_cast<int>((first_week(y + std::chrono::years{1}, rule_.week_start) - first).count() / 7);
  const int week = static_cast<int>((day - first).count() / 7) + 1;
  return contains(rule_.by_weekno, week) || contains(rule_.by_weekno, week - weeks - 1);
}

}  // namespace tocsin::ical
