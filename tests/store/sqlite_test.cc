// What only SQLite promises.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "store/migrations.h"
#include "support/database.h"

namespace tocsin::store {
namespace {

namespace fs = std::filesystem;
using Mode = Connection::Mode;

class Sqlite : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "tocsin-sqlite-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& file) const { return folder_ + "/" + file; }

 private:
  std::string folder_;
};

std::string setting(Connection& db, const std::string& name) {
  const Rows rows = db.query("PRAGMA " + name);
  const Rows::Cell& cell = rows.cell(0, 0);
  return std::holds_alternative<std::string>(cell) ? rows[0].string(0) : std::to_string(rows[0].integer(0));
}

TEST_F(Sqlite, CreatesTheFoldersOfItsFile) {
  const auto database = open_database("sqlite:" + path("a/b/tocsin.db"));
  database->connect(Mode::Write)->run_script("CREATE TABLE t (id TEXT)");
  EXPECT_TRUE(fs::exists(path("a/b/tocsin.db")));
  EXPECT_EQ(database->name(), "sqlite:" + path("a/b/tocsin.db"));
  EXPECT_EQ(database->dialect(), Dialect::Sqlite);
}

TEST_F(Sqlite, AFolderThatCannotBeIsAnErrorThatNamesIt) {
  open_database("sqlite:" + path("file"))->connect(Mode::Write)->run_script("CREATE TABLE t (id TEXT)");
  try {
    open_database("sqlite:" + path("file/below.db"));
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find(path("file")), std::string::npos) << error.what();
  }
  fs::create_directory(path("folder.db"));
  EXPECT_THROW(open_database("sqlite:" + path("folder.db"))->connect(Mode::Write), StorageError);
}

TEST_F(Sqlite, CommitsAreDurableAndMemoryIsBounded) {
  const auto database = open_database("sqlite:" + path("tocsin.db"));
  const auto write = database->connect(Mode::Write);
  const auto read = database->connect(Mode::Read);
  const struct {
    const char* name;
    const char* of_writer;
    const char* of_reader;
  } cases[] = {
      {"journal_mode", "wal", "wal"}, {"synchronous", "2", "2"},        {"foreign_keys", "1", "1"},
      {"query_only", "0", "1"},       {"cache_size", "-4096", "-1024"}, {"busy_timeout", "5000", "5000"},
      {"temp_store", "2", "2"},       {"read_uncommitted", "0", "0"},   {"page_size", "8192", "8192"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(setting(*write, c.name), c.of_writer) << c.name;
    EXPECT_EQ(setting(*read, c.name), c.of_reader) << c.name;
  }
}

TEST_F(Sqlite, AWriterThatWaitsTooLongSaysWhoIsInTheWay) {
  const auto database = open_sqlite(path("tocsin.db"), std::chrono::milliseconds(30));
  const auto first = database->connect(Mode::Write);
  const auto second = database->connect(Mode::Write);
  first->run_script("CREATE TABLE t (id TEXT)");
  {
    Transaction transaction(*first);
    try {
      Transaction blocked(*second);
      FAIL();
    } catch (const Busy& error) {
      EXPECT_NE(std::string(error.what()).find("locked by another process"), std::string::npos)
          << error.what();
    }
    EXPECT_THROW(second->execute("INSERT INTO t (id) VALUES ('b')"), Busy);
    EXPECT_TRUE(second->query("SELECT id FROM t").empty()) << "reading goes on";
    EXPECT_FALSE(second->in_transaction());
  }
  Transaction free(*second);
}

TEST_F(Sqlite, AFileThatIsNoDatabaseIsAnErrorThatNamesIt) {
  {
    FILE* file = std::fopen(path("text.db").c_str(), "w");
    std::fputs(std::string(5000, 'x').c_str(), file);
    std::fclose(file);
  }
  try {
    open_database("sqlite:" + path("text.db"))->connect(Mode::Write);
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("text.db"), std::string::npos) << error.what();
  }
}

TEST_F(Sqlite, ANewFileIsForItsOwnerOnly) {
  const auto db = open_database("sqlite:" + path("tocsin.db"))->connect(Mode::Write);
  db->run_script("CREATE TABLE t (id TEXT)");
  for (const char* file : {"tocsin.db", "tocsin.db-wal", "tocsin.db-shm"}) {
    EXPECT_EQ(fs::status(path(file)).permissions(), fs::perms::owner_read | fs::perms::owner_write) << file;
  }
}

TEST_F(Sqlite, SeveralProcessesMayCreateTheFileAtOnce) {
  const Migration history[] = {{1, "one", "CREATE TABLE t (id TEXT)"},
                               {2, "two", "INSERT INTO t (id) VALUES ('a')"}};
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        migrate(*open_database("sqlite:" + path("new/tocsin.db")), from_micros(1), history);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        ::_exit(1);
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  const auto db = open_database("sqlite:" + path("new/tocsin.db"))->connect(Mode::Read);
  EXPECT_EQ(db->query("SELECT id FROM t").size(), 1U);
}

TEST_F(Sqlite, MigrationsWaitLongerForAnotherProcessThanOneWriteDoes) {
  const auto database = open_sqlite(path("tocsin.db"), std::chrono::milliseconds(2));
  const auto other = database->connect(Mode::Write);
  const Transaction transaction(*other);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(migrate(*database, from_micros(1)), Busy);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(30));
}

TEST_F(Sqlite, CommittedRowsOutliveTheProgram) {
  for (const char* id : {"a", "b"}) {
    const auto db = open_database("sqlite:" + path("tocsin.db"))->connect(Mode::Write);
    db->run_script("CREATE TABLE IF NOT EXISTS t (id TEXT)");
    db->execute("INSERT INTO t (id) VALUES ($1)", {id});
  }
  EXPECT_EQ(
      open_database("sqlite:" + path("tocsin.db"))->connect(Mode::Read)->query("SELECT id FROM t").size(),
      2U);
}

TEST(SqliteMemory, IsSharedByTheConnectionsOfOneDatabaseAndByNobodyElse) {
  const auto one = open_database("sqlite::memory:");
  const auto other = open_database("sqlite::memory:");
  EXPECT_EQ(one->name(), "sqlite::memory:");
  const auto write = one->connect(Mode::Write);
  const auto read = one->connect(Mode::Read);
  write->run_script("CREATE TABLE t (id TEXT)");
  Transaction transaction(*write);
  write->execute("INSERT INTO t (id) VALUES ('a')");
  EXPECT_TRUE(read->query("SELECT id FROM t").empty());
  transaction.commit();
  EXPECT_EQ(read->query("SELECT id FROM t").size(), 1U);
  EXPECT_THROW(other->connect(Mode::Read)->query("SELECT id FROM t"), StorageError);
}

TEST(SqliteMemory, OutlivesItsConnectionsButNotItsDatabase) {
  const auto database = open_database("sqlite::memory:");
  database->connect(Mode::Write)->run_script("CREATE TABLE t (id TEXT)");
  EXPECT_TRUE(database->connect(Mode::Read)->query("SELECT id FROM t").empty());
}

TEST(Address, IsSqliteOrPostgresqlAndNeverQuotedBack) {
  for (const char* address :
       {"", "sqlite:", "mysql://root:secret@host/db", "tocsin.db", "postgresql://user:secret@[bad/db",
        "postgresql://user:secret@host/db?nonsense=1"}) {
    try {
      open_database(address);
      ADD_FAILURE() << address;
    } catch (const StorageError& error) {
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("address"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace tocsin::store
