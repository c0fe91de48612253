// Simulation: many small histories, one seed each. A seed makes a chain, people who answer, alerts, and
// faults; the same script runs in PagingWorld, the model of the rules, where nothing ever fails.
//
// Crashes: from a random statement or commit on the database is gone, the engine's object is dropped and a
// new one begins. Nothing may show of it: the history is the model's, record by record and page by page - no
// accepted alert lost, no due step skipped or run twice, no page after an answer.
// Passing failures: single statements fail and the same engine goes on; steps may come a little later, so
// checkers look at the rows instead.
//
// Each stream (a group, a person in a group) is compared in its order.
#include <gtest/gtest.h>

#include <set>

#include "language/json/read.h"
#include "sim/dice.h"
#include "sim/faulty_database.h"
#include "sim/reused_database.h"
#include "sim/seeds.h"
#include "sim/streams.h"
#include "store/alert_groups.h"
#include "store/escalations.h"
#include "support/chain_words.h"
#include "support/engine_world.h"

namespace tocsin::test {
namespace {

using Offset = PagingWorld::Offset;
using std::chrono::milliseconds;
constexpr Offset kEnd = std::chrono::hours{3};

enum class Act {
  Alert,
  ResolveSignal,
  Acknowledge,
  Unacknowledge,
  Resolve,
  Silence,
  Unsilence,
  Page,
  Unpage
};

struct Event {
  Offset at;
  Act act;
  std::string key;    // of an alert
  std::string group;  // else
  std::string user;
  std::chrono::seconds delay{0};
};

struct Script {
  std::vector<Step> chain;
  std::vector<Event> events;
};

Step make_step(Dice& dice) {
  static const std::vector<std::string> kPeople = {"ann", "bob", "cy", "dan", "vic"};
  switch (dice.below(8)) {
    case 0:
    case 1:
      return wait(60 * (1 + dice.below(5)));
    case 2:
      return important({dice.pick(kPeople)});
    case 3:
      return round_robin({"ann", "dan", "bob"});
    case 4:
      return threshold(1 + dice.below(2), 10);
    case 5:
      return dice.one_in(2) ? repeat() : persons({});
    default:
      return persons({dice.pick(kPeople), "bob"});
  }
}

// No two inputs share the milliseconds of their timers, and no chain ends with a resolve step: which of two
// things of the same instant comes first is nobody's promise.
Script make_script(std::uint64_t seed) {
  Dice dice(seed);
  Script script;
  for (int i = 1 + dice.below(5); i > 0; --i) script.chain.push_back(make_step(dice));
  std::set<std::int64_t> used;
  const int count = 3 + dice.below(12);
  for (int i = 0; i < count; ++i) {
    std::int64_t at = i == 0 ? 0 : dice.below(900'000);
    while (!used.insert(at % 1000).second) ++at;
    const Act act = i == 0 || dice.one_in(2) ? Act::Alert : static_cast<Act>(dice.below(9));
    script.events.push_back({.at = milliseconds{at},
                             .act = act,
                             .key = "k" + std::to_string(dice.below(3)),
                             .group = "G" + std::to_string(1 + dice.below(3)),
                             .user = dice.pick(std::vector<std::string>{"ann", "bob", "dan"}),
                             .delay = std::chrono::seconds{60 + dice.below(600)}});
  }
  return script;
}

bool has_group(const PagingWorld& world, const std::string& group) {
  return world.groups.contains(AlertGroupId(group));
}
bool has_group(EngineWorld& world, const std::string& group) {
  return world.group_id(group) != AlertGroupId(group);
}
bool is_resolved(const PagingWorld& world, const std::string& group) {
  return world.groups.at(AlertGroupId(group)).resolved;
}
bool is_resolved(EngineWorld& world, const std::string& group) {
  return store::find_group(world.db(), world.group_id(group))->resolved;
}

template <class World>
void perform(World& world, const Event& event) {
  switch (event.act) {
    case Act::Alert:
      return world.alert({.key = event.key});
    case Act::ResolveSignal:
      return world.alert({.key = event.key, .resolve_signal = true});
    default:
      break;
  }
  if (!has_group(world, event.group)) return;
  switch (event.act) {
    case Act::Acknowledge:
      return world.by_user(event.group, command::Acknowledge{}, event.user);
    case Act::Unacknowledge:
      return world.by_user(event.group, command::Unacknowledge{}, event.user);
    case Act::Resolve:
      return world.by_user(event.group, command::Resolve{}, event.user);
    case Act::Silence:
      return world.by_user(event.group, command::Silence{event.delay}, event.user);
    case Act::Unsilence:
      return world.by_user(event.group, command::Unsilence{}, event.user);
    case Act::Page:
      if (is_resolved(world, event.group)) return;  // refused
      return world.page(event.group, event.user, Importance::Default);
    case Act::Unpage:
      return world.unpage(event.group, event.user);
    case Act::Alert:
    case Act::ResolveSignal:
      return;
  }
}

template <class World>
void play(World& world, const Script& script) {
  world.set_chain(script.chain);
  for (const Event& event : script.events) world.at(event.at, [event](World& w) { perform(w, event); });
}

struct History {
  Streams streams;
  std::int64_t faults = 0;
};

store::Database& fresh_database() {
  static ReusedDatabase database;
  database.reset();
  return database;
}

History run_with_crashes(std::uint64_t seed, const Script& script) {
  FaultyDatabase database(fresh_database());
  EngineWorld world(database, *parse_iso("2026-03-02T10:00:00"), 1, seed);
  Dice dice(seed ^ 0xFA017);
  world.before_each_run = [&] {
    if (!database.fault.left && dice.one_in(4)) database.fault.left = dice.below(40);
  };
  world.after_each_run = [&] {
    database.fault.left.reset();
    if (!database.fault.broken) return false;
    database.fault.mend();
    world.crash(0);
    return true;  // again, with the new engine
  };
  play(world, script);
  world.run_until(kEnd);
  return {world.streams, database.fault.failures};
}

// Answers how often it crashed.
std::int64_t expect_no_trace(std::uint64_t seed) {
  const Script script = make_script(seed);
  PagingWorld model;
  play(model, script);
  model.run_until(kEnd);
  const History run = run_with_crashes(seed, script);
  expect_same(run.streams, model.streams);
  if (seed % 20 == 0) {
    EXPECT_EQ(run_with_crashes(seed, script).streams, run.streams) << "same seed, same history";
  }
  return run.faults;
}

TEST(Sim, CrashesLeaveNoTrace) {
  std::int64_t faults = 0;
  for (const std::uint64_t seed : seeds()) {
    SCOPED_TRACE("TOCSIN_SIM_SEED=" + std::to_string(seed));
    faults += expect_no_trace(seed);
    if (HasFailure()) return;
  }
  std::printf("[ figures  ] %zu seeds, %lld crashes\n", seeds().size(), static_cast<long long>(faults));
  EXPECT_GT(faults, 0) << "a simulation without faults proves nothing";
}

// A rule of one person's chain and an escalation step that begins it anew, both at the same instant: the
// second page is recorded before the first has left.
TEST(Sim, TwoPagesOfOnePersonMayFallDueTogether) {
  for (const std::uint64_t seed : {4026, 6260}) {
    SCOPED_TRACE("TOCSIN_SIM_SEED=" + std::to_string(seed));
    expect_no_trace(seed);
  }
}

// What must hold whenever nothing is under way.
void check_rows(EngineWorld& world, std::size_t accepted) {
  store::Connection& db = world.db();
  ASSERT_EQ(db.query("SELECT COUNT(*) FROM alerts")[0].integer(0), static_cast<std::int64_t>(accepted))
      << "an accepted alert is lost or doubled";
  ASSERT_TRUE(
      db.query(
            "SELECT 1 FROM alert_group_tallies g WHERE alerts_count <> (SELECT COUNT(*) FROM alerts a WHERE "
            "a.group_id = g.group_id)")
          .empty());
  for (const store::Row row : db.query("SELECT id FROM alert_groups")) {
    const auto walk = store::find_escalation(db, row.id<AlertGroupId>(0));
    if (!walk || !walk->due) continue;
    const store::Rows timer = db.query(
        "SELECT generation FROM timers WHERE kind = 'escalation_tick' AND subject = $1", {row.text(0)});
    ASSERT_FALSE(timer.empty()) << "a step is due and no timer will run it: " << row.text(0);
    ASSERT_EQ(static_cast<std::uint64_t>(timer[0].integer(0)), walk->generation);
  }
  // Every page is explained by a record of the same user and group, written before it.
  for (const store::Row row :
       db.query("SELECT payload, created_at FROM outbox WHERE kind = 'notify' AND NOT EXISTS (SELECT 1 FROM "
                "log_records r WHERE r.group_id = outbox.group_id AND r.realm = 'user_notification' AND "
                "r.created_at <= outbox.created_at)")) {
    ADD_FAILURE() << "a page without a record: " << row.text(0);
  }
}

TEST(Sim, PassingFailuresLoseNothing) {
  std::int64_t faults = 0;
  for (const std::uint64_t seed : seeds()) {
    SCOPED_TRACE("TOCSIN_SIM_SEED=" + std::to_string(seed));
    const Script script = make_script(seed);
    FaultyDatabase database(fresh_database());
    EngineWorld world(database, *parse_iso("2026-03-02T10:00:00"), 1, seed);
    Dice dice(seed ^ 0xD15C);
    database.fault.passing = true;
    world.before_each_run = [&] {
      if (!database.fault.left && dice.one_in(4)) database.fault.left = dice.below(40);
    };
    world.after_each_run = [&] {
      database.fault.left.reset();
      return false;
    };
    play(world, script);
    for (Offset at{0}; at <= kEnd; at += std::chrono::minutes{15}) {
      world.run_until(at);
      check_rows(world, world.accepted);
      if (HasFatalFailure()) return;
    }
    faults += database.fault.failures;
    const store::Rows late = world.db().query("SELECT kind, subject FROM timers WHERE due_at < $1",
                                              {world.now() - std::chrono::hours{1}});
    ASSERT_TRUE(late.empty()) << late[0].text(0) << ' ' << late[0].text(1) << " never ran";
  }
  std::printf("[ figures  ] %zu seeds, %lld failures\n", seeds().size(), static_cast<long long>(faults));
  EXPECT_GT(faults, 0) << "a simulation without faults proves nothing";
}

}  // namespace
}  // namespace tocsin::test
