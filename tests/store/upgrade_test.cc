// A database of an earlier version, with rows in it, opened by this one.
#include <gtest/gtest.h>

#include <algorithm>

#include "store/migrations.h"
#include "support/database.h"

namespace tocsin::store {
namespace {

class Upgrade : public testing::TestWithParam<Dialect> {
 protected:
  // As the last version that knew nothing behind `number` left it.
  std::unique_ptr<Connection> at_version(int number) {
    const auto all = migrations();
    const auto end =
        std::ranges::find_if(all, [&](const Migration& migration) { return migration.number > number; });
    migrate(database(), Instant{}, {all.begin(), end});
    return database().connect(Connection::Mode::Write);
  }
  Database& database() { return held_.database(); }

 private:
  test::TestDatabase held_{GetParam(), test::TestDatabase::Schema::None};
};
TOCSIN_ON_BOTH_DATABASES(Upgrade);

TEST_P(Upgrade, KeepsTheTalliesOfAlertGroups) {
  const auto db = at_version(40);
  for (const auto& [id, count] : {std::pair("I1", 3), std::pair("I2", 70'000)}) {
    db->execute(
        "INSERT INTO alert_groups (id, number, integration_id, route_id, distinction, is_open, state, title, "
        "source_link, alerts_count, last_alert_id, root_id, labels, opened_because, flags, created_at, "
        "received_at) VALUES ($1, 1, 'C1', NULL, $1, 1, 0, 't', NULL, $2, 'A9', NULL, '[]', '{}', '{}', 1, "
        "1)",
        {id, count});
  }
  migrate(database(), Instant{});
  const Rows rows = db->query(
      "SELECT g.id, t.alerts_count, t.last_alert_id FROM alert_groups g JOIN alert_group_tallies t ON "
      "t.group_id = g.id ORDER BY g.id");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].integer(1), 3);
  EXPECT_EQ(rows[1].integer(1), 70'000);
  EXPECT_EQ(rows[1].text(2), "A9");
}

}  // namespace
}  // namespace tocsin::store
