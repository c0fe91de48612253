// What retention deletes, and what becomes of the groups that were attached to it.
#include "engine/retention.h"

#include <gtest/gtest.h>

#include "domain/grouping/attach.h"
#include "engine/groups.h"
#include "store/alert_groups.h"
#include "store/escalations.h"
#include "support/chain_words.h"
#include "support/database.h"
#include "support/engine_world.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;

class RetentionOf : public OnBothDatabases {
 protected:
  static void attach(EngineWorld& world, const std::string& group, const std::string& root) {
    world.change([&](engine::Batch& batch) {
      const auto dependent = store::lock_group(batch.db, world.group_id(group));
      const auto to = store::lock_group(batch.db, world.group_id(root));
      engine::store_transition(batch, *dependent,
                               grouping::attach(*dependent, *to, {.username = "ops"}, batch.next_instant()));
      return true;
    });
  }
  static void expect_free(EngineWorld& world, const AlertGroupId& id) {
    const auto group = store::find_group(world.db(), id);
    ASSERT_TRUE(group);
    EXPECT_EQ(group->root, std::nullopt) << "in its state";
    const auto rows = world.db().query("SELECT root_id FROM alert_groups WHERE id = $1", {id});
    EXPECT_TRUE(rows[0].is_null(0)) << "in its row";
  }
};
TOCSIN_ON_BOTH_DATABASES(RetentionOf);

TEST_P(RetentionOf, ARootSetsItsDependentsFree) {
  EngineWorld world(database());
  world.set_chain({wait(60)});
  world.alert({.key = "root"});
  world.run_engines();
  world.collect();
  world.alert({.key = "dependent"});
  world.run_engines();
  world.collect();
  const AlertGroupId dependent = world.group_id("G2");
  attach(world, "G2", "G1");
  ASSERT_EQ(store::find_group(world.db(), dependent)->root, world.group_id("G1"));
  world.by_api("G1", command::Resolve{});
  world.run_until(1h);
  world.change([&](engine::Batch& batch) {
    // The root is old enough, the dependent is not.
    const Instant before = store::find_group(batch.db, dependent)->started_at;
    EXPECT_EQ(engine::delete_old_groups(batch, before), 1);
    return true;
  });
  EXPECT_FALSE(store::find_group(world.db(), world.group_id("G1")));
  expect_free(world, dependent);
  world.run_until(2h);
  const auto records = world.db().query(
      "SELECT COUNT(*) FROM log_records WHERE group_id = $1 AND realm = 'alert_group' AND type = $2",
      {dependent, static_cast<int>(GroupRecordType::Unattached)});
  EXPECT_EQ(records[0].integer(0), 1);
  world.by_api("G2", command::Unresolve{});
  EXPECT_FALSE(store::find_group(world.db(), dependent)->resolved) << "it can be answered like any other";
}

// Whoever deletes rows without the rules leaves nothing attached to nothing either.
TEST_P(RetentionOf, TheRowsAloneSetsDependentsFree) {
  EngineWorld world(database());
  world.set_chain({wait(60)});
  world.alert({.key = "root"});
  world.alert({.key = "dependent"});
  world.run_engines();
  world.collect();
  attach(world, "G2", "G1");
  const AlertGroupId dependent = world.group_id("G2");
  world.change([&](engine::Batch& batch) {
    store::delete_group(batch.db, world.group_id("G1"));
    return true;
  });
  expect_free(world, dependent);
}

}  // namespace
}  // namespace tocsin::test
