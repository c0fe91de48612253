#include "store/shifts.h"

#include <unordered_map>

#include "domain/model/schedule_text.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

#define SHIFT_COLUMNS                                                                                  \
  "s.id, s.schedule_id, s.team_id, s.name, s.type, s.time_zone, s.level, s.start_wall, s.duration_s, " \
  "s.rotation_start_wall, s.frequency, s.repeat_interval, s.until_wall, s.week_start, s.by_day, "      \
  "s.by_month, s.by_monthday, s.users, s.rolling_users, s.start_rotation_from_user_index, s.source, "  \
  "s.turn_offset, s.created_at"

using timezone::Wall;

std::int64_t number(Wall wall) {
  return wall.time_since_epoch().count();
}
Wall wall_of(std::int64_t seconds) {
  return Wall{std::chrono::seconds{seconds}};
}

// ------------------------------------------------------------------------------------------- JSON lists

json::Value ids_json(const std::vector<UserId>& ids) {
  json::Array array;
  for (const UserId& id : ids) array.emplace_back(id.str());
  return json::Value(std::move(array));
}

std::optional<std::string> numbers_text(const std::vector<int>& numbers) {
  if (numbers.empty()) return std::nullopt;
  json::Array array;
  for (const int n : numbers) array.emplace_back(n);
  return json::write(json::Value(std::move(array)));
}

std::optional<std::string> days_text(const std::vector<std::chrono::weekday>& days) {
  if (days.empty()) return std::nullopt;
  json::Array array;
  for (const auto day : days) array.emplace_back(weekday_text(day));
  return json::write(json::Value(std::move(array)));
}

std::optional<std::string> groups_text(const std::vector<std::vector<UserId>>& groups) {
  if (groups.empty()) return std::nullopt;
  json::Array array;
  for (const auto& group : groups) array.push_back(ids_json(group));
  return json::write(json::Value(std::move(array)));
}

json::Array array_of(std::string_view text) {
  if (text.empty()) return {};
  auto value = json::read(text);
  return value && value->is_array() ? std::move(value->as_array()) : json::Array{};
}

std::vector<UserId> ids_of(const json::Array& array) {
  std::vector<UserId> ids;
  for (const json::Value& id : array) ids.emplace_back(id.as_string());
  return ids;
}

std::vector<int> numbers_of(std::string_view text) {
  std::vector<int> numbers;
  for (const json::Value& n : array_of(text)) numbers.push_back(static_cast<int>(n.as_int()));
  return numbers;
}

std::vector<std::chrono::weekday> days_of(std::string_view text) {
  std::vector<std::chrono::weekday> days;
  for (const json::Value& day : array_of(text)) {
    if (const auto parsed = parse_weekday(day.as_string())) days.push_back(*parsed);
  }
  return days;
}

std::vector<std::vector<UserId>> groups_of(std::string_view text) {
  std::vector<std::vector<UserId>> groups;
  for (const json::Value& group : array_of(text)) groups.push_back(ids_of(group.as_array()));
  return groups;
}

// ------------------------------------------------------------------------------------------------ rows

OnCallShift read_shift(const Row& row) {
  OnCallShift shift;
  shift.id = row.id<OnCallShiftId>(0);
  shift.schedule = row.optional_id<ScheduleId>(1);
  shift.team_id = row.optional_id<TeamId>(2);
  shift.name = row.optional_string(3);
  shift.type = parse_shift_type(row.text(4)).value_or(ShiftType::SingleEvent);
  shift.time_zone = row.optional_string(5);
  shift.level = static_cast<int>(row.integer(6));
  shift.start = wall_of(row.integer(7));
  shift.duration = std::chrono::seconds(row.integer(8));
  shift.rotation_start = wall_of(row.integer(9));
  shift.frequency = parse_shift_frequency(row.text(10));
  if (!row.is_null(11)) shift.interval = static_cast<int>(row.integer(11));
  if (!row.is_null(12)) shift.until = wall_of(row.integer(12));
  shift.week_start = parse_weekday(row.text(13)).value_or(std::chrono::Sunday);
  shift.by_day = days_of(row.text(14));
  shift.by_month = numbers_of(row.text(15));
  shift.by_monthday = numbers_of(row.text(16));
  shift.users = ids_of(array_of(row.text(17)));
  shift.rolling_users = groups_of(row.text(18));
  if (!row.is_null(19)) shift.start_rotation_from_user_index = static_cast<int>(row.integer(19));
  shift.source = static_cast<ShiftSource>(row.integer(20));
  shift.turn_offset = static_cast<int>(row.integer(21));
  return shift;
}

// Which shifts: the end of a SELECT on `on_call_shifts s`. A shift of no schedule shows the first calendar
// that lists it, in the order of schedules; those of all shifts are read at once.
std::vector<StoredShift> read_with_calendars(Connection& db, const std::string& which, Params params) {
  const std::string from = " FROM on_call_shifts s" + which;
  const std::string shifts_sql = "SELECT " SHIFT_COLUMNS + from;
  const std::string lists_sql =
      "SELECT l.shift_id, l.schedule_id FROM schedule_shifts l JOIN schedules c ON c.id = l.schedule_id "
      "WHERE l.shift_id IN (SELECT s.id" +
      from + ") ORDER BY c.created_at, c.id";
  const std::vector<Param> bound(params.begin(), params.end());
  const std::vector<Rows> answers =
      db.query_all(std::vector<Question>{{shifts_sql, bound}, {lists_sql, bound}});
  std::unordered_map<std::string_view, ScheduleId> first_calendar;
  for (const Row row : answers[1]) first_calendar.emplace(row.text(0), row.id<ScheduleId>(1));
  std::vector<StoredShift> shifts;
  for (const Row row : answers[0]) {
    StoredShift& stored = shifts.emplace_back(
        StoredShift{.shift = read_shift(row), .shown_schedule = {}, .created_at = row.instant(22)});
    stored.shown_schedule = stored.shift.schedule;
    const auto calendar = first_calendar.find(stored.shift.id.str());
    if (!stored.shown_schedule && calendar != first_calendar.end()) stored.shown_schedule = calendar->second;
  }
  return shifts;
}

