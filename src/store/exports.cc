#include "store/exports.h"

#include <unordered_set>

namespace tocsin::store {
namespace {

using ical::PublishedEvent;
using schedule::Event;
using schedule::Range;
using std::chrono::days;

// One event and one of its people.
struct Publication {
  std::string uid;
  UserId user;
  std::string summary;
  const Event* event;
};

std::string digits_of(Instant at) {
  std::string digits;
  for (const char c : to_iso_seconds(at)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

std::vector<Publication> publications(const LoadedSchedule& loaded, const schedule::FinalSchedule& final) {
  std::vector<Publication> found;
  for (const Event& event : final.events()) {
    for (const schedule::OnCallUser& user : event.users) {
      const schedule::Person* person = loaded.people->find(user.id);
      found.push_back({event.shift + "-" + digits_of(event.start) + "-" + user.id.str(), user.id,
                       person == nullptr ? "(missing)" : person->username, &event});
    }
  }
  return found;
}

int priority_of(const Event& event) {
  return event.is_override() ? 1 : 0;
}

bool has_subscribers(Connection& db, const ScheduleId& schedule) {
  return !db.query(
                "SELECT 1 FROM export_tokens WHERE revoked_at IS NULL AND (schedule_id = $1 OR schedule_id "
                "IS NULL) "
                "LIMIT 1",
                {schedule})
              .empty();
}

// The schedule's events now, then those that an edit took away; `only`: of that user.
std::vector<PublishedEvent> published_events(Connection& db, const LoadedSchedule& loaded,
                                             const std::optional<UserId>& only, const std::string& prefix,
                                             Instant now) {
  const Range window = export_window(now);
  const schedule::FinalSchedule final = schedule::resolve(loaded.input(), window);
  std::vector<PublishedEvent> out;
  std::unordered_set<std::string> uids;
  for (Publication& p : publications(loaded, final)) {
    uids.insert(p.uid);
    if (only && p.user != *only) continue;
    out.push_back({.uid = std::move(p.uid),
                   .summary = prefix + p.summary,
                   .start = p.event->start,
                   .end = p.event->end,
                   .stamp = now,
                   .priority = priority_of(*p.event),
                   .cancelled = false});
  }
  for (const Row row :
       db.query("SELECT uid, user_id, summary, start_at, priority, seen_at FROM published_events WHERE "
                "schedule_id = $1 AND end_at > $2 AND end_at <= $3 AND seen_at >= $2 "
                "ORDER BY start_at, uid",
                {loaded.schedule.id, window.from, window.to})) {
    if (uids.contains(row.string(0)) || (only && row.id<UserId>(1) != *only)) continue;
    out.push_back({.uid = row.string(0),
                   .summary = prefix + row.string(2),
                   .start = row.instant(3),
                   .end = row.instant(3),
                   .stamp = row.instant(5),
                   .priority = static_cast<int>(row.integer(4)),
                   .cancelled = true});
  }
  return out;
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

Range export_window(Instant now) {
  const auto today = std::chrono::floor<days>(now);
  return {today - days{15}, today + days{180} - std::chrono::seconds{1}};
}

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
    if (!access::same_digest(rows[i].text(2), digest.digest)) continue;
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
  const Range window = export_window(now);
  db.execute("DELETE FROM published_events WHERE schedule_id = $1 AND seen_at < $2", {id, window.from});
  const schedule::FinalSchedule final = schedule::resolve(before.input(), window);
  for (const Publication& p : publications(before, final)) {
    db.execute(
        "INSERT INTO published_events (schedule_id, uid, user_id, summary, start_at, end_at, priority, "
        "seen_at) VALUES "
        "($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (schedule_id, uid) DO UPDATE SET summary = "
        "excluded.summary, "
        "end_at = excluded.end_at, seen_at = excluded.seen_at",
        {id, p.uid, p.user, p.summary, p.event->start, p.event->end, priority_of(*p.event), now});
  }
}

ical::PublishedCalendar schedule_calendar(Connection& db, const LoadedSchedule& loaded, Instant now) {
  return {.name = loaded.schedule.name, .events = published_events(db, loaded, std::nullopt, "", now)};
}

ical::PublishedCalendar personal_calendar(Connection& db, const UserId& user, const std::string& username,
                                          Instant now) {
  ical::PublishedCalendar calendar{.name = "On-Call Schedule for " + username, .events = {}};
  for (const ScheduleId& id : all_schedule_ids(db)) {
    const auto loaded = load_schedule(db, id, export_window(now));
    if (!loaded || !loaded->may_name(user)) continue;
    auto events = published_events(db, *loaded, user, loaded->schedule.name + ": ", now);
    calendar.events.insert(calendar.events.end(), std::make_move_iterator(events.begin()),
                           std::make_move_iterator(events.end()));
  }
  return calendar;
}

}  // namespace tocsin::store
