#include "edge/api/shift_json.h"

#include "domain/model/schedule_text.h"

namespace tocsin::api {
namespace {

json::Value reading_or_null(const std::optional<timezone::Wall>& wall) {
  return wall ? json::Value(wall_text(*wall)) : json::Value();
}

template <class Items, class Write>
json::Value list_or_null(const Items& items, Write write) {
  if (items.empty()) return json::Value();
  json::Array out;
  for (const auto& item : items) out.push_back(write(item));
  return json::Value(std::move(out));
}

json::Value write_users(const std::vector<UserId>& users) {
  json::Array out;
  for (const UserId& user : users) out.emplace_back(user.str());
  return json::Value(std::move(out));
}

void write_recurrence(const OnCallShift& shift, json::Object& out) {
  out.set("frequency", shift.frequency ? json::Value(to_text(*shift.frequency)) : json::Value());
  out.set("interval", shift.interval ? json::Value(*shift.interval) : json::Value());
  out.set("until", reading_or_null(shift.until));
  if (shift.frequency == ShiftFrequency::Weekly) out.set("week_start", weekday_text(shift.week_start));
  const auto number = [](int n) { return json::Value(n); };
  out.set("by_day", list_or_null(shift.by_day, [](auto day) { return json::Value(weekday_text(day)); }));
  out.set("by_month", list_or_null(shift.by_month, number));
  out.set("by_monthday", list_or_null(shift.by_monthday, number));
}

}  // namespace

json::Value write_shift(const store::StoredShift& stored, bool with_source) {
  const OnCallShift& s = stored.shift;
  json::Object out;
  out.set("id", s.id.str());
  out.set("team_id", s.team_id ? json::Value(s.team_id->str()) : json::Value());
  out.set("schedule", stored.shown_schedule ? json::Value(stored.shown_schedule->str()) : json::Value());
  out.set("name", s.name ? json::Value(*s.name) : json::Value());
  out.set("type", to_text(s.type));
  out.set("time_zone", s.time_zone ? json::Value(*s.time_zone) : json::Value());
  if (s.type != ShiftType::Override) out.set("level", s.level);
  out.set("start", wall_text(s.start));
  out.set("duration", s.duration.count());
  out.set("rotation_start", wall_text(s.rotation_start));
  if (recurs(s.type)) write_recurrence(s, out);
  if (s.type != ShiftType::RollingUsers) out.set("users", write_users(s.users));
  if (s.type == ShiftType::RollingUsers) {
    out.set("rolling_users", list_or_null(s.rolling_users, write_users));
    out.set("start_rotation_from_user_index", s.start_rotation_from_user_index
                                                  ? json::Value(*s.start_rotation_from_user_index)
                                                  : json::Value());
  }
  if (with_source) out.set("source", static_cast<int>(s.source));
  return json::Value(std::move(out));
}

}  // namespace tocsin::api
