#include "store/migrations.h"

#include <algorithm>
#include <set>
#include <string>

#include "store/transaction.h"

namespace tocsin::store {
namespace {

// "tocsin" in ASCII: the advisory lock that all nodes of one PostgreSQL database agree on.
constexpr std::int64_t kLockKey = 0x746f6373696e;
// Another process's migration may take longer than one busy time-out; 24 of the usual 5 s are two minutes.
constexpr int kPatience = 24;

// SQLite's lock is the write transaction of each step, PostgreSQL's is this one around all of them.
class MigrationLock {
 public:
  explicit MigrationLock(Connection& db) : db_(db) {
    if (db_.dialect() == Dialect::Postgres) db_.query("SELECT pg_advisory_lock($1)", {kLockKey});
  }
  // Without a connection there is nothing left to unlock: the server lets go of it then.
  ~MigrationLock() {
    if (db_.dialect() != Dialect::Postgres) return;
    try {
      db_.query("SELECT pg_advisory_unlock($1)", {kLockKey});
    } catch (const StorageError&) {
    }
  }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  Connection& db_;
};

std::set<std::int64_t> applied_numbers(Connection& db) {
  db.execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations "
      "(number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)");
  std::set<std::int64_t> numbers;
  for (const Row row : db.query("SELECT number FROM schema_migrations")) numbers.insert(row.integer(0));
  return numbers;
}

void refuse_newer(const Database& database, const std::set<std::int64_t>& applied, std::int64_t known) {
  if (applied.empty() || *applied.rbegin() <= known) return;
  throw StorageError("database " + database.name() + " has schema version " +
                     std::to_string(*applied.rbegin()) + ", but this program knows versions up to " +
                     std::to_string(known) +
                     " only: run the newer Tocsin that brought it there, or restore a backup");
}

// Looks and acts in one transaction, so that of two processes exactly one applies each step. False when all
// is done.
bool apply_next(Database& database, Connection& db, Instant now, std::span<const Migration> history) {
  Transaction transaction(db);
  const std::set<std::int64_t> applied = applied_numbers(db);
  refuse_newer(database, applied, history.empty() ? 0 : history.back().number);
  const auto next =
      std::ranges::find_if(history, [&](const Migration& step) { return !applied.contains(step.number); });
  if (next != history.end()) {
    try {
      db.run_script(next->sql);
    } catch (const StorageError& error) {
      throw StorageError("migration " + std::to_string(next->number) + " (" + std::string(next->name) +
                         ") failed and was undone: " + error.what());
    }
    db.execute("INSERT INTO schema_migrations (number, name, applied_at) VALUES ($1, $2, $3)",
               {next->number, next->name, now});
  }
  transaction.commit();
  return next != history.end();
}

bool apply_next_patiently(Database& database, Connection& db, Instant now,
                          std::span<const Migration> history) {
  for (int attempt = 1;; ++attempt) {
    try {
      return apply_next(database, db, now, history);
    } catch (const Busy&) {
      if (attempt == kPatience) throw;
    }
  }
}

}  // namespace

void migrate(Database& database, Instant now, std::span<const Migration> history) {
  const std::unique_ptr<Connection> db = database.connect(Connection::Mode::Write);
  const MigrationLock lock(*db);
  while (apply_next_patiently(database, *db, now, history)) {
  }
}

void migrate(Database& database, Instant now) {
  migrate(database, now, migrations());
}

int schema_version() {
  return migrations().empty() ? 0 : migrations().back().number;
}

}  // namespace tocsin::store
