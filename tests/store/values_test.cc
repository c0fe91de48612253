// What goes into a database comes out of it the same.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "store/scratch.h"

namespace tocsin::store {
namespace {

using ScratchId = StrongId<struct ScratchTag>;

class Values : public Scratch {
 protected:
  Rows round_trip(Param number, Param share, Param body) {
    db().execute("DELETE FROM scratch");
    db().execute("INSERT INTO scratch (id, number, share, body) VALUES ($1, $2, $3, $4)",
                 {"one", number, share, body});
    return db().query("SELECT number, share, body FROM scratch WHERE id = $1", {"one"});
  }
};
TOCSIN_ON_BOTH_DATABASES(Values);

TEST_P(Values, IntegersKeepAll64Bits) {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 31, (std::int64_t{1} << 53) + 1,
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(round_trip(number, nullptr, nullptr)[0].integer(0), number);
  }
}

TEST_P(Values, RealsKeepEveryBit) {
  for (const double share :
       {0.0, 0.1, -1.0 / 3, 3.0, 1e300, 5e-324, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(round_trip(nullptr, share, nullptr)[0].real(1), share);
  }
}

TEST_P(Values, TextKeepsEveryCodePoint) {
  for (const std::string& text :
       {std::string(" spaces and 'quotes' \"too\" \\ $1 ? % "), std::string("line\r\nend\t"),
        std::string("Grüße, 世界, \U0001F6A8"), std::string(2'000'000, 'x')}) {
    EXPECT_EQ(round_trip(nullptr, nullptr, text)[0].text(2), text);
  }
}

TEST_P(Values, TextThatLooksLikeANumberStaysText) {
  EXPECT_EQ(round_trip(nullptr, nullptr, "007")[0].text(2), "007");
}

TEST_P(Values, EmptyTextIsNotNull) {
  const Rows nothing = round_trip(nullptr, nullptr, nullptr);
  EXPECT_TRUE(nothing[0].is_null(0));
  EXPECT_TRUE(nothing[0].is_null(1));
  EXPECT_TRUE(nothing[0].is_null(2));
  EXPECT_EQ(nothing[0].optional_string(2), std::nullopt);
  for (const Param& empty : {Param(""), Param(std::string()), Param(std::string_view())}) {
    EXPECT_EQ(round_trip(nullptr, nullptr, empty)[0].optional_string(2), "");
  }
}

TEST_P(Values, NullReadsAsZeroAndEmpty) {
  const Rows rows = round_trip(nullptr, nullptr, nullptr);
  EXPECT_EQ(rows[0].integer(0), 0);
  EXPECT_EQ(rows[0].real(1), 0.0);
  EXPECT_EQ(rows[0].text(2), "");
  EXPECT_FALSE(rows[0].boolean(0));
  EXPECT_EQ(rows[0].optional_instant(0), std::nullopt);
  EXPECT_EQ(rows[0].optional_integer(0), std::nullopt);
  EXPECT_EQ(rows[0].optional_id<ScratchId>(2), std::nullopt);
}

TEST_P(Values, ZeroByteInTextIsKeptOrRefusedButNeverCut) {
  const std::string text("before\0after", 12);
  if (dialect() == Dialect::Sqlite) {
    EXPECT_EQ(round_trip(nullptr, nullptr, text)[0].text(2), text);
    return;
  }
  Transaction transaction(db());
  insert("kept");
  EXPECT_THROW(round_trip(nullptr, nullptr, text), StorageError);
  insert("also");  // refused before the server saw it, so the transaction goes on
  transaction.commit();
  EXPECT_EQ(ids(), "also");  // round_trip deletes first
}

TEST_P(Values, OwnTypesBindAsWhatTheyAreStoredAs) {
  const Instant at = *parse_iso("2031-04-05T06:07:08.123456Z");
  EXPECT_EQ(round_trip(at, nullptr, nullptr)[0].instant(0), at);
  EXPECT_EQ(round_trip(true, nullptr, nullptr)[0].integer(0), 1);
  EXPECT_FALSE(round_trip(false, nullptr, nullptr)[0].boolean(0));
  EXPECT_EQ(round_trip(nullptr, nullptr, ScratchId("S1"))[0].id<ScratchId>(2), ScratchId("S1"));
  EXPECT_EQ(round_trip(std::optional<Instant>(at), nullptr, nullptr)[0].optional_instant(0), at);
  EXPECT_TRUE(round_trip(std::optional<std::int64_t>(), nullptr, nullptr)[0].is_null(0));
}

TEST_P(Values, ExpressionsComeBackWithTheirTypes) {
  insert("a");
  insert("b");
  db().execute("UPDATE scratch SET number = 5 WHERE id = 'a'");
  const Rows rows = db().query(
      "SELECT COUNT(*), SUM(number), MAX(number), 1.5, number = 5, CAST(7 AS BIGINT), 'text' FROM scratch "
      "WHERE id = 'a' GROUP BY number");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].integer(0), 1);
  EXPECT_EQ(rows[0].integer(1), 5);  // PostgreSQL's SUM of BIGINT is a numeric
  EXPECT_EQ(rows[0].integer(2), 5);
  EXPECT_EQ(rows[0].real(3), 1.5);
  EXPECT_TRUE(rows[0].boolean(4));
  EXPECT_EQ(rows[0].integer(5), 7);
  EXPECT_EQ(rows[0].text(6), "text");
}

