#include "store/exports.h"

#include "base/digest.h"
#include "domain/schedule/publish.h"

namespace tocsin::store {
namespace {

using ical::PublishedEvent;
using schedule::Range;

bool has_subscribers(Connection& db, const ScheduleId& schedule) {
  return !db.query(
                "SELECT 1 FROM export_tokens WHERE revoked_at IS NULL AND (schedule_id = $1 OR schedule_id "
                "IS NULL) "
                "LIMIT 1",
                {schedule})
              .empty();
}

// What was there before edits, as cancelled; what is there still goes before it.
std::vector<PublishedEvent> withdrawn(Connection& db, const ScheduleId& schedule, Range window) {
  std::vector<PublishedEvent> events;
  for (const Row row :
       db.query("SELECT uid, summary, start_at, priority, seen_at FROM published_events WHERE "
                "schedule_id = $1 AND end_at >= $2 AND end_at <= $3 ORDER BY start_at, uid",
                {schedule, window.from, window.to})) {
    events.push_back({.uid = row.string(0),
                      .summary = row.string(1),
                      .start = row.instant(2),
                      .end = row.instant(2),
                      .stamp = row.instant(4),
                      .priority = static_cast<int>(row.integer(3)),
                      .cancelled = true});
  }
  return events;
}

schedule::PublishedSchedule published(Connection& db, const LoadedSchedule& loaded, Instant now) {
  const Range window = schedule::publish_window(now);
  return {loaded.schedule.name, schedule::publish(schedule::resolve(loaded.input(), window), *loaded.people,
                                                  withdrawn(db, loaded.schedule.id, window), now)};
}

std::optional<ExportToken> first_token(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  const Row row = rows[0];
  return ExportToken{.id = row.string(0),
                     .digest = {row.string(1), row.string(2)},
                     .user = row.id<UserId>(3),
                     .schedule = row.optional_id<ScheduleId>(4),
                     .created_at = row.instant(5),
                     .revoked = !row.is_null(6),
                     .user_active = row.is_null(7)};
}

#define TOKEN_QUERY                                                                                          \
  "SELECT t.id, t.lookup_key, t.digest, t.user_id, t.schedule_id, t.created_at, t.revoked_at, u.deleted_at " \
  "FROM export_tokens t JOIN users u ON u.id = t.user_id "

}  // namespace

void insert_export_token(Connection& db, const ExportToken& token) {
  db.execute(
      "INSERT INTO export_tokens (id, lookup_key, digest, user_id, schedule_id, created_at) VALUES "
      "($1, $2, $3, $4, $5, $6)",
      {token.id, token.digest.lookup_key, token.digest.digest, token.user, token.schedule, token.created_at});
}

std::optional<ExportToken> find_export_token(Connection& db, const access::TokenDigest& digest) {
  const Rows rows =
      db.query(TOKEN_QUERY "WHERE t.lookup_key = $1 ORDER BY t.created_at DESC", {digest.lookup_key});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!same_secret(rows[i].text(2), digest.digest)) continue;
    return first_token(db.query(TOKEN_QUERY "WHERE t.id = $1", {rows[i].text(0)}));
  }
  return std::nullopt;
}

std::optional<ExportToken> live_export_token(Connection& db, const UserId& user,
                                             const std::optional<ScheduleId>& schedule) {
  if (schedule) {
    return first_token(db.query(TOKEN_QUERY
                                "WHERE t.user_id = $1 AND t.schedule_id = $2 AND t.revoked_at IS NULL",
                                {user, *schedule}));
  }
  return first_token(db.query(
      TOKEN_QUERY "WHERE t.user_id = $1 AND t.schedule_id IS NULL AND t.revoked_at IS NULL", {user}));
}

void revoke_export_token(Connection& db, const std::string& id, Instant now) {
  db.execute("UPDATE export_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", {id, now});
}

void keep_published(Connection& db, const LoadedSchedule& before, Instant now) {
  const ScheduleId& id = before.schedule.id;
  if (!has_subscribers(db, id)) return;
  const Range window = schedule::publish_window(now);
  db.execute("DELETE FROM published_events WHERE schedule_id = $1 AND seen_at < $2", {id, window.from});
  const schedule::FinalSchedule final = schedule::resolve(before.input(), window);
  for (const PublishedEvent& event : schedule::publish(final, *before.people, {}, now)) {
    db.execute(
        "INSERT INTO published_events (schedule_id, uid, summary, start_at, end_at, priority, seen_at) "
        "VALUES "
        "($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (schedule_id, uid) DO UPDATE SET summary = "
        "excluded.summary, "
        "end_at = excluded.end_at, seen_at = excluded.seen_at",
        {id, event.uid, event.summary, event.start, event.end, event.priority, event.stamp});
  }
}

std::string schedule_calendar(Connection& db, const LoadedSchedule& loaded, Instant now) {
  return schedule::schedule_calendar(published(db, loaded, now));
}

std::string personal_calendar(Connection& db, const User& user, Instant now) {
  const schedule::Person person{.id = user.id, .username = user.username, .email = user.email};
  std::vector<schedule::PublishedSchedule> schedules;
  for (const ScheduleId& id : schedules_naming(db, user.id)) {
    const auto loaded = load_schedule(db, id, schedule::publish_window(now));
    if (loaded) schedules.push_back(published(db, *loaded, now));
  }
  return schedule::personal_calendar(person, schedules);
}

}  // namespace tocsin::store
