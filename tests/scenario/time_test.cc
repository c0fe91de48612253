// What the engine does by itself as time passes: overdue and poisoned timers, a thousand steps at once, nodes
// that share them, heartbeats, maintenance.
#include <gtest/gtest.h>

#include "language/json/read.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/escalation_chains.h"
#include "store/escalations.h"
#include "store/notification_rules.h"
#include "store/people.h"
#include "store/timers.h"
#include "store/transaction.h"
#include "support/chain_words.h"
#include "support/database.h"
#include "support/engine_world.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;

class Time : public OnBothDatabases {
 protected:
  static std::int64_t count(EngineWorld& world, std::string_view sql) {
    return world.db().query(sql)[0].integer(0);
  }
  // How often somebody was sent something.
  static std::size_t sent(const EngineWorld& world) {
    std::size_t sum = 0;
    for (const auto& [stream, log] : world.streams) {
      for (const std::string& line : log) sum += line.find(" send ") != std::string::npos;
    }
    return sum;
  }
  static std::string state_of_group(EngineWorld& world, const std::string& group) {
    return world.send("GET", "/api/v1/alert_groups/" + world.group_id(group).str() + "/", {})["state"];
  }
  static std::string title_of_group(EngineWorld& world, const std::string& group) {
    return world.send("GET", "/api/v1/alert_groups/" + world.group_id(group).str() + "/", {})["title"];
  }
};
TOCSIN_ON_BOTH_DATABASES(Time);

TEST_P(Time, RunsOverdueStepsAtRecoveryAndSaysThatTheyWereLate) {
  EngineWorld world(database());
  world.set_chain({wait(60), persons({"dan"})});
  world.down = {{30s, 400s}};
  world.at(0s, [](EngineWorld& w) { w.alert(); });
  world.run_until(1h);
  const std::vector<std::string> dan = {"400 T email", "400 send email", "400 ok email", "405 (p-fin)"};
  EXPECT_EQ(world.streams["dan@G1"], dan);
  EXPECT_EQ(title_of_group(world, "G2"), "Escalation steps run late") << "an alert group of Tocsin's own";
  EXPECT_EQ(state_of_group(world, "G2"), "resolved") << "the lag is over";
  EXPECT_EQ(count(world, "SELECT COUNT(*) FROM integrations WHERE name = 'Tocsin itself'"), 1);
  EXPECT_TRUE(world.log().contains("escalation steps run late seconds=33"));
}

TEST_P(Time, SetsAPoisonedTimerAsideAndRunsTheOthers) {
  EngineWorld world(database());
  world.set_chain({persons({"dan"})});
  for (const char* key : {"a", "b", "c"}) world.alert({.key = key});
  world.db().execute("UPDATE escalations SET state = '{\"generation\": 1' WHERE group_id = $1",
                     {world.group_id("G2")});
  world.run_until(30s);
  EXPECT_EQ(world.streams["dan@G1"].front(), "1 T email");
  EXPECT_FALSE(world.streams.contains("dan@G2"));
  EXPECT_EQ(world.streams["dan@G3"].front(), "1 T email");
  EXPECT_TRUE(world.log().contains("a timer could not be run and is set aside kind=escalation_tick subject=" +
                                   world.group_id("G2").str()));
  EXPECT_EQ(count(world, "SELECT COUNT(*) FROM timers"), 1) << "it stays, to be tried again";
  world.db().execute("DELETE FROM escalations WHERE group_id = $1", {world.group_id("G2")});
  world.run_until(2h);
  EXPECT_EQ(count(world, "SELECT COUNT(*) FROM timers"), 0);
}

TEST_P(Time, DropsTimersOfGroupsThatAreGoneAndOfKindsThatNobodyKnows) {
  EngineWorld world(database());
  store::Transaction transaction(world.db());
  store::set_timer(world.db(), {.kind = TimerKind::EscalationTick,
                                .generation = 1,
                                .at = world.now(),
                                .group = AlertGroupId("INOBODY")});
  world.db().execute("INSERT INTO timers VALUES ('from_the_future', 'X', 1, 0, 0)");
  transaction.commit();
  world.run_until(5s);
  EXPECT_EQ(count(world, "SELECT COUNT(*) FROM timers"), 0);
}

