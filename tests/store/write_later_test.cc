// Rows that gather until something else is asked: what stands afterwards is what one statement after another
// would have left.
#include <gtest/gtest.h>

#include "store/postgres/gathered.h"
#include "store/scratch.h"
#include "store/transaction.h"

namespace tocsin::store {
namespace {

constexpr std::string_view kUpsert =
    "INSERT INTO scratch (id, share, body) VALUES ($1, $2, 'so') ON CONFLICT (id) DO UPDATE SET share = "
    "excluded.share";
constexpr std::string_view kInsert = "INSERT INTO scratch (id, share) VALUES ($1, $2)";
constexpr std::string_view kUpdate = "UPDATE scratch SET share = $2 WHERE id = $1";

class WriteLater : public Scratch {
 protected:
  std::int64_t number_of(std::string_view id) {
    return db().query("SELECT share FROM scratch WHERE id = $1", {id})[0].integer(0);
  }
};
TOCSIN_ON_BOTH_DATABASES(WriteLater);

TEST_P(WriteLater, TheLastOfAKeyStandsHoweverManyThereAre) {
  Transaction transaction(db());
  for (int i = 0; i < 1500; ++i) {
    const std::string id = std::to_string(i % 700);
    db().write_later(kUpsert, 1, {id, i});
  }
  for (int i = 1500; i < 1503; ++i) db().write_later(kUpsert, 1, {"0", i});
  EXPECT_EQ(db().query("SELECT COUNT(*) FROM scratch WHERE body = 'so'")[0].integer(0), 700);
  EXPECT_EQ(number_of("0"), 1502);
  EXPECT_EQ(number_of("99"), 1499);
  EXPECT_EQ(number_of("100"), 800);
  transaction.commit();
  EXPECT_EQ(reader()->query("SELECT COUNT(*) FROM scratch")[0].integer(0), 700);
}

TEST_P(WriteLater, EveryOtherStatementComesAfterThem) {
  Transaction transaction(db());
  db().write_later(kInsert, 0, {"a", 1});
  EXPECT_EQ(db().execute("UPDATE scratch SET share = share + 1 WHERE id = 'a'"), 1);
  db().write_later(kInsert, 0, {"b", nullptr});
  db().execute_later("UPDATE scratch SET share = 5 WHERE id = $1", {"b"});
  db().write_later(kInsert, 0, {"c", 7});
  EXPECT_EQ(
      db().query_each("SELECT share FROM scratch WHERE id = $1", std::vector<std::vector<Param>>{{"c"}})[0][0]
          .integer(0),
      7);
  db().write_later(kUpdate, 1, {"c", 8});
  db().write_later(kUpdate, 1, {"c", 9});
  const auto answers = db().query_all(std::vector<Question>{
      {"SELECT share FROM scratch WHERE id = $1", {"c"}}, {"SELECT COUNT(*) FROM scratch", {}}});
  EXPECT_EQ(answers[0][0].integer(0), 9);
  EXPECT_EQ(answers[1][0].integer(0), 3);
  EXPECT_EQ(number_of("a"), 2);
  EXPECT_EQ(number_of("b"), 5);
}

TEST_P(WriteLater, ACommandThatFailsTakesItsOwnRowsAlone) {
  insert("taken");
  Transaction transaction(db());
  db().write_later(kInsert, 0, {"before", 1});
  {
    Savepoint command(db());
    db().write_later(kInsert, 0, {"undone", 1});
  }
  EXPECT_THROW(
      {
        Savepoint command(db());
        db().write_later(kInsert, 0, {"broken", 1});
        db().write_later(kInsert, 0, {"taken", 1});
        command.release();
      },
      UniqueViolation);
  {
    Savepoint command(db());
    db().write_later(kInsert, 0, {"kept", 1});
    command.release();
  }
  db().write_later(kInsert, 0, {"last", 1});
  transaction.commit();
  EXPECT_EQ(ids(*reader()), "before kept last taken");
}

TEST_P(WriteLater, WhatARollbackUndidDoesNotComeBack) {
  {
    Transaction transaction(db());
    db().write_later(kInsert, 0, {"undone", 1});
  }
  Transaction transaction(db());
  db().write_later(kInsert, 0, {"kept", 1});
  transaction.commit();
  EXPECT_EQ(ids(*reader()), "kept");
}

TEST_P(WriteLater, OutsideOfATransactionARowStandsAtOnce) {
  db().write_later(kInsert, 0, {"a", 1});
  EXPECT_EQ(ids(*reader()), "a");
}

TEST(Gathered, OneStatementForManyRowsOfATable) {
  EXPECT_EQ(for_rows("INSERT INTO t (a, b, c) VALUES ($1, 'x', $2) ON CONFLICT (a) DO NOTHING", 1, 2),
            "INSERT INTO t (a, b, c) VALUES ($1, 'x', $2) ON CONFLICT (a) DO NOTHING");
  EXPECT_EQ(for_rows("INSERT INTO t (a, b) VALUES ($1, lower($2)) ON CONFLICT (a) DO NOTHING", 3, 2),
            "INSERT INTO t (a, b) VALUES ($1, lower($2)), ($3, lower($4)), ($5, lower($6)) "
            "ON CONFLICT (a) DO NOTHING");
  EXPECT_EQ(for_rows(kUpdate, 2, 2), "");

  Gathered gathered;
  const std::string id = "id";
  for (int i = 0; i < 37; ++i) gathered.add("INSERT INTO t (a) VALUES ($1)", 0, std::vector<Param>{i});
  gathered.add(kUpdate, 1, std::vector<Param>{id, 1});
  gathered.add(kUpdate, 1, std::vector<Param>{id, 2});
  std::vector<std::size_t> params;
  for (const auto& statement : gathered.statements()) params.push_back(statement.params.size());
  EXPECT_EQ(params, (std::vector<std::size_t>{32, 4, 1, 2}));
  gathered.clear();
  EXPECT_TRUE(gathered.empty());
  EXPECT_TRUE(gathered.statements().empty());
}

}  // namespace
}  // namespace tocsin::store
