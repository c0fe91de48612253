// Who waits for whom in the engine: clients, due timers and background work.
#include <gtest/gtest.h>

#include <map>

#include "engine/groups.h"
#include "store/webhooks.h"
#include "support/chain_words.h"
#include "support/database.h"
#include "support/engine_world.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;

// Forty steps are due, and commands come while they run.
class BusyEngine : public OnBothDatabases {
 protected:
  BusyEngine() {
    world_.set_chain({persons({"dan"})});
    for (int i = 0; i < 40; ++i) world_.alert({.key = std::to_string(i)});
    world_.options.observe = [&](const engine::BatchReport& report) {
      reports_.emplace_back(report.timers_run, report.commands);
    };
    world_.crash(0);  // the next engine takes the options
    world_.set_now(world_.now() + 2s);
  }
  void submit(std::string name, std::function<bool(engine::Batch&)> apply) {
    const auto done = [this, name](engine::Outcome outcome) { outcomes_[name] = outcome; };
    ASSERT_TRUE(world_.engine().submit(engine::Change{name, std::move(apply), done}));
  }
  // The first takes the second into its transaction; what that one brings waits while the steps run.
  void run_with(const std::function<void()>& submit_more) {
    submit("first", [this, submit_more](engine::Batch&) {
      submit("second", [submit_more](engine::Batch&) {
        submit_more();
        return true;
      });
      return true;
    });
    world_.engine().run();
  }
  static bool nothing(engine::Batch&) { return true; }
  std::int64_t count(std::string_view sql) { return world_.db().query(sql)[0].integer(0); }

  EngineWorld world_{database()};
  std::vector<std::pair<std::size_t, std::size_t>> reports_;  // timers and commands of each batch
  std::map<std::string, engine::Outcome> outcomes_;
};
TOCSIN_ON_BOTH_DATABASES(BusyEngine);

TEST_P(BusyEngine, WhoComesMeanwhileSharesTheCommitAndWaitsForAFewStepsOnly) {
  run_with([&] { submit("third", nothing); });
  ASSERT_GE(reports_.size(), 3u);
  EXPECT_EQ(reports_[0], std::pair(std::size_t{0}, std::size_t{2}));
  const std::size_t portion = engine::timer_portion(GetParam());
  EXPECT_EQ(reports_[1], std::pair(portion, std::size_t{1}));
  EXPECT_GT(reports_[2].first, portion) << "when none waits";
  for (const char* name : {"first", "second", "third"})
    EXPECT_EQ(outcomes_.at(name), engine::Outcome::Committed) << name;
}

TEST_P(BusyEngine, WhoBreaksTheSharedTransactionBreaksNobodyElse) {
  run_with([&] {
    submit("breaks", [](engine::Batch&) -> bool { throw std::runtime_error("a mistake"); });
    submit("third", nothing);
  });
  EXPECT_EQ(outcomes_.at("breaks"), engine::Outcome::Unavailable);
  EXPECT_EQ(outcomes_.at("third"), engine::Outcome::Committed);
  EXPECT_EQ(count("SELECT COUNT(*) FROM personal_chains"), 40) << "each step has run";
  EXPECT_EQ(count("SELECT COUNT(*) FROM outbox WHERE kind = 'notify'"), 40) << "once";
}

TEST_P(BusyEngine, AGroupThatIsDeletedInTheTransactionThatPagedForItIsGone) {
  const AlertGroupId group = world_.group_id("G1");
  run_with([&] {
    submit("delete", [group](engine::Batch& batch) { return engine::remove_group(batch, group, {}); });
  });
  EXPECT_EQ(outcomes_.at("delete"), engine::Outcome::Committed);
  EXPECT_EQ(count("SELECT COUNT(*) FROM alert_groups"), 39);
  EXPECT_EQ(count("SELECT COUNT(*) FROM personal_chains"), 39);
}

class Batches : public OnBothDatabases {};
TOCSIN_ON_BOTH_DATABASES(Batches);

TEST_P(Batches, AnAlertWaitsForOnePieceOfBackgroundWork) {
  EngineWorld world(database());
  std::vector<std::string> done;
  const auto submit = [&](const std::string& name, engine::Urgency urgency, std::function<void()> meanwhile) {
    ASSERT_TRUE(world.engine().submit(engine::Change{name,
                                                     [meanwhile](engine::Batch&) {
                                                       if (meanwhile) meanwhile();
                                                       return true;
                                                     },
                                                     [&done, name](engine::Outcome outcome) {
                                                       EXPECT_EQ(outcome, engine::Outcome::Committed);
                                                       done.push_back(name);
                                                     },
                                                     urgency}));
  };
  using enum engine::Urgency;
  submit("first outcome", Background, [&] { submit("acknowledge", AtOnce, {}); });
  submit("second outcome", Background, {});
  submit("third outcome", Background, [&] { submit("resolve", AtOnce, {}); });
  submit("fourth outcome", Background, {});
  submit("alert", AtOnce, {});
  world.engine().run();
  EXPECT_EQ(done, (std::vector<std::string>{"alert", "first outcome", "acknowledge", "second outcome",
                                            "third outcome", "resolve", "fourth outcome"}));
}

TEST_P(Batches, ABatchSaysWhetherTheCourierHasSomethingToDo) {
  EngineWorld world(database());
  std::vector<bool> reports;
  world.options.observe = [&](const engine::BatchReport& report) {
    if (report.alerts_received > 0) reports.push_back(report.may_have_deliveries);
  };
  world.crash(0);
  world.alert({.key = "a"});
  world.alert({.key = "a"});
  EXPECT_EQ(reports, (std::vector<bool>{false, false})) << "nobody hears of these";
  world.change([](engine::Batch& batch) {
    store::insert_webhook(batch.db, {.id = WebhookId("WH1"),
                                     .name = "hook",
                                     .trigger = WebhookTrigger::AlertGroupCreated,
                                     .url = "https://hooks.example.org/",
                                     .created_at = batch.next_instant()});
    return true;
  });
  world.alert({.key = "b"});
  world.alert({.key = "b"});
  EXPECT_EQ(reports, (std::vector<bool>{false, false, true, false})) << "a webhook hears of the new group";
}

}  // namespace
}  // namespace tocsin::test
