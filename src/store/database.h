// A database by its address: opens connections, brings the schema up to date.
//
// Address: "sqlite:PATH" ("sqlite::memory:" is one shared database per Database object, gone with it) or
// "postgresql://...". A Database may be used by several threads at once, a Connection by one. Errors:
// StorageError with a message an operator can act on.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/instant.h"
#include "store/connection.h"

namespace tocsin::store {

class Database {
 public:
  virtual ~Database() = default;
  // Read connections never wait for the writer (SQLite: WAL readers, query_only).
  virtual std::unique_ptr<Connection> connect(Connection::Mode mode) = 0;
  virtual Dialect dialect() const = 0;
  // "sqlite:./data/tocsin.db" or "postgresql://user@host/db" with the password left out: fit for logs.
  virtual std::string name() const = 0;
};

std::unique_ptr<Database> open_database(const std::string& address);

// The two drivers, sqlite/ and postgres/. How long a SQLite write transaction waits for another process's:
// `busy_timeout`.
std::unique_ptr<Database> open_sqlite(const std::string& path,
                                      std::chrono::milliseconds busy_timeout = std::chrono::seconds(5));
std::unique_ptr<Database> open_postgres(const std::string& url);

// Applies the numbered migrations that are missing, each in its own transaction, under a lock that other
// processes wait for; `now` is what schema_migrations says about when. Throws StorageError when the database
// is newer than this program.
void migrate(Database& database, Instant now);

// The highest migration number built into this program.
int schema_version();

}  // namespace tocsin::store
