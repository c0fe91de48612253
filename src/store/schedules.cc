#include "store/schedules.h"

#include "domain/model/schedule_text.h"
#include "store/stamp.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

#define SCHEDULE_COLUMNS                                                                             \
  "id, type, team_id, name, time_zone, ical_url_primary, ical_url_overrides, enable_web_overrides, " \
  "slack_channel_id, slack_user_group_id, created_at, stamp"

StoredSchedule read_schedule(const Row& row) {
  return {.schedule = {.id = row.id<ScheduleId>(0),
                       .type = parse_schedule_type(row.text(1)).value_or(ScheduleType::Web),
                       .team_id = row.optional_id<TeamId>(2),
                       .name = row.string(3),
                       .time_zone = row.string(4),
                       .shifts = {},
                       .ical_url_primary = row.optional_string(5),
                       .ical_url_overrides = row.optional_string(6),
                       .enable_web_overrides = row.boolean(7),
                       .slack_channel_id = row.optional_string(8),
                       .slack_user_group_id = row.optional_string(9),
                       .created_at = row.instant(10)},
          .stamp = row.integer(11)};
}

// One statement a kind of schedule, for all of them.
void read_shift_lists(Connection& db, std::vector<StoredSchedule>& schedules, ScheduleType type,
                      std::string_view sql) {
  std::vector<std::vector<Param>> params;
  std::vector<StoredSchedule*> asked;
  for (StoredSchedule& stored : schedules) {
    if (stored.schedule.type != type) continue;
    params.push_back({stored.schedule.id});
    asked.push_back(&stored);
  }
  if (asked.empty()) return;
  const std::vector<Rows> lists = db.query_each(sql, params);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    for (const Row row : lists[i]) asked[i]->schedule.shifts.push_back(row.id<OnCallShiftId>(0));
  }
}

std::vector<StoredSchedule> read_schedules(Connection& db, const Rows& rows) {
  std::vector<StoredSchedule> schedules;
  schedules.reserve(rows.size());
  for (const Row row : rows) schedules.push_back(read_schedule(row));
  read_shift_lists(db, schedules, ScheduleType::Calendar,
                   "SELECT shift_id FROM schedule_shifts WHERE schedule_id = $1 ORDER BY position");
  read_shift_lists(db, schedules, ScheduleType::Web,
                   "SELECT id FROM on_call_shifts WHERE schedule_id = $1 ORDER BY created_at, id");
  return schedules;
}

void write_shift_list(Connection& db, const Schedule& schedule) {
  if (schedule.type == ScheduleType::Web) {
    db.execute("UPDATE on_call_shifts SET schedule_id = NULL WHERE schedule_id = $1", {schedule.id});
    for (const OnCallShiftId& shift : schedule.shifts) {
      db.execute("UPDATE on_call_shifts SET schedule_id = $1 WHERE id = $2", {schedule.id, shift});
    }
    return;
  }
  db.execute("DELETE FROM schedule_shifts WHERE schedule_id = $1", {schedule.id});
  std::int64_t position = 0;
  for (const OnCallShiftId& shift : schedule.shifts) {
    db.execute("INSERT INTO schedule_shifts (schedule_id, shift_id, position) VALUES ($1, $2, $3)",
               {schedule.id, shift, position++});
  }
}

Where where_of(const ScheduleFilter& filter) {
  Where where;
  if (filter.name) where.add("name = ?", *filter.name);
  where.add_team("team_id", filter.team);
  return where;
}

std::vector<ScheduleId> read_ids(const Rows& rows) {
  std::vector<ScheduleId> ids;
  ids.reserve(rows.size());
  for (const Row row : rows) ids.push_back(row.id<ScheduleId>(0));
  return ids;
}

}  // namespace

void insert_schedule(Connection& db, const Schedule& s) {
  db.execute(
      "INSERT INTO schedules (" SCHEDULE_COLUMNS
      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {s.id, to_text(s.type), s.team_id, s.name, s.time_zone, s.ical_url_primary, s.ical_url_overrides,
       s.enable_web_overrides, s.slack_channel_id, s.slack_user_group_id, s.created_at, fresh_stamp()});
  write_shift_list(db, s);
}

void update_schedule(Connection& db, const Schedule& s) {
  db.execute(
      "UPDATE schedules SET team_id = $2, name = $3, time_zone = $4, ical_url_primary = $5, "
      "ical_url_overrides = $6, "
      "enable_web_overrides = $7, slack_channel_id = $8, slack_user_group_id = $9, stamp = $10 WHERE id = $1",
      {s.id, s.team_id, s.name, s.time_zone, s.ical_url_primary, s.ical_url_overrides, s.enable_web_overrides,
       s.slack_channel_id, s.slack_user_group_id, fresh_stamp()});
  write_shift_list(db, s);
}

void delete_schedule(Connection& db, const ScheduleId& id) {
  db.execute("DELETE FROM schedules WHERE id = $1", {id});
}

std::optional<StoredSchedule> find_schedule(Connection& db, const ScheduleId& id) {
  auto found = read_schedules(db, db.query("SELECT " SCHEDULE_COLUMNS " FROM schedules WHERE id = $1", {id}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::int64_t count_schedules(Connection& db, const ScheduleFilter& filter) {
  const Where where = where_of(filter);
  return db.query("SELECT count(*) FROM schedules" + where.text(), where.params())[0].integer(0);
}

std::vector<StoredSchedule> list_schedules(Connection& db, const ScheduleFilter& filter, std::int64_t limit,
                                           std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  return read_schedules(db, db.query("SELECT " SCHEDULE_COLUMNS " FROM schedules" + where.text() +
                                         " ORDER BY created_at, id" + limits,
                                     where.params()));
}

std::vector<ScheduleId> all_schedule_ids(Connection& db) {
  return read_ids(db.query("SELECT id FROM schedules ORDER BY created_at, id"));
}

std::vector<ScheduleId> schedules_naming(Connection& db, const UserId& user) {
  // An id is letters and digits, and stands between quotes in the lists of shifts.
  const std::string in_list = "%\"" + user.str() + "\"%";
  return read_ids(db.query(
      "SELECT s.id FROM schedules s WHERE s.ical_url_primary IS NOT NULL OR s.ical_url_overrides IS NOT NULL "
      "OR "
      "s.id IN (SELECT o.schedule_id FROM on_call_shifts o WHERE o.users LIKE $1 OR o.rolling_users LIKE $1) "
      "OR "
      "s.id IN (SELECT l.schedule_id FROM schedule_shifts l JOIN on_call_shifts o ON o.id = l.shift_id "
      "WHERE o.users LIKE $1 OR o.rolling_users LIKE $1) OR "
      "s.id IN (SELECT w.schedule_id FROM shift_swaps w WHERE w.beneficiary_id = $2 OR w.benefactor_id = $2) "
      "ORDER BY s.created_at, s.id",
      {in_list, user}));
}

}  // namespace tocsin::store
