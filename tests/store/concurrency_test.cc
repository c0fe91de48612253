// Several connections, threads and processes on one database.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "store/scratch.h"

namespace tocsin::store {
namespace {

class Concurrency : public Scratch {
 protected:
  // Reads, computes and writes in one transaction, as the engine does.
  static void count_up(Database& database, int times) {
    const auto connection = database.connect(Connection::Mode::Write);
    for (int i = 0; i < times; ++i) {
      Transaction transaction(*connection);
      connection->execute("UPDATE scratch SET number = number + 1 WHERE id = 'counter'");
      connection->execute(
          "INSERT INTO scratch (id) SELECT 'count ' || CAST(number AS TEXT) FROM scratch WHERE id = "
          "'counter'");
      transaction.commit();
    }
  }
  void expect_counted(std::int64_t total) {
    EXPECT_EQ(db().query("SELECT number FROM scratch WHERE id = 'counter'")[0].integer(0), total);
    EXPECT_EQ(db().query("SELECT COUNT(*) FROM scratch")[0].integer(0), total + 1);
  }
  void start_counter() { db().execute("INSERT INTO scratch (id, number) VALUES ('counter', 0)"); }
};
TOCSIN_ON_BOTH_DATABASES(Concurrency);

TEST_P(Concurrency, ReadersSeeOnlyWhatIsCommittedAndNeverWait) {
  const auto other = reader();
  Transaction transaction(db());
  insert("a");
  EXPECT_EQ(ids(*other), "");
  db().flush();
  EXPECT_EQ(ids(*other), "");
  transaction.commit();
  EXPECT_EQ(ids(*other), "a");
}

TEST_P(Concurrency, AReadTransactionKeepsItsSnapshotAndDoesNotHoldUpTheWriter) {
  insert("a");
  const auto other = reader();
  {
    Transaction snapshot(*other, Connection::Mode::Read);
    EXPECT_EQ(ids(*other), "a");
    insert("b");
    {
      Transaction transaction(db());
      insert("c");
      transaction.commit();
    }
    EXPECT_EQ(ids(*other), "a");
  }
  EXPECT_EQ(ids(*other), "a b c");
}

TEST_P(Concurrency, AReaderThatStartsInTheMiddleOfAWriteIsServed) {
  insert("a");
  Transaction transaction(db());
  insert("b");
  EXPECT_EQ(ids(*reader()), "a");
  transaction.commit();
}

TEST_P(Concurrency, TwoThreadsWriteInTurns) {
  start_counter();
  std::thread other([&] { count_up(database(), 100); });
  count_up(database(), 100);
  other.join();
  expect_counted(200);
}

TEST_P(Concurrency, TwoProcessesWriteInTurns) {
  start_counter();
  close();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      count_up(*open_database(address()), 100);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  count_up(database(), 100);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  expect_counted(200);
}

TEST_P(Concurrency, ReadersStayConsistentWhileAThreadWrites) {
  start_counter();
  std::thread writing([&] { count_up(database(), 200); });
  const auto other = reader();
  for (std::int64_t seen = 0; seen < 200;) {
    const Rows rows =
        other->query("SELECT number, (SELECT COUNT(*) FROM scratch) FROM scratch WHERE id = 'counter'");
    ASSERT_EQ(rows[0].integer(0) + 1, rows[0].integer(1));
    ASSERT_GE(rows[0].integer(0), seen);
    seen = rows[0].integer(0);
    if (testing::Test::HasFailure()) break;
  }
  writing.join();
}

}  // namespace
}  // namespace tocsin::store
