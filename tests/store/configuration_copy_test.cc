// Which tables a simulation starts with.
#include "store/configuration_copy.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "store/migrations.h"
#include "support/database.h"

namespace tocsin::store {
namespace {

constexpr Instant kNow = from_micros(1'900'000'000'000'000);

class ConfigurationCopy : public test::OnBothDatabases {
 protected:
  std::unique_ptr<Database> copy() {
    auto target = open_database("sqlite::memory:");
    const auto source = reader();
    const Transaction one_moment(*source, Connection::Mode::Read);
    copy_configuration(*source, *target, kNow);
    return target;
  }
  static std::int64_t count(Connection& db, const std::string& table) {
    return db.query("SELECT COUNT(*) FROM " + table)[0].integer(0);
  }
};
TOCSIN_ON_BOTH_DATABASES(ConfigurationCopy);

TEST(TableKinds, EveryTableOfTheSchemaHasOne) {
  const auto database = open_database("sqlite::memory:");
  migrate(*database, kNow);
  const auto tables = tables_of(*database->connect(Connection::Mode::Read));
  EXPECT_GT(tables.size(), 30u);
  for (const std::string& table : tables) {
    EXPECT_TRUE(kind_of_table(table).has_value())
        << "table " << table << " is new: say in src/store/configuration_copy.cc whether a simulation needs "
        << "it (Configuration), must not see it (Secret), or starts without it (Runtime)";
  }
}

TEST_P(ConfigurationCopy, HasTheConfigurationAndNothingThatHappenedAndNoSecret) {
  const auto db = writer();
  db->run_script(
      "INSERT INTO teams (id, name, email, avatar_url, grafana_id, created_at) VALUES ('T1', 'core; team', "
      "NULL, '', 0, 1);"
      "INSERT INTO users (id, username, name, email, role, contacts, grafana_id, created_at) VALUES ('U1', "
      "'ann', 'Ann', 'ann@example.org', 'editor', '{}', 0, 1900000000000001);"
      "INSERT INTO team_members (team_id, user_id) VALUES ('T1', 'U1');"
      "INSERT INTO webhooks (id, name, is_enabled, trigger_type, http_method, url, forward_all, "
      "integration_filter, created_at) VALUES ('WH1', 'hook', 1, 0, 'POST', 'https://example.org', 1, '[]', "
      "1);"
      "INSERT INTO webhook_secrets (webhook_id, password) VALUES ('WH1', 'secret');"
      "INSERT INTO api_tokens (id, lookup_key, digest, user_id, name, created_at) VALUES ('K1', 'k', 'd', "
      "'U1', 'n', 1);"
      "INSERT INTO timers (kind, subject, generation, due_at, failures) VALUES ('escalation_tick', 'I1', 1, "
      "1, 0);");
  const auto copied = copy();
  const auto got = copied->connect(Connection::Mode::Read);
  EXPECT_EQ(count(*got, "team_members"), 1);
  const Rows users = got->query("SELECT username, time_zone, created_at FROM users");
  ASSERT_EQ(users.size(), 1u);
  EXPECT_EQ(users[0].string(0), "ann");
  EXPECT_TRUE(users[0].is_null(1)) << "an absent value is not an empty one";
  EXPECT_EQ(users[0].integer(2), 1'900'000'000'000'001);
  EXPECT_EQ(got->query("SELECT name, email FROM teams")[0].string(0), "core; team");
  EXPECT_EQ(count(*got, "webhooks"), 1);
  for (const char* table : {"webhook_secrets", "api_tokens", "timers"})
    EXPECT_EQ(count(*got, table), 0) << table;
}

TEST_P(ConfigurationCopy, OfADatabaseThatIsNewerIsRefused) {
  writer()->execute("INSERT INTO schema_migrations (number, name, applied_at) VALUES (9999, 'future', 1)");
  try {
    copy();
    FAIL() << "what a newer program wrote cannot be understood";
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("schema version 9999"), std::string::npos) << error.what();
  }
}

TEST(ConfigurationCopyOfOld, IsBroughtUpToDateAndTheSourceIsNot) {
  const auto old = open_database("sqlite::memory:");
  const auto history = migrations();
  const auto half = std::ranges::find(history, 30, &Migration::number);
  ASSERT_NE(half, history.end());
  migrate(*old, kNow, {history.begin(), half});
  old->connect(Connection::Mode::Write)
      ->run_script(
          "INSERT INTO escalation_chains (id, name, created_at) VALUES ('F1', 'Night', 1900000000000000)");
  const auto target = open_database("sqlite::memory:");
  const auto source = old->connect(Connection::Mode::Read);
  copy_configuration(*source, *target, kNow);
  const auto got = target->connect(Connection::Mode::Read);
  EXPECT_EQ(got->query("SELECT name FROM escalation_chains")[0].string(0), "Night");
  EXPECT_EQ(got->query("SELECT MAX(number) FROM schema_migrations")[0].integer(0), schema_version());
  EXPECT_LT(source->query("SELECT MAX(number) FROM schema_migrations")[0].integer(0), 30);
}

TEST(ConfigurationCopyOfNothing, SaysThatThereIsNoDatabase) {
  const auto empty = open_database("sqlite::memory:");
  const auto target = open_database("sqlite::memory:");
  try {
    copy_configuration(*empty->connect(Connection::Mode::Read), *target, kNow);
    FAIL() << "nothing was refused";
  } catch (const StorageError& error) {
    EXPECT_EQ(std::string(error.what()).find("there is no Tocsin database"), 0u) << error.what();
  }
}

}  // namespace
}  // namespace tocsin::store
