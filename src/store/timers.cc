#include "store/timers.h"

#include <algorithm>
#include <array>

namespace tocsin::store {
namespace {

#define TIMER_COLUMNS "kind, subject, generation, due_at, failures"
#define THE_TIMER "kind = $1 AND subject = $2 AND generation = $3 AND due_at = $4"

std::int64_t stored(std::uint64_t generation) {
  return static_cast<std::int64_t>(generation);
}

std::array<Param, 4> key_of(const DueTimer& timer) {
  return {timer.kind, timer.subject, stored(timer.generation), timer.due_at};
}

DueTimer read_timer(const Row& row) {
  DueTimer timer{.kind = row.string(0),
                 .subject = row.string(1),
                 .generation = static_cast<std::uint64_t>(row.integer(2)),
                 .due_at = row.instant(3),
                 .failures = row.integer(4),
                 .timer = {}};
  if (const auto kind = parse_timer_kind(timer.kind))
    timer.timer = timer_of(*kind, timer.subject, timer.generation, timer.due_at);
  return timer;
}

}  // namespace

void set_timer(Connection& db, const Timer& timer) {
  db.write_later(
      "INSERT INTO timers (kind, subject, generation, due_at, failures) VALUES ($1, $2, $3, $4, 0) "
      "ON CONFLICT (kind, subject) DO UPDATE SET generation = excluded.generation, due_at = excluded.due_at, "
      "failures = 0",
      2, {name_of(timer.kind), subject_of(timer), stored(timer.generation), timer.at});
}

std::vector<DueTimer> take_due_timers(Connection& db, Instant now, std::size_t limit) {
  // The limit stands in the text: as a parameter PostgreSQL would plan anew each time.
  const std::string oldest = " FROM timers WHERE due_at <= $1 ORDER BY due_at LIMIT " + std::to_string(limit);
  const bool sqlite = db.dialect() == Dialect::Sqlite;
  const std::string sql = sqlite ? "SELECT " TIMER_COLUMNS + oldest
                                 : "DELETE FROM timers WHERE ctid = ANY(ARRAY(SELECT ctid" + oldest +
                                       " FOR UPDATE SKIP LOCKED)) RETURNING " TIMER_COLUMNS;
  std::vector<DueTimer> due;
  for (const Row row : db.query(sql, {now})) due.push_back(read_timer(row));
  if (sqlite) {
    for (const DueTimer& timer : due) db.execute("DELETE FROM timers WHERE " THE_TIMER, key_of(timer));
  } else {
    std::ranges::stable_sort(due, {}, &DueTimer::due_at);
  }
  return due;
}

bool take_timer(Connection& db, const DueTimer& timer) {
  // Not a plain DELETE: that would wait for another node that runs it.
  if (db.dialect() == Dialect::Postgres &&
      db.query("SELECT 1 FROM timers WHERE " THE_TIMER " FOR UPDATE SKIP LOCKED", key_of(timer)).empty())
    return false;
  return db.execute("DELETE FROM timers WHERE " THE_TIMER, key_of(timer)) > 0;
}

void set_timer_aside(Connection& db, const DueTimer& timer, Instant until) {
  db.execute("UPDATE timers SET due_at = $5, failures = failures + 1 WHERE " THE_TIMER,
             {timer.kind, timer.subject, stored(timer.generation), timer.due_at, until});
}

std::optional<Instant> next_timer(Connection& db) {
  return db.query("SELECT MIN(due_at) FROM timers")[0].optional_instant(0);
}

}  // namespace tocsin::store
