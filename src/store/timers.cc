#include "store/timers.h"

namespace tocsin::store {
namespace {

#define DUE \
  "SELECT kind, subject, generation, due_at, failures FROM timers WHERE due_at <= $1 ORDER BY due_at LIMIT "
#define THE_TIMER                                                                         \
  "SELECT 1 FROM timers WHERE kind = $1 AND subject = $2 AND generation = $3 AND due_at " \
  "= $4"

std::string_view for_dialect(const Connection& db, std::string_view sqlite, std::string_view postgres) {
  return db.dialect() == Dialect::Sqlite ? sqlite : postgres;
}

std::int64_t stored(std::uint64_t generation) {
  return static_cast<std::int64_t>(generation);
}

}  // namespace

void set_timer(Connection& db, const Timer& timer) {
  db.write_later(
      "INSERT INTO timers (kind, subject, generation, due_at, failures) VALUES ($1, $2, $3, $4, 0) "
      "ON CONFLICT (kind, subject) DO UPDATE SET generation = excluded.generation, due_at = excluded.due_at, "
      "failures = 0",
      2, {name_of(timer.kind), subject_of(timer), stored(timer.generation), timer.at});
}

std::vector<DueTimer> claim_due_timers(Connection& db, Instant now, std::size_t limit) {
  // The limit stands in the text: as a parameter PostgreSQL would plan anew each time.
  const std::string sql =
      DUE + std::to_string(limit) + (db.dialect() == Dialect::Sqlite ? "" : " FOR UPDATE SKIP LOCKED");
  std::vector<DueTimer> due;
  for (const Row row : db.query(sql, {now})) {
    DueTimer timer{.kind = row.string(0),
                   .subject = row.string(1),
                   .generation = static_cast<std::uint64_t>(row.integer(2)),
                   .due_at = row.instant(3),
                   .failures = row.integer(4),
                   .timer = {}};
    if (const auto kind = parse_timer_kind(timer.kind))
      timer.timer = timer_of(*kind, timer.subject, timer.generation, timer.due_at);
    due.push_back(std::move(timer));
  }
  return due;
}

bool claim_timer(Connection& db, const DueTimer& timer) {
  return !db.query(for_dialect(db, THE_TIMER, THE_TIMER " FOR UPDATE SKIP LOCKED"),
                   {timer.kind, timer.subject, stored(timer.generation), timer.due_at})
              .empty();
}

void delete_timer(Connection& db, const DueTimer& timer) {
  db.execute_later("DELETE FROM timers WHERE kind = $1 AND subject = $2 AND generation = $3 AND due_at = $4",
                   {timer.kind, timer.subject, stored(timer.generation), timer.due_at});
}

void set_timer_aside(Connection& db, const DueTimer& timer, Instant until) {
  db.execute(
      "UPDATE timers SET due_at = $5, failures = failures + 1 WHERE kind = $1 AND subject = $2 AND "
      "generation = $3 AND due_at = $4",
      {timer.kind, timer.subject, stored(timer.generation), timer.due_at, until});
}

std::optional<Instant> next_timer(Connection& db) {
  return db.query("SELECT MIN(due_at) FROM timers")[0].optional_instant(0);
}

}  // namespace tocsin::store
