#include "domain/schedule/rotation.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace tocsin::schedule {
namespace {

using ical::Occurrences;
using ical::Recurrence;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::weekday;
using std::chrono::year_month;
using std::chrono::year_month_day;
using timezone::Wall;
using timezone::Zone;

// Wide enough for any difference between a reading and its instant, and between two readings of one instant.
constexpr days kZoneSlack{2};

local_days day_of(Wall at) {
  return std::chrono::floor<days>(at);
}
year_month month_of(Wall at) {
  const year_month_day date{day_of(at)};
  return date.year() / date.month();
}
// The instant at which a clock on UTC shows the reading.
Instant as_utc(Wall at) {
  return Instant{at.time_since_epoch()};
}

bool contains(const std::vector<weekday>& list, weekday day) {
  return std::find(list.begin(), list.end(), day) != list.end();
}

// Beyond a century nothing tells one length from another, and instants would overflow.
seconds length_of(const OnCallShift& shift) {
  return std::min<seconds>(shift.duration, days{36525});
}

bool rolls(const OnCallShift& shift) {
  return shift.type == ShiftType::RollingUsers;
}
bool is_web(const OnCallShift& shift) {
  return shift.source == ShiftSource::Web;
}
bool rolls_by_selected_day(const OnCallShift& shift) {
  return rolls(shift) && shift.frequency == ShiftFrequency::Daily && !shift.by_day.empty();
}

ical::Frequency to_ical(ShiftFrequency frequency) {
  switch (frequency) {
    case ShiftFrequency::Hourly:
      return ical::Frequency::Hourly;
    case ShiftFrequency::Daily:
      return ical::Frequency::Daily;
    case ShiftFrequency::Weekly:
      return ical::Frequency::Weekly;
    case ShiftFrequency::Monthly:
      return ical::Frequency::Monthly;
  }
  return ical::Frequency::Daily;
}

std::int64_t interval_of(const OnCallShift& shift) {
  return std::max(1, shift.interval.value_or(1));
}

// The rule by which all groups together happen; a selected day counts each, whatever the interval
// (section 3.7).
Recurrence rule_of(const OnCallShift& shift) {
  Recurrence rule;
  rule.frequency = to_ical(shift.frequency.value_or(ShiftFrequency::Daily));
  rule.interval = rolls_by_selected_day(shift) ? 1 : interval_of(shift);
  rule.week_start = shift.week_start;
  for (const weekday day : shift.by_day) rule.by_day.push_back({day, 0});
  rule.by_month = shift.by_month;
  rule.by_monthday = shift.by_monthday;
  return rule;
}

// How many months of a monthly rotation have had a turn. A month without a matching day is no turn
// (section 3.5).
class MonthTurns {
 public:
  MonthTurns(const OnCallShift& shift, Wall base)
      : shift_(shift), first_(month_of(base)), step_(months{interval_of(shift)}), last_(first_) {
    if (shift.by_day.empty() && shift.by_monthday.empty()) {
      default_day_ = static_cast<int>(static_cast<unsigned>(year_month_day{day_of(base)}.day()));
    }
  }

  // The turn that `month` is, a month of the rule. Asked with ascending months.
  std::int64_t number(year_month month) {
    if (month < last_) {
      last_ = first_;
      turns_ = 0;
    }
    for (; last_ < month; last_ += step_) {
      if (has_turn(last_ + step_)) ++turns_;
    }
    return turns_;
  }

 private:
  bool has_turn(year_month month) const {
    if (!shift_.by_month.empty() &&
        std::find(shift_.by_month.begin(), shift_.by_month.end(),
                  static_cast<int>(static_cast<unsigned>(month.month()))) == shift_.by_month.end()) {
      return false;
    }
    const auto last_day = (month / std::chrono::last).day();
    const int length = static_cast<int>(static_cast<unsigned>(last_day));
    if (default_day_ != 0) return default_day_ <= length;
    if (shift_.by_monthday.empty()) return true;  // every weekday comes in every month
    return std::any_of(shift_.by_monthday.begin(), shift_.by_monthday.end(), [&](int given) {
      const int day = given > 0 ? given : length + 1 + given;
      if (day < 1 || day > length) return false;
      return shift_.by_day.empty() ||
             contains(shift_.by_day,
                      weekday{local_days{month / std::chrono::day{static_cast<unsigned>(day)}}});
    });
  }

  const OnCallShift& shift_;
  year_month first_;
  months step_;
  year_month last_;
  std::int64_t turns_ = 0;
  int default_day_ = 0;
};

// A recurring shift, prepared for one expansion.
class Rotation {
 public:
  Rotation(const OnCallShift& shift, const Zone& zone, Allowance& allowance)
      : shift_(shift),
        zone_(zone),
        allowance_(allowance),
        rule_(rule_of(shift)),
        groups_(rolls(shift) ? static_cast<std::int64_t>(shift.rolling_users.size()) : 1),
        rotation_start_(zone.instant(shift.rotation_start)),
        base_(first_base()),
        month_turns_(shift, base_) {
    if (shift.until) until_ = as_utc(*shift.until);
    if (until_ && rolls(shift) && !is_web(shift)) first_turn_ = find_first_turn();
  }

