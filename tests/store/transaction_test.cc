// What holds when something goes wrong: errors, rollbacks, savepoints, the pipeline.
#include <gtest/gtest.h>

#include <functional>

#include "store/scratch.h"

namespace tocsin::store {
namespace {

class Transactions : public Scratch {
 protected:
  // The first error of a command surfaces here, whether its statements ran at once or wait in the pipeline.
  void insert_later(std::initializer_list<const char*> new_ids) {
    for (const char* id : new_ids) db().execute_later("INSERT INTO scratch (id) VALUES ($1)", {id});
  }
};
TOCSIN_ON_BOTH_DATABASES(Transactions);

template <class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const StorageError& error) {
    return error.what();
  }
  return "no error";
}

TEST_P(Transactions, CommitKeepsAndDestructionUndoes) {
  {
    Transaction transaction(db());
    EXPECT_TRUE(db().in_transaction());
    insert("kept");
    transaction.commit();
  }
  {
    Transaction transaction(db());
    insert("undone");
    EXPECT_EQ(ids(), "kept undone");
  }
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(ids(), "kept");
}

TEST_P(Transactions, OutsideOfOneEachStatementIsKeptAtOnce) {
  insert("a");
  db().execute_later("INSERT INTO scratch (id) VALUES ($1)", {"b"});
  EXPECT_EQ(ids(*reader()), "a b");
  EXPECT_THROW(insert("a"), UniqueViolation);
  insert("c");
  EXPECT_EQ(ids(*reader()), "a b c");
}

TEST_P(Transactions, UniqueViolationsNameTheirIndexAndNotTheValue) {
  db().execute("INSERT INTO scratch (id, number) VALUES ('secret-1', 4711)");
  for (const char* sql : {"INSERT INTO scratch (id, number) VALUES ($1, 4712)",
                          "INSERT INTO scratch (id, number) VALUES ($1 || 'x', 4711)"}) {
    try {
      db().execute(sql, {"secret-1"});
      FAIL() << sql;
    } catch (const UniqueViolation& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find("scratch"), std::string::npos) << message;
      EXPECT_EQ(message.find("secret-1"), std::string::npos) << message;
    }
  }
}

TEST_P(Transactions, OtherRefusalsAreNoUniqueViolations) {
  for (const char* sql : {
           "INSERT INTO scratch_child (id, scratch_id) VALUES ('1', 'nobody')",  // foreign key
           "INSERT INTO scratch (id) VALUES (NULL)",                             // not null
           "INSERT INTO nowhere (id) VALUES ('1')",
           "SELECT \"quoted text\" FROM scratch",
           "SELEC 1",
           "SELECT 1; SELECT 2",
           "",
       }) {
    SCOPED_TRACE(sql);
    try {
      db().execute(sql);
      ADD_FAILURE() << "no error";
    } catch (const UniqueViolation&) {
      ADD_FAILURE() << "not this kind";
    } catch (const StorageError& error) {
      EXPECT_STRNE(error.what(), "");
    }
  }
  insert("the connection still works");
}

TEST_P(Transactions, ForeignKeysCascade) {
  insert("a");
  db().execute("INSERT INTO scratch_child (id, scratch_id) VALUES ('1', 'a')");
  db().execute("DELETE FROM scratch WHERE id = 'a'");
  EXPECT_TRUE(db().query("SELECT id FROM scratch_child").empty());
}

TEST_P(Transactions, AWrongNumberOfParametersIsAnError) {
  EXPECT_THROW(db().query("SELECT id FROM scratch WHERE id = $1"), StorageError);
  EXPECT_THROW(db().query("SELECT id FROM scratch WHERE id = $1", {"a", "b"}), StorageError);
  EXPECT_THROW(db().query("SELECT id FROM scratch", {"a"}), StorageError);
}

TEST_P(Transactions, ASavepointUndoesOneCommandAndTheOthersGoOn) {
  Transaction transaction(db());
  const auto run = [&](std::initializer_list<const char*> new_ids) {
    Savepoint command(db());
    for (const char* id : new_ids) insert(id);
    command.release();
  };
  run({"a", "b"});
  EXPECT_THROW(run({"c", "a", "d"}), UniqueViolation);
  run({"e"});
  {
    Savepoint given_up(db());
    insert("f");
  }
  run({"g"});
  transaction.commit();
  EXPECT_EQ(ids(*reader()), "a b e g");
}

TEST_P(Transactions, SavepointsNest) {
  Transaction transaction(db());
  Savepoint outer(db());
  insert("a");
  {
    Savepoint inner(db());
    insert("b");
    EXPECT_THROW(insert("a"), UniqueViolation);
  }
  {
    Savepoint inner(db());
    insert("c");
    inner.release();
  }
  outer.release();
  transaction.commit();
  EXPECT_EQ(ids(), "a c");
}

TEST_P(Transactions, AnOuterSavepointUndoesWhatInnerOnesReleased) {
  Transaction transaction(db());
  {
    Savepoint outer(db());
    Savepoint inner(db());
    insert("a");
    inner.release();
  }
  insert("b");
  transaction.commit();
  EXPECT_EQ(ids(), "b");
}

TEST_P(Transactions, AnErrorInThePipelineSurfacesBeforeTheSavepointIsReleased) {
  Transaction transaction(db());
  insert_later({"a"});
  EXPECT_THROW(
      {
        Savepoint command(db());
        insert_later({"b", "a", "c"});
        command.release();
      },
      UniqueViolation);
  {
    Savepoint command(db());
    insert_later({"d", "e"});
    command.release();
  }
  transaction.commit();
  EXPECT_EQ(ids(*reader()), "a d e");
}