TEST_P(Time, AStepGoesByPeopleAndTheirRulesAsAnotherProcessHasLeftThem) {
  EngineWorld world(database());
  world.set_chain({persons({"dan"})});
  world.at(0s, [](EngineWorld& w) { w.alert({.key = "a"}); });
  world.run_until(30s);
  ASSERT_EQ(world.streams["dan@G1"].front(), "1 T email");

  const UserId dan = world.user_id("dan");
  NotificationRule rule = store::notification_rules_of(world.db(), dan).by_default.front();
  rule.action = WaitRule{1min};
  store::update_notification_rule(world.db(), rule);
  world.at(40s, [](EngineWorld& w) { w.alert({.key = "b"}); });
  world.run_until(70s);
  EXPECT_EQ(world.streams["dan@G2"], (std::vector<std::string>{"41 (wait)"}));

  store::delete_user(world.db(), dan, world.now());
  world.at(80s, [](EngineWorld& w) { w.alert({.key = "c"}); });
  world.run_until(110s);
  EXPECT_FALSE(world.streams.contains("dan@G3"));
}

TEST_P(Time, RunsTenThousandStepsThatAreDueAtOnceInTime) {
  EngineWorld world(database());
  world.set_chain({persons({"dan"})});
  constexpr int kGroups = 10'000;
  const std::string begin =
      "INSERT INTO alert_groups (id, number, integration_id, route_id, distinction, "
      "is_open, state, title, source_link, root_id, labels, "
      "opened_because, flags, created_at, received_at) VALUES ($1, $2, $3, $4, $1, 1, 0, "
      "'t', NULL, NULL, '[]', '{}', $5, $6, $6)";
  world.change([&](engine::Batch& batch) {
    for (int i = 0; i < kGroups; ++i) {
      AlertGroup group;
      group.id = AlertGroupId("I" + std::to_string(i));
      group.number = i + 1;
      group.integration = world.integration();
      group.route = world.route();
      group.started_at = batch.now();
      batch.db.execute_later(begin, {group.id, group.number, group.integration, group.route,
                                     json::write(to_json(group)), batch.now()});
      Escalation walk{.group = group.id, .generation = 1, .due = batch.now() + 1s};
      walk.snapshot = EscalationSnapshot{
          .route = group.route, .route_name = "default", .chain = EscalationChainId("F"), .chain_name = "c"};
      walk.snapshot->steps.push_back(
          {.policy = {EscalationPolicyId("E"), 0, step::NotifyPersons{{world.user_id("dan")}}}});
      store::save_escalation(batch.db, std::nullopt, walk);
      store::set_timer(
          batch.db,
          {.kind = TimerKind::EscalationTick, .generation = 1, .at = batch.now() + 1s, .group = group.id});
    }
    return true;
  });
  world.set_now(world.now() + 2s);
  const auto before = std::chrono::steady_clock::now();
  world.engine().run();
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - before);
  EXPECT_EQ(count(world, "SELECT COUNT(*) FROM outbox WHERE kind = 'notify'"), kGroups);
  EXPECT_EQ(count(world, "SELECT COUNT(*) FROM personal_chains"), kGroups);
  RecordProperty("milliseconds", static_cast<int>(took.count()));
  std::printf("[ figures  ] 10,000 steps took %lld ms\n", static_cast<long long>(took.count()));
  EXPECT_LT(took, 20s) << "2 s on an idle machine in the release build";
}

TEST_P(Time, ChecksHeartbeatsOnEvenMinutes) {
  EngineWorld world(database());
  world.set_chain({persons({"dan"})});
  const std::string ping = world.link() + "heartbeat/";
  world.db().execute("UPDATE heartbeats SET timeout_s = 60");
  world.at(1s, [&](EngineWorld& w) { EXPECT_EQ(w.send("GET", ping, {}).status, 200); });
  world.run_until(119s);
  EXPECT_TRUE(world.streams.empty()) << "checked every two minutes only";
  world.at(130s, [&](EngineWorld& w) { EXPECT_EQ(state_of_group(w, "G1"), "firing"); });
  world.run_until(230s);
  EXPECT_EQ(world.streams["G1"].front(), "120 alert group registered");
  EXPECT_EQ(world.streams["dan@G1"].front(), "121 T email");
  world.at(231s, [&](EngineWorld& w) { w.send("GET", ping, {}); });
  world.run_until(239s);
  EXPECT_FALSE(world.db().query("SELECT 1 FROM heartbeats WHERE expired = 1").empty());
  world.run_until(241s);
  EXPECT_TRUE(world.db().query("SELECT 1 FROM heartbeats WHERE expired = 1").empty()) << "it is back";
  world.run_until(2h);
  EXPECT_EQ(count(world, "SELECT COUNT(*) FROM heartbeats WHERE expired = 1"), 1)
      << "one ping, then silence again";
}