TEST_P(Values, ReadingAColumnAsSomethingElseIsAnError) {
  const Rows rows = round_trip(5, 1.5, "text");
  EXPECT_THROW(rows[0].text(0), StorageError);
  EXPECT_THROW(rows[0].integer(1), StorageError);
  EXPECT_THROW(rows[0].integer(2), StorageError);
  EXPECT_THROW(rows[0].real(2), StorageError);
  EXPECT_EQ(rows[0].real(0), 5.0);
}

TEST_P(Values, PlaceholdersGoByTheirNumber) {
  const Rows rows =
      db().query("SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT) WHERE CAST($3 AS BIGINT) = 3",
                 {"first", "second", 3});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].string(0) + rows[0].string(1) + rows[0].string(2), "secondfirstsecond");
}

TEST_P(Values, MoreThanNinePlaceholders) {
  std::vector<Param> numbers;
  for (int i = 1; i <= 12; ++i) numbers.emplace_back(i);
  const Rows rows =
      db().query("SELECT $12 - $11, $1 + $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 + $10", Params(numbers));
  EXPECT_EQ(rows[0].integer(0), 1);
  EXPECT_EQ(rows[0].integer(1), 55);
}

// One statement text, first with NULL, then with each type: what was prepared for one must not cut or refuse
// another.
TEST_P(Values, OneStatementTakesNullIntegersRealsAndText) {
  const std::string_view put = "INSERT INTO scratch (id, share) VALUES ($1, COALESCE($2, 0))";
  db().execute(put, {"null", nullptr});
  db().execute(put, {"integer", std::int64_t{1} << 40});
  db().execute(put, {"real", 1.5});
  db().execute(put, {"null again", nullptr});
  db().execute(put, {"integer again", 7});
  std::vector<double> shares;
  for (const Row row : db().query("SELECT share FROM scratch ORDER BY id")) shares.push_back(row.real(0));
  EXPECT_EQ(shares, (std::vector<double>{1099511627776.0, 7, 0, 0, 1.5}));

  const std::string_view body = "INSERT INTO scratch (id, body) VALUES ($1, $2)";
  db().execute(body, {"a", nullptr});
  db().execute(body, {"b", 5});
  db().execute(body, {"c", "five"});
  EXPECT_EQ(db().query("SELECT body FROM scratch WHERE id = 'b'")[0].text(0), "5");
  EXPECT_EQ(db().query("SELECT body FROM scratch WHERE id = 'c'")[0].text(0), "five");
}

