#include "schedule/driver.h"

#include <iostream>
#include <string>

#include "domain/schedule/rotation.h"
#include "language/ical/recurrence.h"
#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::schedule {
namespace {

using json::Value;
using std::chrono::seconds;
using timezone::Wall;

std::int64_t number(const Value& from, std::string_view key, std::int64_t otherwise = 0) {
  const Value* found = from.find(key);
  return found == nullptr || found->is_null() ? otherwise : found->as_int();
}
std::string text(const Value& from, std::string_view key) {
  const Value* found = from.find(key);
  return found == nullptr || found->is_null() ? std::string() : found->as_string();
}
Wall wall(std::int64_t since_1970) {
  return Wall{seconds{since_1970}};
}
Instant instant(std::int64_t since_1970) {
  return Instant{seconds{since_1970}};
}

std::vector<int> numbers(const Value& from, std::string_view key) {
  std::vector<int> list;
  if (const Value* found = from.find(key); found != nullptr && found->is_array()) {
    for (const Value& item : found->as_array()) list.push_back(static_cast<int>(item.as_int()));
  }
  return list;
}

// Monday is 0, as in Python.
std::chrono::weekday weekday(std::int64_t from_monday) {
  return std::chrono::weekday{static_cast<unsigned>(from_monday + 1) % 7};
}

OnCallShift read_shift(const Value& from) {
  OnCallShift shift;
  const std::string type = text(from, "type");
  shift.type = type == "single"      ? ShiftType::SingleEvent
               : type == "recurrent" ? ShiftType::RecurrentEvent
               : type == "rolling"   ? ShiftType::RollingUsers
                                     : ShiftType::Override;
  shift.time_zone = text(from, "zone");
  shift.start = wall(number(from, "start"));
  shift.rotation_start = wall(number(from, "rotation_start"));
  shift.duration = seconds{number(from, "duration")};
  if (const Value* until = from.find("until"); until != nullptr && !until->is_null())
    shift.until = wall(until->as_int());
  const std::string frequency = text(from, "frequency");
  if (frequency == "hourly") shift.frequency = ShiftFrequency::Hourly;
  if (frequency == "daily") shift.frequency = ShiftFrequency::Daily;
  if (frequency == "weekly") shift.frequency = ShiftFrequency::Weekly;
  if (frequency == "monthly") shift.frequency = ShiftFrequency::Monthly;
  shift.interval = static_cast<int>(number(from, "interval", 1));
  shift.week_start = weekday(number(from, "week_start"));
  for (const int day : numbers(from, "by_day")) shift.by_day.push_back(weekday(day));
  shift.by_month = numbers(from, "by_month");
  shift.by_monthday = numbers(from, "by_monthday");
  shift.rolling_users.resize(static_cast<std::size_t>(number(from, "groups")));
  shift.start_rotation_from_user_index = 0;
  shift.source = static_cast<ShiftSource>(number(from, "source", 1));
  return shift;
}

json::Array answer_shift(const Value& question) {
  const OnCallShift shift = read_shift(*question.find("shift"));
  const auto zone = timezone::Zone::find(*shift.time_zone);
  if (!zone) return {"unknown zone"};
  Allowance allowance;
  json::Array rows;
  for (const Turn& turn :
       turns(shift, *zone, {instant(number(question, "from")), instant(number(question, "to"))}, allowance)) {
    rows.push_back(
        json::Array{to_micros(turn.start) / 1'000'000, to_micros(turn.end) / 1'000'000, turn.group});
  }
  return rows;
}

json::Array answer_rule(const Value& question) {
  const Value& from = *question.find("rule");
  ical::Recurrence rule;
  rule.frequency = static_cast<ical::Frequency>(number(from, "frequency"));
  rule.interval = number(from, "interval", 1);
  rule.week_start = weekday(number(from, "week_start"));
  if (const Value* days = from.find("by_day"); days != nullptr) {
    for (const Value& day : days->as_array()) {
      rule.by_day.push_back(
          {weekday(day.as_array()[0].as_int()), static_cast<int>(day.as_array()[1].as_int())});
    }
  }
  rule.by_month = numbers(from, "by_month");
  rule.by_monthday = numbers(from, "by_monthday");
  rule.by_yearday = numbers(from, "by_yearday");
  rule.by_weekno = numbers(from, "by_weekno");
  rule.by_hour = numbers(from, "by_hour");
  rule.by_minute = numbers(from, "by_minute");
  rule.by_second = numbers(from, "by_second");
  rule.by_setpos = numbers(from, "by_setpos");
  ical::Budget budget{10'000'000};
  ical::Occurrences walk(rule, wall(number(question, "start")), wall(number(question, "from")), budget);
  json::Array rows;
  while (const auto at = walk.next(wall(number(question, "to"))))
    rows.push_back(at->time_since_epoch().count());
  return rows;
}

}  // namespace

void answer_lines(std::istream& in, std::ostream& out) {
  for (std::string line; std::getline(in, line);) {
    const Value question = json::read(line).value();
    out << json::write(question.find("shift") != nullptr ? answer_shift(question) : answer_rule(question))
        << '\n';
  }
  out.flush();
}

}  // namespace tocsin::schedule