TEST_P(Time, CollectsWhatOpensDuringAMaintenanceAndResolvesItAtTheEnd) {
  EngineWorld world(database());
  world.set_chain({persons({"dan"})});
  const std::string path = "/api/v1/integrations/" + world.integration().str();
  EXPECT_EQ(
      world.send("POST", path + "/maintenance_start/", R"({"mode":"maintenance","duration":3600})").status,
      200);
  world.alert({.key = "a"});
  world.run_until(3599s);
  EXPECT_EQ(title_of_group(world, "G1"), "Maintenance of webhook for 3600");
  EXPECT_EQ(state_of_group(world, "G2"), "firing");
  EXPECT_EQ(store::find_group(world.db(), world.group_id("G2"))->root, world.group_id("G1"));
  EXPECT_EQ(sent(world), 0u) << "nobody is paged";
  world.run_until(3601s);
  EXPECT_EQ(state_of_group(world, "G1"), "resolved");
  EXPECT_EQ(state_of_group(world, "G2"), "resolved");
  EXPECT_EQ(world.send("GET", path + "/", {})["maintenance_mode"], "null");
  world.alert({.key = "b"});
  world.run_until(2h);
  EXPECT_EQ(sent(world), 1u);
}

TEST_P(Time, EndsAMaintenanceByACallAndByResolvingItsGroup) {
  EngineWorld world(database());
  const std::string path = "/api/v1/integrations/" + world.integration().str();
  const std::string start = R"({"mode":"maintenance","duration":3600})";
  world.send("POST", path + "/maintenance_start/", start);
  world.alert({.key = "a"});
  world.send("POST", path + "/maintenance_stop/", {});
  EXPECT_EQ(state_of_group(world, "G1"), "resolved");
  EXPECT_EQ(state_of_group(world, "G2"), "resolved");
  world.send("POST", path + "/maintenance_start/", start);
  world.alert({.key = "b"});
  world.by_user("G3", command::Resolve{}, "ops");
  EXPECT_EQ(state_of_group(world, "G3"), "resolved");
  EXPECT_EQ(state_of_group(world, "G4"), "resolved");
  EXPECT_EQ(world.send("GET", path + "/", {})["maintenance_mode"], "null");
}

TEST_P(Time, NewGroupsOfADebuggedIntegrationDoNotEscalate) {
  EngineWorld world(database());
  world.set_chain({persons({"dan"})});
  world.send("POST", "/api/v1/integrations/" + world.integration().str() + "/maintenance_start/",
             R"({"mode":"debug","duration":600})");
  world.alert();
  world.run_until(2h);
  EXPECT_EQ(sent(world), 0u);
  EXPECT_EQ(count(world, "SELECT COUNT(*) FROM alert_groups"), 1);
}

class TwoNodes : public ::testing::Test {
 protected:
  TwoNodes() : test_database_(store::Dialect::Postgres), world(test_database_.database(), start(), 2) {}
  static Instant start() { return *parse_iso("2026-03-02T10:00:00"); }
  TestDatabase test_database_;
  EngineWorld world;
};

TEST_F(TwoNodes, ShareTimersAndTakeOverFromADeadOne) {
  world.set_chain({persons({"dan"}), wait(60), persons({"ann"})});
  for (int i = 0; i < 40; ++i) world.alert({.key = std::to_string(i)});
  world.at(30s, [](EngineWorld& w) { w.kill(0); });
  world.run_until(2min);
  for (int i = 1; i <= 40; ++i) {
    const std::string group = "G" + std::to_string(i);
    const std::vector<std::string> dan = {"1 T email", "1 send email", "1 ok email", "6 (p-fin)"};
    EXPECT_EQ(world.streams["dan@" + group], dan);
    ASSERT_FALSE(world.streams["ann@" + group].empty());
    EXPECT_EQ(world.streams["ann@" + group].front(), "66 T email");
  }
}

TEST_F(TwoNodes, GiveUpWhatAHungOneHoldsAfterThirtySeconds) {
  EXPECT_EQ(world.db().query("SHOW idle_in_transaction_session_timeout")[0].text(0), "30s");
}

// One node holds a due timer in its open transaction: the other one leaves it alone, and takes it as soon as
// the session is gone.
TEST_F(TwoNodes, LeaveAloneWhatAnotherHolds) {
  world.set_chain({persons({"dan"})});
  world.alert();
  world.set_now(start() + 2s);
  auto other = test_database_.database().connect(store::Connection::Mode::Write);
  other->begin(store::Connection::Mode::Write);
  EXPECT_EQ(store::take_due_timers(*other, world.now(), 10).size(), 1u);
  world.run_engines();
  world.collect();
  EXPECT_FALSE(world.streams.contains("dan@G1"));
  other->rollback();  // waits for the server, as closing the session would not
  world.set_now(start() + 3s);
  world.run_engines();
  world.collect();
  ASSERT_FALSE(world.streams["dan@G1"].empty());
  EXPECT_EQ(world.streams["dan@G1"].front(), "3 T email");
}

}  // namespace
}  // namespace tocsin::test
