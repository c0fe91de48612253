// What groups walk, in the database: the plan once for all of them, and each walk's own marks.
#include "store/escalations.h"

#include <gtest/gtest.h>

#include "store/transaction.h"
#include "support/database.h"

namespace tocsin::store {
namespace {

using std::chrono::minutes;

constexpr Instant kNow = from_micros(1'933'135'628'000'000);

class Escalations : public test::OnBothDatabases {
 protected:
  std::unique_ptr<Connection> db = writer();

  void SetUp() override {
    for (const char* id : {"I1", "I2"}) {
      db->execute(
          "INSERT INTO alert_groups (id, number, integration_id, distinction, is_open, state, title, labels, "
          "opened_because, flags, created_at, received_at) VALUES ($1, 1, 'C1', $1, 1, 0, 't', '[]', '{}', "
          "'{}', 1, 1)",
          {id});
    }
  }

  void save(const std::optional<Escalation>& before, const Escalation& after) {
    Transaction transaction(*db);
    save_escalation(*db, before, after);
    transaction.commit();
  }
  std::int64_t plans() { return db->query("SELECT COUNT(*) FROM escalation_plans")[0].integer(0); }
};
TOCSIN_ON_BOTH_DATABASES(Escalations);

Escalation begun(const char* group) {
  EscalationSnapshot snapshot{.route = RouteId("R1"),
                              .route_name = "default",
                              .chain = EscalationChainId("F1"),
                              .chain_name = "Night crew"};
  snapshot.steps.push_back({.policy = {EscalationPolicyId("E1"), 0, step::Wait{minutes{5}}}});
  snapshot.steps.push_back(
      {.policy = {EscalationPolicyId("E2"), 1,
                  step::NotifyPersonNextEachTime{.users = {UserId("U1"), UserId("U2")}}}});
  snapshot.steps.push_back(
      {.policy = {EscalationPolicyId("E3"), 2, step::NotifyIfNumAlertsInWindow{.alerts = 3, .minutes = 1}}});
  snapshot.steps.push_back({.policy = {EscalationPolicyId("E4"), 3, step::RepeatEscalation{}}});
  return {.group = AlertGroupId(group), .generation = 1, .due = kNow, .snapshot = std::move(snapshot)};
}

std::optional<UserId>& turn_of(Escalation& walk) {
  return std::get<step::NotifyPersonNextEachTime>(walk.snapshot->steps[1].policy.step).last_notified;
}

TEST_P(Escalations, WalksOfOneChainShareItsPlanAndKeepTheirOwnMarks) {
  Escalation first = begun("I1"), second = begun("I2");
  turn_of(second) = UserId("U1");  // where the chain's turns stood when the second began
  save(std::nullopt, first);
  save(std::nullopt, second);
  EXPECT_EQ(plans(), 1);

  KnownPlans known;
  const auto before = find_escalation(*db, known, first.group);
  ASSERT_TRUE(before);
  Escalation after = *before;
  after.generation = 7;
  after.due.reset();
  after.snapshot->next_step = 2;
  after.snapshot->paused = true;
  turn_of(after) = UserId("U2");
  after.snapshot->steps[2].evaluated = true;
  after.snapshot->steps[3].repeats = 4;
  save(before, after);
  EXPECT_EQ(plans(), 1);
  EXPECT_EQ(find_escalation(*db, known, first.group), after);
  EXPECT_EQ(find_escalation(*db, first.group), after) << "without knowing the plan";

  const auto other = find_escalation(*db, known, second.group);
  ASSERT_TRUE(other);
  second.snapshot->plan = other->snapshot->plan;
  EXPECT_EQ(*other, second) << "the marks of the first walk are its own";
  const auto held = hold_groups(*db, known, {first.group});
  EXPECT_EQ(held.at(0).escalation, after);
}

TEST_P(Escalations, AnotherChainOrNameIsAnotherPlan) {
  Escalation first = begun("I1"), second = begun("I2");
  second.snapshot->route_name = "regex";
  save(std::nullopt, first);
  save(std::nullopt, second);
  EXPECT_EQ(plans(), 2);
  EXPECT_EQ(find_escalation(*db, second.group)->snapshot->route_name, "regex");
}

TEST_P(Escalations, AWalkWithNothingToFollowHasNoPlan) {
  const Escalation finished{.group = AlertGroupId("I1"), .generation = 3, .finished = true};
  save(std::nullopt, finished);
  EXPECT_EQ(plans(), 0);
  EXPECT_EQ(find_escalation(*db, finished.group), finished);
}

TEST_P(Escalations, APlanThatIsGoneIsSaidSo) {
  save(std::nullopt, begun("I1"));
  db->execute("DELETE FROM escalation_plans", {});
  EXPECT_THROW(std::ignore = find_escalation(*db, AlertGroupId("I1")), StorageError);
}

// A row as it was before plans had a table, and what becomes of it with its next step.
TEST_P(Escalations, ReadsTheSnapshotThatAnOlderRowHoldsItself) {
  db->execute(
      "INSERT INTO escalations (group_id, state) VALUES ('I1', $1)",
      {R"({"generation":2,"finished":false,"due":9,"snapshot":{"route":"R1","route_name":"default","chain":"F1",)"
       R"("chain_name":"c","steps":[{"policy":{"id":"E1","position":0,"step":{"type":"repeat_escalation"}},)"
       R"("repeats":2,"evaluated":false}],"next_step":1,"paused":false}})"});
  const auto walk = find_escalation(*db, AlertGroupId("I1"));
  ASSERT_TRUE(walk && walk->snapshot);
  EXPECT_EQ(walk->generation, 2U);
  EXPECT_EQ(walk->snapshot->next_step, 1U);
  EXPECT_EQ(walk->snapshot->steps.at(0).repeats, 2);
  Escalation next = *walk;
  next.generation = 3;
  save(walk, next);
  EXPECT_EQ(plans(), 1);
  const auto back = find_escalation(*db, AlertGroupId("I1"));
  ASSERT_TRUE(back && back->snapshot);
  next.snapshot->plan = back->snapshot->plan;
  EXPECT_EQ(*back, next);

  Escalation fresh = next;  // another group's start on the same chain
  fresh.group = AlertGroupId("I2");
  fresh.snapshot->plan.clear();
  fresh.snapshot->next_step = 0;
  fresh.snapshot->steps[0].repeats = 0;
  save(std::nullopt, fresh);
  EXPECT_EQ(plans(), 1) << "the marks of the older walk are not the plan's";
  EXPECT_EQ(find_escalation(*db, fresh.group)->snapshot->steps.at(0).repeats, 0);
}

}  // namespace
}  // namespace tocsin::store
