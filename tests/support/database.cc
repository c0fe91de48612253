#include "support/database.h"

#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace tocsin::test {
namespace {

namespace fs = std::filesystem;
using store::Connection;
using store::StorageError;

std::string make_folder() {
  std::string name = (fs::temp_directory_path() / "tocsin-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw StorageError("mkdtemp: " + std::generic_category().message(errno));
  return name;
}

// Migrated once a program; each test gets a copy.
class SqliteTemplate {
 public:
  SqliteTemplate() : folder_(make_folder()) { store::migrate(*store::open_sqlite(file()), Instant{}); }
  ~SqliteTemplate() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  SqliteTemplate(const SqliteTemplate&) = delete;
  SqliteTemplate& operator=(const SqliteTemplate&) = delete;
  std::string file() const { return folder_ + "/template.db"; }

 private:
  std::string folder_;
};

std::string make_sqlite(const std::string& folder, TestDatabase::Schema schema) {
  static const SqliteTemplate migrated;
  if (schema == TestDatabase::Schema::Current) fs::copy_file(migrated.file(), folder + "/tocsin.db");
  return "sqlite:" + folder + "/tocsin.db";
}

// Programs run side by side on one server.
std::string make_schema_name() {
  static std::atomic<int> count = 0;
  return "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

void run_on_server(const std::string& sql) {
  store::open_database(postgres_address())->connect(Connection::Mode::Write)->run_script(sql);
}

std::string make_postgres(const std::string& schema) {
  run_on_server("CREATE SCHEMA " + schema);
  const std::string server = postgres_address();
  return server + (server.find('?') == std::string::npos ? '?' : '&') + "options=-csearch_path%3D" + schema;
}

}  // namespace

std::string postgres_address() {
  const char* address = std::getenv("TOCSIN_TEST_POSTGRES");
  if (address != nullptr && *address != '\0') return address;
  throw StorageError(
      "TOCSIN_TEST_POSTGRES is not set, so nothing can be tested on PostgreSQL. Run ./dev test, or start a "
      "server yourself:\n"
      "  export TOCSIN_TEST_POSTGRES=$(TOCSIN_POSTGRES_FSYNC=off scripts/postgres.sh start "
      "/tmp/tocsin-test-postgres)\n"
      "  scripts/postgres.sh stop /tmp/tocsin-test-postgres   # afterwards");
}

TestDatabase::TestDatabase(store::Dialect dialect, Schema schema)
    : scratch_(dialect == store::Dialect::Sqlite ? make_folder() : make_schema_name()),
      address_(dialect == store::Dialect::Sqlite ? make_sqlite(scratch_, schema) : make_postgres(scratch_)),
      database_(store::open_database(address_)) {
  if (dialect == store::Dialect::Postgres && schema == Schema::Current) store::migrate(*database_, Instant{});
}

TestDatabase::~TestDatabase() {
  if (database_->dialect() == store::Dialect::Sqlite) {
    std::error_code ignored;
    fs::remove_all(scratch_, ignored);
    return;
  }
  try {
    run_on_server("DROP SCHEMA " + scratch_ + " CASCADE");
  } catch (const StorageError& error) {
    ADD_FAILURE() << error.what();
  }
}

}  // namespace tocsin::test
