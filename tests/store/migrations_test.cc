#include "store/migrations.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "support/database.h"

namespace tocsin::store {
namespace {

constexpr Instant kNow = from_micros(1'900'000'000'000'000);
// Numbers behind those that the program itself brings along, whose tables are there already.
constexpr int kFirst = 9001;

class Migrations : public test::OnBothDatabases {
 protected:
  // The program's own history and these steps behind it.
  static std::vector<Migration> history(std::initializer_list<Migration> more) {
    std::vector<Migration> all(migrations().begin(), migrations().end());
    all.insert(all.end(), more);
    return all;
  }
  std::string applied() {
    std::string out;
    for (const Row row : writer()->query(
             "SELECT number, name, applied_at FROM schema_migrations WHERE number >= $1 ORDER BY number",
             {kFirst})) {
      out += std::to_string(row.integer(0)) + " " + row.string(1) +
             (row.instant(2) == kNow ? " now; " : " then; ");
    }
    return out;
  }
  template <class Action>
  static std::string message_of(Action action) {
    try {
      action();
    } catch (const StorageError& error) {
      return error.what();
    }
    return "no error";
  }
};
TOCSIN_ON_BOTH_DATABASES(Migrations);

constexpr Migration kTable{9001, "table",
                           "CREATE TABLE steps (id TEXT NOT NULL PRIMARY KEY);\n-- a comment; at the end\n"};
constexpr Migration kColumn{9002, "column",
                            "ALTER TABLE steps ADD COLUMN number BIGINT; CREATE INDEX i ON steps (number);"};
constexpr Migration kRow{9003, "row", "INSERT INTO steps (id, number) VALUES ('a;b', 1);"};

TEST_P(Migrations, AreAppliedInOrderAndOnce) {
  migrate(database(), from_micros(1), history({kTable}));
  for (int i = 0; i < 2; ++i) migrate(database(), kNow, history({kTable, kColumn, kRow}));
  EXPECT_EQ(applied(), "9001 table then; 9002 column now; 9003 row now; ");
  EXPECT_EQ(reader()->query("SELECT id FROM steps").size(), 1U);
}

TEST_P(Migrations, AStepThatFailsIsUndoneAndThoseBeforeItStay) {
  const Migration broken{9002, "broken",
                         "CREATE TABLE half (id TEXT); INSERT INTO nowhere (id) VALUES ('a');"};
  const std::string message = message_of([&] { migrate(database(), kNow, history({kTable, broken, kRow})); });
  EXPECT_NE(message.find("migration 9002 (broken) failed"), std::string::npos) << message;
  EXPECT_NE(message.find("nowhere"), std::string::npos) << message;
  EXPECT_EQ(applied(), "9001 table now; ");
  EXPECT_THROW(writer()->query("SELECT id FROM half"), StorageError);
  migrate(database(), kNow, history({kTable, kColumn, kRow}));
  EXPECT_EQ(applied(), "9001 table now; 9002 column now; 9003 row now; ");
}

TEST_P(Migrations, ANewerDatabaseIsRefusedWithBothNumbers) {
  migrate(database(), kNow, history({kTable, kColumn}));
  const std::string message = message_of([&] { migrate(database(), kNow, history({kTable})); });
  EXPECT_NE(message.find("9001"), std::string::npos) << message;
  EXPECT_NE(message.find("9002"), std::string::npos) << message;
  EXPECT_THROW(migrate(database(), kNow), StorageError) << "the program itself knows less too";
  EXPECT_EQ(applied(), "9001 table now; 9002 column now; ");
}

TEST_P(Migrations, TwoProcessesAtOnceApplyEachStepOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const std::string message = message_of([&] {
        migrate(*open_database(address()), kNow, history({kTable, kColumn, kRow}));
      });
      if (message != "no error") std::fprintf(stderr, "%s\n", message.c_str());
      ::_exit(message == "no error" ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(applied(), "9001 table now; 9002 column now; 9003 row now; ");
  EXPECT_EQ(reader()->query("SELECT id FROM steps").size(), 1U);
}

TEST_P(Migrations, TheProgramsOwnAreApplied) {
  const Rows rows = reader()->query("SELECT MAX(number) FROM schema_migrations");
  EXPECT_EQ(rows[0].integer(0), schema_version());
}

TEST(BuiltInMigrations, AreNumberedUpwards) {
  int last = 0;
  for (const Migration& step : migrations()) {
    EXPECT_GT(step.number, last);
    EXPECT_FALSE(step.name.empty());
    EXPECT_FALSE(step.sql.empty());
    last = step.number;
  }
  EXPECT_EQ(schema_version(), last);
}

}  // namespace
}  // namespace tocsin::store
