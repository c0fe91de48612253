// Words for tests about schedules: shifts in a line, events as short texts.
//
// Instants are written as in docs/spec/schedules.md, section 16: "03-08T14" is 2025-03-08T14:00:00Z,
// "2024-12-16T09" names another year; "03-08T14/03-09T13" is an event. Users "A", "B", ... have ids "UA",
// "UB", ... and are called "a", "b", ... .
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "domain/schedule/people.h"
#include "domain/schedule/rotation.h"

namespace tocsin::schedule {

// "03-08", "03-08T14", "03-08T14:30", "2024-12-16T09:00:59"
inline timezone::Wall wall(std::string_view text) {
  std::string full(text);
  if (full.size() < 5 || full[2] == '-') full = "2025-" + full;
  const std::string pattern = "0000-00-00T00:00:00";
  full += pattern.substr(full.size());
  const auto at = parse_iso(full);
  if (!at) throw std::invalid_argument("bad time in a test: " + std::string(text));
  return timezone::Wall{std::chrono::floor<std::chrono::seconds>(at->time_since_epoch())};
}
inline Instant utc(std::string_view text) {
  return Instant{wall(text).time_since_epoch()};
}
inline Range window(std::string_view from, std::string_view to) {
  return {utc(from), utc(to)};
}

inline std::string shown(Instant at) {
  std::string text = to_iso(at);  // 2025-03-08T14:00:00Z
  text.pop_back();
  if (text.ends_with(":00")) text.resize(text.size() - 3);
  if (text.ends_with(":00")) text.resize(text.size() - 3);
  if (text.ends_with("T00")) text.resize(text.size() - 3);
  return text.starts_with("2025-") ? text.substr(5) : text;
}
inline std::string shown(Instant start, Instant end) {
  return shown(start) + "/" + shown(end);
}

inline UserId user(std::string_view letter) {
  return UserId("U" + std::string(letter));
}
inline std::string letter(const UserId& id) {
  return id.str().substr(1);
}

// A to Y, except Z, whom nobody knows; and a viewer.
inline const People& people() {
  static const People all([] {
    std::vector<Person> list;
    for (char c = 'A'; c <= 'Y'; ++c) {
      const std::string lower(1, static_cast<char>(c - 'A' + 'a'));
      list.push_back({user(std::string_view(&c, 1)), lower, lower + "@example.com", true});
    }
    list.push_back({UserId("Uviewer"), "viewer", "viewer@example.com", false});
    return list;
  }());
  return all;
}

inline Schedule a_schedule(ScheduleType type) {
  Schedule schedule;
  schedule.id = ScheduleId("S1");
  schedule.type = type;
  schedule.created_at = utc("2020-01-01");
  return schedule;
}

template <class Items>
std::string joined(const Items& items, std::string_view separator = "; ") {
  std::string all;
  for (const std::string& item : items) {
    if (!all.empty()) all += separator;
    all += item;
  }
  return all;
}

// "A,B C": one group of two, one of one. "A - C": the second group is empty.
inline std::vector<std::vector<UserId>> groups(std::string_view text) {
  std::vector<std::vector<UserId>> all(1);
  for (const char c : text) {
    if (c == ' ') all.emplace_back();
    if (c >= 'A' && c <= 'Z') all.back().push_back(user(std::string_view(&c, 1)));
  }
  return all;
}

inline std::vector<std::chrono::weekday> week_days(std::string_view text) {
  constexpr std::string_view kNames = "SUMOTUWETHFRSA";
  std::vector<std::chrono::weekday> days;
  for (std::size_t i = 0; i + 1 < text.size(); i += 3) {
    days.emplace_back(static_cast<unsigned>(kNames.find(text.substr(i, 2)) / 2));
  }
  return days;
}

inline constexpr std::chrono::seconds kDay = std::chrono::hours{24};

// Builds shifts as the rows of section 16 describe them: UTC, level 0, weeks from Monday, made by the API.
struct Shift : OnCallShift {
  static Shift make(ShiftType type, std::string_view start, std::chrono::seconds duration) {
    Shift s;
    s.id = OnCallShiftId("O1");
    s.type = type;
    s.start = s.rotation_start = wall(start);
    s.duration = duration;
    s.week_start = std::chrono::Monday;
    return s;
  }
  static Shift single(std::string_view start, std::chrono::seconds duration) {
    return make(ShiftType::SingleEvent, start, duration).by("A");
  }
  static Shift recurrent(ShiftFrequency frequency, std::string_view start, std::chrono::seconds duration) {
    Shift s = make(ShiftType::RecurrentEvent, start, duration).by("A");
    s.frequency = frequency;
    s.interval = 1;
    return s;
  }
  static Shift rolling(ShiftFrequency frequency, std::string_view users, std::string_view start,
                       std::chrono::seconds duration) {
    Shift s = make(ShiftType::RollingUsers, start, duration);
    s.frequency = frequency;
    s.interval = 1;
    s.rolling_users = groups(users);
    s.start_rotation_from_user_index = 0;
    return s;
  }

  Shift by(std::string_view letters) && { return users = groups(letters)[0], std::move(*this); }
  Shift in(const char* zone) && { return time_zone = zone, std::move(*this); }
  Shift every(int n) && { return interval = n, std::move(*this); }
  Shift on(std::string_view days) && { return by_day = week_days(days), std::move(*this); }
  Shift of_month(std::vector<int> days) && { return by_monthday = std::move(days), std::move(*this); }
  Shift in_months(std::vector<int> months) && { return by_month = std::move(months), std::move(*this); }
  Shift weeks_from(std::string_view day) && { return week_start = week_days(day)[0], std::move(*this); }
  Shift ending(std::string_view at) && { return until = wall(at), std::move(*this); }
  Shift rotating_from(std::string_view at) && { return rotation_start = wall(at), std::move(*this); }
  Shift first_group(int index) && { return start_rotation_from_user_index = index, std::move(*this); }
  Shift at_level(int l) && { return level = l, std::move(*this); }
  Shift named(const char* text) && { return id = OnCallShiftId(text), std::move(*this); }
  Shift from_the_web() && { return source = ShiftSource::Web, std::move(*this); }
};

// "A 01-06/01-07; B 01-07/01-08", or without letters when `with_users` is false.
inline std::string turns_of(const OnCallShift& shift, Range range, bool with_users = true) {
  Allowance allowance;
  const auto zone = timezone::Zone::find(shift.time_zone.value_or("UTC"));
  const auto order = groups_in_turn(shift);
  std::vector<std::string> lines;
  for (const Turn& turn : turns(shift, zone.value(), range, allowance)) {
    std::vector<std::string> letters;
    for (const UserId& id : order[turn.group]) letters.push_back(letter(id));
    if (letters.empty()) continue;
    lines.push_back((with_users ? joined(letters, "+") + " " : "") + shown(turn.start, turn.end));
  }
  return joined(lines);
}

// Only the starts: "A 01-06; B 01-07".
inline std::string starts_of(const OnCallShift& shift, Range range, bool with_users = true) {
  std::string lines = turns_of(shift, range, with_users);
  for (std::size_t slash = lines.find('/'); slash != std::string::npos; slash = lines.find('/')) {
    lines.erase(slash, lines.find(';', slash) - slash);
  }
  return lines;
}

}  // namespace tocsin::schedule