  std::vector<Turn> between(Range window) {
    std::vector<Turn> out;
    Wall limit = zone_.wall(window.to) + kZoneSlack;
    if (until_) limit = std::min(limit, zone_.wall(*until_) + kZoneSlack);
    const Wall from = zone_.wall(window.from) - kZoneSlack - length_of(shift_);
    Occurrences walk(rule_, base_, from, allowance_.search);
    if (from <= base_ && base_ < limit) add(base_, window, out);
    while (const auto at = walk.next(limit)) {
      if (*at != base_) add(*at, window, out);
      if (allowance_.exceeded) break;
    }
    if (allowance_.search.periods <= 0) allowance_.exceeded = true;
    return out;
  }

  std::optional<std::int64_t> number_at(Instant at) {
    const auto runs_on = [&](Wall wall) { return zone_.instant(wall + length_of(shift_)) > at; };
    if (runs_on(base_)) return 0;
    Occurrences walk(rule_, base_, zone_.wall(at) - kZoneSlack - length_of(shift_), allowance_.search);
    while (const auto wall = walk.next(zone_.wall(at) + days{3653})) {
      if (runs_on(*wall)) return turn_number(*wall);
    }
    return std::nullopt;
  }

 private:
  void add(Wall at, Range window, std::vector<Turn>& out) {
    Instant start = zone_.instant(at);
    if (until_ && start > *until_) return;
    if (start >= window.to) return;
    Instant end = end_of(at);
    if (!is_shown(start, end)) return;
    if (is_web(shift_)) start = std::max(start, rotation_start_);
    if (start >= end || end <= window.from || start >= window.to) return;
    if (allowance_.events == 0) {
      allowance_.exceeded = true;
      return;
    }
    --allowance_.events;
    out.push_back({start, end, static_cast<std::size_t>(turn_number(at) % groups_)});
  }

  // A turn before `rotation_start` passes without an event; on the web it counts from the moment it is
  // reached.
  bool is_shown(Instant start, Instant end) const {
    if (is_web(shift_)) return end > rotation_start_;
    return !rolls(shift_) || start >= rotation_start_;
  }

  // Ours (S2): what the web made ends at `until`. Elsewhere only the first event of a series is cut, and
  // there `until` is read in the shift's zone, though as the limit of the series it is UTC (OnCall quirk:
  // section 2).
  Instant end_of(Wall at) {
    const Wall end = at + length_of(shift_);
    if (!shift_.until) return zone_.instant(end);
    if (is_web(shift_)) return std::min(zone_.instant(end), *until_);
    return zone_.instant(*shift_.until < end && begins_a_series(at) ? *shift_.until : end);
  }

  // Each group's first turn begins a series of its own.
  bool begins_a_series(Wall at) {
    if (!rolls(shift_)) return at == base_;
    const std::int64_t turn = turn_number(at);
    return turn >= first_turn_ && turn < first_turn_ + groups_ && !has_earlier_in_turn(at, turn);
  }

  bool has_earlier_in_turn(Wall at, std::int64_t turn) {
    const Wall earliest = std::max<Wall>(base_, at - std::chrono::days{32});
    if (turn == turn_number(base_) && base_ < at && zone_.instant(base_) >= rotation_start_) return true;
    Occurrences walk(rule_, base_, earliest, allowance_.search);
    while (const auto other = walk.next(at)) {
      if (zone_.instant(*other) >= rotation_start_ && turn_number(*other) == turn) return true;
    }
    return false;
  }

  // Where the rotation is anchored (section 3.5, "base" and "day fix").
  Wall first_base() {
    Wall base = shift_.start;
    if (!rolls(shift_)) return base;
    const bool by_period =
        shift_.frequency == ShiftFrequency::Weekly || shift_.frequency == ShiftFrequency::Monthly;
    if (by_period && shift_.rotation_start != shift_.start) base = first_due_in_period();
    if (shift_.by_day.empty() || contains(shift_.by_day, weekday{day_of(base)})) return base;
    // OnCall quirk: the first listed day in the order of the week is taken, not the next listed day.
    std::vector<weekday> ordered = shift_.by_day;
    std::sort(ordered.begin(), ordered.end(), [&](weekday a, weekday b) {
      return (a - shift_.week_start).count() < (b - shift_.week_start).count();
    });
    return base + (ordered.front() - weekday{day_of(base)});
  }

  Wall first_due_in_period() {
    const auto is_due = [&](Wall at) {
      return is_web(shift_) ? zone_.instant(at + length_of(shift_)) > rotation_start_
                            : zone_.instant(at) >= rotation_start_;
    };
    if (is_due(shift_.start)) return shift_.start;
    const Wall period_end = shift_.frequency == ShiftFrequency::Weekly
                                ? Wall{ical::week_of(day_of(shift_.start), shift_.week_start) + days{7}}
                                : Wall{local_days{(month_of(shift_.start) + months{1}) / 1}};
    Occurrences walk(rule_, shift_.start, shift_.start, allowance_.search);
    while (const auto at = walk.next(period_end)) {
      if (is_due(*at)) return *at;
    }
    return shift_.start;
  }

