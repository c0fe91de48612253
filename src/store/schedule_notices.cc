#include "store/schedule_notices.h"

#include <algorithm>
#include <functional>

#include "domain/model/json_fields.h"
#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::store {
namespace {

using std::chrono::seconds;

constexpr std::pair<WhenEmpty, std::string_view> kWhenEmpty[] = {{WhenEmpty::NotifyChannel, "channel"},
                                                                 {WhenEmpty::MentionPrevious, "previous"},
                                                                 {WhenEmpty::Inform, "inform"}};

// JSON columns are objects with one list, so that one description of the fields serves both ways.
struct OnCallColumn {
  std::vector<NoticedShift> on_call;
};
template <class Io>
void fields(Io& io, OnCallColumn& column) {
  io("on_call", column.on_call);
}
struct SecondsColumn {
  std::vector<seconds> lead_times;
};
template <class Io>
void fields(Io& io, SecondsColumn& column) {
  io("lead_times", column.lead_times);
}
template <class Column>
Column read_column(std::string_view text) {
  const auto value = json::read(text);
  auto column = value ? read_fields<Column>(*value) : Result<Column>(Column{});
  return column ? std::move(column).value() : Column{};
}
template <class Column>
std::string column_text(const Column& column) {
  return json::write(write_fields(column));
}

void ensure_row(Connection& db, const ScheduleId& schedule) {
  db.execute("INSERT INTO schedule_notices (schedule_id) VALUES ($1) ON CONFLICT (schedule_id) DO NOTHING",
             {schedule});
}

}  // namespace

std::string_view to_text(WhenEmpty when) {
  for (const auto& [value, text] : kWhenEmpty) {
    if (value == when) return text;
  }
  return "";
}

std::optional<WhenEmpty> parse_when_empty(std::string_view name) {
  for (const auto& [value, text] : kWhenEmpty) {
    if (text == name) return value;
  }
  return std::nullopt;
}

NoticeSettings notice_settings(Connection& db, const ScheduleId& schedule) {
  const Rows rows = db.query(
      "SELECT each_shift, when_empty, mention_start, mention_next FROM schedule_notices WHERE schedule_id = "
      "$1",
      {schedule});
  if (rows.empty()) return {};
  return {.each_shift = rows[0].boolean(0),
          .when_empty = parse_when_empty(rows[0].text(1)).value_or(WhenEmpty::NotifyChannel),
          .mention_start = rows[0].boolean(2),
          .mention_next = rows[0].boolean(3)};
}

void put_notice_settings(Connection& db, const ScheduleId& schedule, const NoticeSettings& s) {
  ensure_row(db, schedule);
  db.execute(
      "UPDATE schedule_notices SET each_shift = $2, when_empty = $3, mention_start = $4, mention_next = $5 "
      "WHERE schedule_id = $1",
      {schedule, s.each_shift, to_text(s.when_empty), s.mention_start, s.mention_next});
}

Seen seen_of(Connection& db, const ScheduleId& schedule) {
  const Rows rows = db.query(
      "SELECT on_call, looked_at, reported_at FROM schedule_notices WHERE schedule_id = $1", {schedule});
  if (rows.empty()) return {};
  return {.shifts = {read_column<OnCallColumn>(rows[0].text(0)).on_call},
          .looked_at = rows[0].optional_instant(1),
          .reported_at = rows[0].optional_instant(2)};
}

void put_seen(Connection& db, const ScheduleId& schedule, const schedule::ShiftState& shifts, Instant now) {
  ensure_row(db, schedule);
  db.execute("UPDATE schedule_notices SET on_call = $2, looked_at = $3 WHERE schedule_id = $1",
             {schedule, column_text(OnCallColumn{shifts.current}), now});
}

void put_reported(Connection& db, const ScheduleId& schedule, Instant now) {
  ensure_row(db, schedule);
  db.execute("UPDATE schedule_notices SET reported_at = $2 WHERE schedule_id = $1", {schedule, now});
}

bool record_announcement(Connection& db, const ScheduleId& schedule, const schedule::Announcement& a) {
  return db.execute(
             "INSERT INTO shift_announcements (schedule_id, user_id, shift, start_at, ahead_s) VALUES ($1, "
             "$2, $3, "
             "$4, $5) ON CONFLICT (schedule_id, user_id, shift, start_at, ahead_s) DO NOTHING",
             {schedule, a.user, a.shift.shift, a.shift.start, a.ahead.count()}) > 0;
}

void forget_announcements(Connection& db, const ScheduleId& schedule, Instant begun_before) {
  db.execute("DELETE FROM shift_announcements WHERE schedule_id = $1 AND start_at < $2",
             {schedule, begun_before});
}

std::vector<seconds> lead_times_of(Connection& db, const UserId& user) {
  const Rows rows = db.query("SELECT lead_times FROM shift_lead_times WHERE user_id = $1", {user});
  if (rows.empty()) return {kDefaultLeadTime};
  return read_column<SecondsColumn>(rows[0].text(0)).lead_times;
}

void put_lead_times(Connection& db, const UserId& user, const std::vector<seconds>& lead_times) {
  std::vector<seconds> sorted = lead_times;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  db.execute(
      "INSERT INTO shift_lead_times (user_id, lead_times) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE "
      "SET "
      "lead_times = excluded.lead_times",
      {user, column_text(SecondsColumn{sorted})});
}

schedule::LeadTimes lead_times(Connection& db) {
  schedule::LeadTimes all;
  for (const Row row :
       db.query("SELECT u.id, l.lead_times FROM users u LEFT JOIN shift_lead_times l ON l.user_id = "
                "u.id WHERE u.deleted_at IS NULL AND u.contacts LIKE '%\"ntfy\"%'")) {
    all[row.id<UserId>(0)] = row.is_null(1) ? std::vector<seconds>{kDefaultLeadTime}
                                            : read_column<SecondsColumn>(row.text(1)).lead_times;
  }
  return all;
}

std::vector<ScheduleId> unwatched_schedules(Connection& db) {
  std::vector<ScheduleId> found;
  for (const Row row :
       db.query("SELECT id FROM schedules WHERE NOT EXISTS (SELECT 1 FROM timers WHERE kind = "
                "'schedule_look' AND subject = schedules.id) ORDER BY id")) {
    found.push_back(row.id<ScheduleId>(0));
  }
  return found;
}

std::vector<ScheduleId> schedules_of_user_group(Connection& db, const UserGroupId& group) {
  std::vector<ScheduleId> found;
  for (const Row row :
       db.query("SELECT id FROM schedules WHERE slack_user_group_id = $1 ORDER BY created_at, id", {group})) {
    found.push_back(row.id<ScheduleId>(0));
  }
  return found;
}

}  // namespace tocsin::store
