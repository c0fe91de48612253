// How tests tell a final schedule, and short words for what lies on January 6, 2025.
//
// Events are told as "A 8-12" while they lie on one day, else by "A 01-06/01-08T12"; overrides have a star.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "schedule/sample.h"

namespace tocsin::schedule {

inline std::string hours(Instant at) {
  std::string text = shown(at);
  const auto t = text.find('T');
  if (t == std::string::npos) return "0";
  text = text.substr(t + 1);
  return text[0] == '0' ? text.substr(1) : text;
}

inline std::string names(const Event& event) {
  std::vector<std::string> letters;
  for (const OnCallUser& user : event.users) letters.push_back(letter(user.id));
  return joined(letters, "+") + (event.is_override() ? "*" : "");
}

inline std::string day_of(const FinalSchedule& schedule, bool with_gaps = true) {
  std::vector<std::pair<Range, std::string>> parts;
  for (const Event& e : schedule.events()) parts.push_back({{e.start, e.end}, names(e)});
  if (with_gaps) {
    for (const Range& gap : gaps(schedule, EmptyShifts::CountAsCover)) parts.push_back({gap, "gap"});
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.first.from < b.first.from; });
  std::vector<std::string> lines;
  for (const auto& [range, name] : parts) {
    const std::string end = hours(range.to);
    lines.push_back(name + " " + hours(range.from) + "-" + (end == "0" ? "24" : end));
  }
  return joined(lines, ", ");
}

inline std::string long_form(const FinalSchedule& schedule) {
  std::vector<std::string> lines;
  for (const Event& e : schedule.events()) lines.push_back(names(e) + " " + shown(e.start, e.end));
  return joined(lines);
}

inline std::string on_call(const FinalSchedule& schedule, const char* when) {
  std::vector<std::string> letters;
  for (const UserId& id : schedule.on_call_at(utc(when)).users) letters.push_back(letter(id));
  return joined(letters, "+");
}

// Each has an id of its own.
inline OnCallShift at(const char* who, int level, const char* from, const char* to) {
  static int number = 0;
  Shift s = Shift::single(from, wall(to) - wall(from)).by(who).at_level(level);
  s.id = OnCallShiftId("O" + std::to_string(100 + number++));
  return s;
}
inline OnCallShift on_6th(const char* who, int level, int from, int to) {
  OnCallShift s = at(who, level, "01-06", "01-06");
  s.start = s.rotation_start = wall("01-06") + std::chrono::hours{from};
  s.duration = std::chrono::hours{to - from};
  return s;
}
inline OnCallShift override_on_6th(const char* who, int level, int from, int to) {
  OnCallShift s = on_6th(who, level, from, to);
  s.type = ShiftType::Override;
  return s;
}

// Nobody has taken it while `to` is empty. The later one is the younger one.
inline ShiftSwap swap(const char* from, const char* to, const char* start, const char* end) {
  static int number = 0;
  ShiftSwap s;
  s.id = ShiftSwapId("SSR" + std::to_string(++number));
  s.beneficiary = user(from);
  if (*to != '\0') s.benefactor = user(to);
  s.swap_start = utc(start);
  s.swap_end = utc(end);
  s.created_at = utc("2024-01-01") + std::chrono::seconds{number};
  return s;
}

}  // namespace tocsin::schedule