  // Which turn an occurrence belongs to, counted from the base. Ours: steps ruled out by `by_month` and the
  // like count as turns that show nothing, so nobody's turn doubles; only months without a day do not count.
  std::int64_t turn_number(Wall at) {
    if (!rolls(shift_)) return 0;
    const std::int64_t interval = interval_of(shift_);
    switch (shift_.frequency.value_or(ShiftFrequency::Daily)) {
      case ShiftFrequency::Hourly:
        return (at - base_) / std::chrono::hours{1} / interval;
      case ShiftFrequency::Daily:
        return (shift_.by_day.empty() ? (day_of(at) - day_of(base_)).count() : selected_days_since_base(at)) /
               interval;
      case ShiftFrequency::Weekly: {
        const auto distance =
            ical::week_of(day_of(at), shift_.week_start) - ical::week_of(day_of(base_), shift_.week_start);
        return distance / days{7} / interval;
      }
      case ShiftFrequency::Monthly:
        return month_turns_.number(month_of(at));
    }
    return 0;
  }

  std::int64_t selected_days_since_base(Wall at) const {
    unsigned selected = 0;
    for (const weekday day : shift_.by_day) selected |= 1U << day.c_encoding();
    const std::int64_t distance = (day_of(at) - day_of(base_)).count();
    std::int64_t count = distance / 7 * std::popcount(selected);
    for (local_days day = day_of(at) - days{distance % 7}; day < day_of(at); day += days{1}) {
      if ((selected & (1U << weekday{day + days{1}}.c_encoding())) != 0) ++count;
    }
    return count;
  }

  std::int64_t find_first_turn() {
    if (zone_.instant(base_) >= rotation_start_) return 0;
    Occurrences walk(rule_, base_, zone_.wall(rotation_start_) - kZoneSlack, allowance_.search);
    while (const auto at = walk.next(zone_.wall(*until_) + kZoneSlack)) {
      if (zone_.instant(*at) >= rotation_start_) return turn_number(*at);
    }
    return 0;
  }

  const OnCallShift& shift_;
  const Zone& zone_;
  Allowance& allowance_;
  Recurrence rule_;
  std::int64_t groups_;
  Instant rotation_start_;
  std::optional<Instant> until_;  // as the limit of the recurrence
  Wall base_;
  MonthTurns month_turns_;
  std::int64_t first_turn_ = 0;
};

// Single events and overrides (sections 3.2 and 3.4); their `until` is an end, read in the shift's zone.
std::vector<Turn> single_turn(const OnCallShift& shift, const Zone& zone, Range window) {
  Wall wall_end = shift.start + length_of(shift);
  if (shift.until) wall_end = std::min(wall_end, *shift.until);
  Turn turn{zone.instant(shift.start), zone.instant(wall_end), 0};
  if (is_web(shift)) turn.start = std::max(turn.start, zone.instant(shift.rotation_start));
  if (turn.start >= turn.end || turn.start >= window.to || turn.end <= window.from) return {};
  return {turn};
}

}  // namespace

std::size_t first_group(const OnCallShift& shift) {
  const auto count = static_cast<std::int64_t>(shift.rolling_users.size());
  if (count == 0) return 0;
  std::int64_t first = shift.start_rotation_from_user_index.value_or(0);
  if (first < 0 || first >= count) first = 0;
  return static_cast<std::size_t>((first + shift.turn_offset % count + count) % count);
}

std::vector<std::vector<UserId>> groups_in_turn(const OnCallShift& shift) {
  if (rolls(shift)) {
    auto groups = shift.rolling_users;
    std::rotate(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(first_group(shift)),
                groups.end());
    return groups;
  }
  std::vector<UserId> everyone = shift.users;
  // Ours (S5, P5): an override is for all its people, however it was made.
  if (shift.type == ShiftType::Override) {
    for (const auto& group : shift.rolling_users) {
      for (const UserId& user : group) {
        if (std::find(everyone.begin(), everyone.end(), user) == everyone.end()) everyone.push_back(user);
      }
    }
  }
  return {everyone};
}

std::vector<Turn> turns(const OnCallShift& shift, const Zone& zone, Range window, Allowance& allowance) {
  if (shift.duration <= seconds{0} || window.from >= window.to) return {};
  if (shift.type == ShiftType::SingleEvent || shift.type == ShiftType::Override)
    return single_turn(shift, zone, window);
  if (rolls(shift) && shift.rolling_users.empty()) return {};
  return Rotation(shift, zone, allowance).between(window);
}

std::optional<std::int64_t> turn_at(const OnCallShift& shift, const Zone& zone, Instant at) {
  if (!rolls(shift) || shift.rolling_users.empty() || shift.duration <= seconds{0}) return std::nullopt;
  Allowance allowance;
  return Rotation(shift, zone, allowance).number_at(at);
}

}  // namespace tocsin::schedule