TEST_P(Transactions, AnErrorInThePipelineSurfacesAtEveryWait) {
  const std::pair<const char*, std::function<void()>> waits[] = {
      {"flush", [&] { db().flush(); }},
      {"query", [&] { db().query("SELECT 1"); }},
      {"execute", [&] { db().execute("UPDATE scratch SET number = NULL"); }},
      {"query_each", [&] { db().query_each("SELECT 1", std::vector<std::vector<Param>>(1)); }},
      {"script", [&] { db().run_script("SELECT 1"); }},
      {"commit", [&] { db().commit(); }},
  };
  insert("a");
  for (const auto& [name, wait] : waits) {
    SCOPED_TRACE(name);
    Transaction transaction(db());
    EXPECT_THROW(
        {
          insert_later({"b", "a", "c"});
          wait();
        },
        UniqueViolation);
  }
  EXPECT_EQ(ids(), "a");
  insert("b");
  EXPECT_EQ(ids(), "a b");
}

TEST_P(Transactions, AnErrorThatNobodyWaitedForIsDroppedWithItsSavepoint) {
  Transaction transaction(db());
  insert_later({"a"});
  try {
    Savepoint given_up(db());
    insert_later({"a"});
  } catch (const UniqueViolation&) {  // SQLite says so at once
  }
  insert_later({"b"});
  transaction.commit();
  EXPECT_EQ(ids(), "a b");
}

TEST_P(Transactions, ASavepointDoesNotTakeTheBlameForWhatCameBefore) {
  Transaction transaction(db());
  insert("a");
  bool begun = false;
  EXPECT_THROW(
      {
        insert_later({"a"});
        const Savepoint command(db());
        begun = true;
      },
      UniqueViolation);
  EXPECT_FALSE(begun);
}

TEST_P(Transactions, AStatementThatIsWrongInThePipelineIsPreparedAnewLater) {
  {
    Transaction transaction(db());
    EXPECT_THROW(
        {
          db().execute_later("INSERT INTO later_table (id) VALUES ($1)", {"a"});
          insert_later({"after it"});  // prepared behind the error: the server never saw it
          db().flush();
        },
        StorageError);
  }
  db().run_script("CREATE TABLE later_table (id TEXT)");
  Transaction transaction(db());
  db().execute_later("INSERT INTO later_table (id) VALUES ($1)", {"a"});
  insert_later({"b"});
  transaction.commit();
  EXPECT_EQ(db().query("SELECT id FROM later_table").size(), 1U);
  EXPECT_EQ(ids(), "b");
}

TEST_P(Transactions, ThousandsOfStatementsFitIntoOnePipeline) {
  Transaction transaction(db());
  for (int i = 0; i < 3000; ++i) {
    db().execute_later("INSERT INTO scratch (id, body) VALUES ($1, $2)",
                       {std::to_string(i), std::string(2000, 'x')});
  }
  transaction.commit();
  EXPECT_EQ(reader()->query("SELECT COUNT(*) FROM scratch")[0].integer(0), 3000);
}

TEST_P(Transactions, AnErrorFarBackInALongPipelineIsNotForgotten) {
  Transaction transaction(db());
  const auto write = [&] {
    insert_later({"a", "a"});
    for (int i = 0; i < 2000; ++i)
      db().execute_later("INSERT INTO scratch (id) VALUES ($1)", {std::to_string(i)});
    db().flush();
  };
  EXPECT_THROW(write(), UniqueViolation);
}

TEST_P(Transactions, AReadTransactionCannotWriteAndTheNextOneCan) {
  {
    Transaction transaction(db(), Connection::Mode::Read);
    EXPECT_THROW(insert("a"), StorageError);
  }
  {
    Transaction transaction(db());
    insert("b");
    transaction.commit();
  }
  insert("c");
  EXPECT_EQ(ids(), "b c");
}

TEST_P(Transactions, AReadConnectionCannotWrite) {
  const auto connection = reader();
  EXPECT_THROW(insert(*connection, "a"), StorageError);
  EXPECT_THROW(Transaction(*connection, Connection::Mode::Write), StorageError);
  EXPECT_FALSE(connection->in_transaction());
  Transaction transaction(*connection, Connection::Mode::Read);
  EXPECT_EQ(ids(*connection), "");
}

TEST_P(Transactions, CommitRefusesWhenTheTransactionWasUndoneBehindOurBack) {
  insert("a");
  const auto overlook = [&] {
    if (dialect() == Dialect::Sqlite) {
      db().execute("INSERT OR ROLLBACK INTO scratch (id) VALUES ('a')");
    } else {
      insert("a");
    }
  };
  Transaction transaction(db());
  insert("b");
  EXPECT_THROW(overlook(), UniqueViolation);
  EXPECT_THROW(insert("c"), StorageError);
  EXPECT_NE(message_of([&] { transaction.commit(); }).find("undid the whole transaction"), std::string::npos);
  EXPECT_EQ(ids(*reader()), "a");
}

TEST_P(Transactions, SchemaChangesAreUndoneToo) {
  {
    Transaction transaction(db());
    db().run_script("CREATE TABLE gone (id TEXT); INSERT INTO gone (id) VALUES ('a')");
  }
  EXPECT_THROW(db().query("SELECT id FROM gone"), StorageError);
}

TEST_P(Transactions, AConnectionClosedInsideOfOneUndoesIt) {
  {
    const auto connection = writer();
    connection->begin(Connection::Mode::Write);
    insert(*connection, "a");
  }
  EXPECT_EQ(ids(), "");
  insert("b");
}

}  // namespace
}  // namespace tocsin::store