TEST_P(Values, TextComparesAndSortsByCodePointAndCase) {
  for (const char* id : {"b", "B", "a", "ä", "_", "A"}) insert(id);
  EXPECT_EQ(ids(), "A B _ a b ä");
  EXPECT_EQ(db().query("SELECT id FROM scratch WHERE id LIKE $1", {"A%"}).size(), 1U);
}

TEST_P(Values, ExecuteCountsChangedRows) {
  for (const char* id : {"a", "b", "c"}) insert(id);
  db().execute("INSERT INTO scratch_child (id, scratch_id) VALUES ('1', 'a')");
  EXPECT_EQ(db().execute("UPDATE scratch SET number = NULL"), 3);
  EXPECT_EQ(db().execute("SELECT id FROM scratch"), 0);
  EXPECT_EQ(db().execute("CREATE TABLE another (id TEXT)"), 0);
  EXPECT_EQ(db().execute("UPDATE scratch SET number = 1 WHERE id = $1", {"nobody"}), 0);
  EXPECT_EQ(db().execute("DELETE FROM scratch WHERE id = $1", {"a"}), 1) << "cascaded rows do not count";
  EXPECT_EQ(db().execute("INSERT INTO scratch (id) VALUES ('b') ON CONFLICT (id) DO NOTHING"), 0);
  EXPECT_EQ(db().execute("DELETE FROM scratch WHERE id > '' RETURNING id"), 2);
}

TEST_P(Values, ReturningAnswersTheChangedRows) {
  insert("a");
  insert("b");
  const Rows rows = db().query("UPDATE scratch SET body = $1 WHERE id = $2 RETURNING id, body", {"new", "b"});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].string(0) + rows[0].string(1), "bnew");
}

TEST_P(Values, NoRowsIsAnEmptyResult) {
  const Rows rows = db().query("SELECT id FROM scratch WHERE id = $1", {"nobody"});
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(rows.size(), 0U);
  EXPECT_FALSE(rows.begin() != rows.end());
}

TEST_P(Values, QueryEachAnswersInTheOrderOfItsParameters) {
  for (const char* id : {"a", "b", "c"}) insert(id);
  std::vector<std::vector<Param>> params;
  const std::vector<std::string> wanted{"c", "nobody", "a", "c", "b"};
  for (int i = 0; i < 400; ++i) {  // longer than one pipeline
    for (const std::string& id : wanted) params.push_back({id});
  }
  const std::vector<Rows> results = db().query_each("SELECT id FROM scratch WHERE id = $1", params);
  ASSERT_EQ(results.size(), params.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string& id = wanted[i % wanted.size()];
    ASSERT_EQ(results[i].size(), id == "nobody" ? 0U : 1U);
    for (const Row row : results[i]) ASSERT_EQ(row.text(0), id);
  }
  EXPECT_TRUE(db().query_each("SELECT id FROM scratch WHERE id = $1", {}).empty());
}

TEST_P(Values, MoreStatementsThanTheCacheHolds) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 600; ++i) {
      const std::string sql = "SELECT CAST($1 AS BIGINT) + " + std::to_string(i);
      ASSERT_EQ(db().query(sql, {1})[0].integer(0), i + 1);
    }
  }
}

TEST_P(Values, StatementsSeeATableThatAScriptChanged) {
  insert("a");
  EXPECT_EQ(db().query("SELECT * FROM scratch").size(), 1U);
  db().run_script("ALTER TABLE scratch ADD COLUMN added TEXT; UPDATE scratch SET added = 'yes';");
  EXPECT_EQ(db().query("SELECT * FROM scratch")[0].text(4), "yes");
}

TEST_P(Values, ScriptsMayHoldCommentsAndSemicolonsInTexts) {
  db().run_script(
      "-- first; a comment\n"
      "INSERT INTO scratch (id) VALUES ('a;b'); /* ; */ ;;\n"
      "INSERT INTO scratch (id) VALUES ('$1');\n-- the end");
  EXPECT_EQ(ids(), "$1 a;b");
  db().run_script("");
  db().run_script("-- nothing");
}

}  // namespace
}  // namespace tocsin::store
