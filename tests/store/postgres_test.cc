// What only PostgreSQL does: sessions, lost connections, plans.
#include <gtest/gtest.h>

#include <thread>

#include "support/database.h"

namespace tocsin::store {
namespace {

using Mode = Connection::Mode;

class Postgres : public testing::Test {
 protected:
  Postgres() : test_database_(Dialect::Postgres) {
    db().run_script("CREATE TABLE scratch (id TEXT NOT NULL PRIMARY KEY, number BIGINT)");
  }
  Database& database() { return test_database_.database(); }
  Connection& db() {
    if (!writer_) writer_ = database().connect(Mode::Write);
    return *writer_;
  }
  static void insert(Connection& connection, std::string_view id) {
    connection.execute("INSERT INTO scratch (id) VALUES ($1)", {id});
  }
  void insert(std::string_view id) { insert(db(), id); }
  std::int64_t count() {
    return database().connect(Mode::Read)->query("SELECT COUNT(*) FROM scratch")[0].integer(0);
  }

  // Returns when the server process is gone, so that its last words are on the way.
  void kill(std::int64_t server_process) {
    const auto other = database().connect(Mode::Write);
    EXPECT_TRUE(
        other->query("SELECT pg_terminate_backend(CAST($1 AS INTEGER), 5000)", {server_process})[0].boolean(
            0));
  }
  std::int64_t server_process() { return db().query("SELECT pg_backend_pid()")[0].integer(0); }