// What a shift is in the database; owns the texts.
struct Columns {
  explicit Columns(const OnCallShift& shift)
      : by_day(days_text(shift.by_day)),
        by_month(numbers_text(shift.by_month)),
        by_monthday(numbers_text(shift.by_monthday)),
        users(json::write(ids_json(shift.users))),
        rolling_users(groups_text(shift.rolling_users)) {
    if (shift.frequency) frequency = to_text(*shift.frequency);
    if (shift.until) until = number(*shift.until);
  }
  // $1 to $22 of both statements: all but its creation.
  std::vector<Param> params(const OnCallShift& s) const {
    return {s.id,
            s.schedule,
            s.team_id,
            s.name,
            to_text(s.type),
            s.time_zone,
            s.level,
            number(s.start),
            s.duration.count(),
            number(s.rotation_start),
            frequency,
            s.interval,
            until,
            weekday_text(s.week_start),
            by_day,
            by_month,
            by_monthday,
            users,
            rolling_users,
            s.start_rotation_from_user_index,
            static_cast<int>(s.source),
            s.turn_offset};
  }

  std::optional<std::string_view> frequency;
  std::optional<std::int64_t> until;
  std::optional<std::string> by_day, by_month, by_monthday;
  std::string users;
  std::optional<std::string> rolling_users;
};

Where where_of(const ShiftFilter& filter) {
  Where where;
  if (filter.name) where.add("s.name = ?", *filter.name);
  where.add_team("s.team_id", filter.team);
  if (filter.schedule) {
    const std::string id = where.next(*filter.schedule);
    where.add("(s.schedule_id = " + id +
              " OR EXISTS (SELECT 1 FROM schedule_shifts l WHERE l.shift_id = s.id AND " +
              "l.schedule_id = " + id + "))");
  }
  return where;
}

}  // namespace

void insert_shift(Connection& db, const OnCallShift& s, Instant created_at) {
  const Columns columns(s);
  std::vector<Param> params = columns.params(s);
  params.emplace_back(created_at);
  db.execute(
      "INSERT INTO on_call_shifts (id, schedule_id, team_id, name, type, time_zone, level, start_wall, "
      "duration_s, rotation_start_wall, frequency, repeat_interval, until_wall, week_start, by_day, "
      "by_month, "
      "by_monthday, users, rolling_users, start_rotation_from_user_index, source, turn_offset, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "
      "$21, "
      "$22, $23)",
      Params(params));
}

void update_shift(Connection& db, const OnCallShift& s) {
  const Columns columns(s);
  const std::vector<Param> params = columns.params(s);
  db.execute(
      "UPDATE on_call_shifts SET schedule_id = $2, team_id = $3, name = $4, type = $5, time_zone = $6, "
      "level = $7, start_wall = $8, duration_s = $9, rotation_start_wall = $10, frequency = $11, "
      "repeat_interval = $12, until_wall = $13, week_start = $14, by_day = $15, by_month = $16, "
      "by_monthday = $17, users = $18, rolling_users = $19, start_rotation_from_user_index = $20, "
      "source = $21, turn_offset = $22 WHERE id = $1",
      Params(params));
}

void delete_shift(Connection& db, const OnCallShiftId& id) {
  db.execute("DELETE FROM on_call_shifts WHERE id = $1", {id});
}

std::optional<StoredShift> find_shift(Connection& db, const OnCallShiftId& id) {
  Where where;
  where.add("s.id = ?", id);
  auto shifts = read_with_calendars(db, where.text(), where.params());
  return shifts.empty() ? std::nullopt : std::optional(std::move(shifts.front()));
}

std::int64_t count_shifts(Connection& db, const ShiftFilter& filter) {
  const Where where = where_of(filter);
  return db.query("SELECT count(*) FROM on_call_shifts s" + where.text(), where.params())[0].integer(0);
}

std::vector<StoredShift> list_shifts(Connection& db, const ShiftFilter& filter, std::int64_t limit,
                                     std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  return read_with_calendars(db, where.text() + " ORDER BY s.created_at, s.id" + limits, where.params());
}

std::vector<OnCallShift> shifts_of(Connection& db, const ScheduleId& schedule) {
  std::vector<OnCallShift> shifts;
  for (const Row row : db.query(
           "SELECT " SHIFT_COLUMNS
           " FROM on_call_shifts s LEFT JOIN schedule_shifts l ON l.shift_id = s.id AND l.schedule_id = $1 "
           "WHERE s.id IN (SELECT shift_id FROM schedule_shifts WHERE schedule_id = $1 UNION "
           "SELECT id FROM on_call_shifts WHERE schedule_id = $1) "
           "ORDER BY l.position IS NULL, l.position, s.created_at, s.id",
           {schedule})) {
    shifts.push_back(read_shift(row));
  }
  return shifts;
}

std::vector<ScheduleId> schedules_of(Connection& db, const OnCallShiftId& shift) {
  std::vector<ScheduleId> schedules;
  for (const Row row :
       db.query("SELECT schedule_id FROM schedule_shifts WHERE shift_id = $1 UNION SELECT schedule_id "
                "FROM on_call_shifts WHERE id = $1 AND schedule_id IS NOT NULL",
                {shift})) {
    schedules.push_back(row.id<ScheduleId>(0));
  }
  return schedules;
}

}  // namespace tocsin::store