 private:
  test::TestDatabase test_database_;
  std::unique_ptr<Connection> writer_;
};

TEST_F(Postgres, SessionsAreSetUpTheSameOnEveryServer) {
  for (const Mode mode : {Mode::Write, Mode::Read}) {
    const auto connection = database().connect(mode);
    const auto setting = [&](const char* name) {
      return connection->query("SELECT current_setting($1)", {name})[0].string(0);
    };
    EXPECT_EQ(setting("synchronous_commit"), "on");
    EXPECT_EQ(setting("application_name"), "tocsin");
    EXPECT_EQ(setting("client_encoding"), "UTF8");
    EXPECT_EQ(setting("TimeZone"), "UTC");
    EXPECT_EQ(setting("statement_timeout"), "0");
    EXPECT_EQ(setting("default_transaction_read_only"), mode == Mode::Read ? "on" : "off");
  }
}

TEST_F(Postgres, AConnectionLostBetweenTransactionsIsReplacedUnnoticed) {
  insert("a");
  kill(server_process());
  insert("b");
  kill(server_process());
  {
    Transaction transaction(db());
    insert("c");
    transaction.commit();
  }
  kill(server_process());
  EXPECT_EQ(
      db().query_each("SELECT id FROM scratch WHERE id = $1", std::vector<std::vector<Param>>{{"a"}, {"c"}})
          .size(),
      2U);
  EXPECT_EQ(count(), 3);
}

TEST_F(Postgres, AConnectionLostInATransactionUndoesItAndTheNextOneWorks) {
  {
    Transaction transaction(db());
    insert("a");
    kill(server_process());
    EXPECT_THROW(insert("b"), StorageError);
    try {
      insert("c");
      ADD_FAILURE() << "this must not be written on its own";
    } catch (const StorageError& error) {
      EXPECT_NE(std::string(error.what()).find("lost during this transaction"), std::string::npos)
          << error.what();
    }
    EXPECT_THROW(transaction.commit(), StorageError);
    EXPECT_TRUE(db().in_transaction());
  }
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(count(), 0);
  Transaction transaction(db());
  insert("d");
  transaction.commit();
  EXPECT_EQ(count(), 1);
}

TEST_F(Postgres, AConnectionLostUnderAFullPipelineUndoesIt) {
  {
    Transaction transaction(db());
    const std::int64_t process = server_process();
    for (int i = 0; i < 100; ++i)
      db().execute_later("INSERT INTO scratch (id) VALUES ($1)", {std::to_string(i)});
    kill(process);
    for (int i = 100; i < 105; ++i) {
      try {
        db().execute_later("INSERT INTO scratch (id) VALUES ($1)", {std::to_string(i)});
      } catch (const StorageError&) {  // here or at commit, as the sockets will have it
      }
    }
    EXPECT_THROW(transaction.commit(), StorageError);
  }
  EXPECT_EQ(count(), 0);
  insert("next");
  EXPECT_EQ(count(), 1);
}

TEST_F(Postgres, AConnectionLostInASavepointLeavesNothingBehind) {
  {
    Transaction transaction(db());
    insert("a");
    try {
      Savepoint command(db());
      kill(server_process());
      insert("b");
      ADD_FAILURE();
    } catch (const StorageError& error) {
      EXPECT_NE(std::string(error.what()).find("terminating connection"), std::string::npos) << error.what();
    }
    EXPECT_THROW(insert("c"), StorageError);
  }
  EXPECT_EQ(count(), 0);
  insert("next");
}

TEST_F(Postgres, ACommitWhoseAnswerIsLostSaysThatItsOutcomeIsUnknown) {
  Transaction transaction(db());
  insert("a");
  kill(server_process());
  try {
    transaction.commit();
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("unknown"), std::string::npos) << error.what();
  }
}

TEST_F(Postgres, TwoTransactionsInEachOthersWayEndAsBusy) {
  insert("a");
  insert("b");
  db().run_script("SET deadlock_timeout = '20ms'");
  const auto other = database().connect(Mode::Write);
  other->run_script("SET deadlock_timeout = '20ms'");
  const auto touch = [](Connection& connection, std::string_view id) {
    connection.execute("UPDATE scratch SET number = 1 WHERE id = $1", {id});
  };
  Transaction transaction(db());
  touch(db(), "a");
  int busy = 0;
  std::thread thread([&] {
    try {
      Transaction theirs(*other);
      touch(*other, "b");
      touch(*other, "a");
    } catch (const Busy&) {
      ++busy;
    }
  });
  // Until the other one waits for us.
  const auto watcher = database().connect(Mode::Read);
  while (watcher
             ->query("SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_locks w ON "
                     "w.pid = l.pid "
                     "WHERE c.oid = 'scratch'::regclass AND NOT w.granted")
             .empty()) {
    std::this_thread::yield();
  }
  try {
    touch(db(), "b");
  } catch (const Busy&) {
    db().rollback();
    thread.join();
    EXPECT_EQ(busy, 0);
    return;
  }
  thread.join();
  EXPECT_EQ(busy, 1);
}

TEST_F(Postgres, APlanThatAnotherProcessMadeStaleFailsOnceAtMost) {
  EXPECT_EQ(db().query("SELECT * FROM scratch").size(), 0U);
  database().connect(Mode::Write)->run_script("ALTER TABLE scratch ADD COLUMN added TEXT");
  EXPECT_THROW(db().query("SELECT * FROM scratch"), StorageError);
  EXPECT_EQ(db().query("SELECT * FROM scratch").size(), 0U);
  db().execute("DISCARD ALL");
  EXPECT_THROW(db().query("SELECT * FROM scratch"), StorageError);
  EXPECT_EQ(db().query("SELECT * FROM scratch").size(), 0U);
}

TEST_F(Postgres, TheServerForgetsStatementsThatLeftTheCache) {
  for (int i = 0; i < 1000; ++i) db().query("SELECT " + std::to_string(i));
  EXPECT_LE(db().query("SELECT COUNT(*) FROM pg_prepared_statements")[0].integer(0), 258);
}

TEST_F(Postgres, NamesLeaveThePasswordOut) {
  const auto with_password = open_database("postgresql://anna:secret@127.0.0.1:1/oncall?connect_timeout=2");
  EXPECT_EQ(with_password->name(), "postgresql://anna@127.0.0.1:1/oncall");
  try {
    with_password->connect(Mode::Read);
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("cannot connect"), std::string::npos) << error.what();
  }
}

TEST_F(Postgres, NoticesAreNotPrinted) {
  testing::internal::CaptureStderr();
  db().run_script("DO $$ BEGIN RAISE WARNING 'heard by nobody'; END $$");
  db().execute("CREATE TABLE IF NOT EXISTS scratch (id TEXT)");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace tocsin::store
