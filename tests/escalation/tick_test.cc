// One step of a walk: what the scenarios do not reach.
#include "domain/escalation/tick.h"

#include <gtest/gtest.h>

#include "domain/escalation/time_window.h"
#include "domain/escalation/webhook_outcome.h"
#include "support/chain_words.h"

namespace tocsin::escalation {
namespace {

using namespace std::chrono_literals;
using test::persons;

const Instant t0 = *parse_iso("2026-03-02T10:00:00");

AlertGroup a_group() {
  return {.id = AlertGroupId("G"), .started_at = t0};
}

Escalation started(std::vector<Step> steps) {
  StartFacts facts{.route = RouteId("R"), .route_name = "default", .chain = EscalationChainId("F")};
  for (Step& step : steps) facts.policies.push_back({EscalationPolicyId("E"), 0, std::move(step)});
  return start({.group = AlertGroupId("G")}, facts, t0).escalation;
}

template <class T>
std::vector<T> all(const Effects& effects) {
  std::vector<T> out;
  for (const Effect& e : effects) {
    if (const T* found = std::get_if<T>(&e)) out.push_back(*found);
  }
  return out;
}

Changed one_tick(const Step& step, const Facts& facts = {}) {
  const Escalation walk = started({step});
  return tick(walk, a_group(), walk.generation, facts, t0);
}

TEST(Tick, AFailedStepLeavesItsRecordAndTheWalkGoesOn) {
  const Step schedule = test::schedule("S");
  const struct {
    const char* name;
    Step step;
    Facts facts;
    EscalationFailure failure;
    const char* subject;
  } cases[] = {
      {"no users in turn", test::round_robin({}), {}, EscalationFailure::NoUsersNextEachTime, ""},
      {"no users", persons({}), {}, EscalationFailure::NoUsers, ""},
      {"no schedule", step::NotifyOnCallFromSchedule{}, {}, EscalationFailure::ScheduleNotConfigured, ""},
      {"schedule deleted", schedule, {}, EscalationFailure::ScheduleNotConfigured, ""},
      {"import failed",
       schedule,
       {.exists = true, .name = "Core", .feed_failed = true},
       EscalationFailure::ScheduleImportFailed,
       "Core"},
      {"nobody on call", schedule, {.exists = true, .name = "Core"}, EscalationFailure::NobodyOnCall, "Core"},
      {"only somebody who may not be notified is on call",
       schedule,
       {.exists = true, .name = "Core", .people = {{UserId("vic"), "vic", false}}},
       EscalationFailure::NobodyOnCall,
       "Core"},
      {"half a time window",
       step::NotifyIfTimeFromTo{.from = 1h},
       {},
       EscalationFailure::TimeWindowNotConfigured,
       ""},
      {"unspecified", step::Unspecified{}, {}, EscalationFailure::StepUnspecified, ""},
      {"no user group",
       step::NotifyUserGroup{},
       {.slack_connected = true},
       EscalationFailure::UserGroupNotConfigured,
       ""},
      {"user group deleted",
       step::NotifyUserGroup{UserGroupId("UG")},
       {.slack_connected = true},
       EscalationFailure::UserGroupNotConfigured,
       ""},
      {"user group empty",
       step::NotifyUserGroup{UserGroupId("UG")},
       {.exists = true, .name = "sre", .slack_connected = true},
       EscalationFailure::UserGroupEmpty,
       "sre"},
      {"user group without Slack",
       step::NotifyUserGroup{UserGroupId("UG")},
       {.exists = true, .name = "sre"},
       EscalationFailure::SlackNotPossible,
       "sre"},
      {"no webhook", step::TriggerWebhook{}, {}, EscalationFailure::WebhookNotConfigured, ""},
      {"webhook deleted", test::webhook("WH"), {}, EscalationFailure::WebhookNotConfigured, ""},
      {"webhook disabled",
       test::webhook("WH"),
       {.exists = true, .name = "hook", .enabled = false},
       EscalationFailure::WebhookDisabled,
       "hook"},
      {"half a threshold",
       step::NotifyIfNumAlertsInWindow{.alerts = 3},
       {},
       EscalationFailure::AlertCountNotConfigured,
       ""},
      {"no team", step::NotifyTeamMembers{}, {}, EscalationFailure::TeamNotConfigured, ""},
      {"team deleted", test::team("T"), {}, EscalationFailure::TeamNotConfigured, ""},
      {"incidents", step::DeclareIncident{}, {}, EscalationFailure::IncidentsNotEnabled, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Changed got = one_tick(c.step, c.facts);
    const auto records = all<effect::AddRecord>(got.effects);
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].record.type, GroupRecordType::EscalationFailed);
    EXPECT_EQ(records[0].record.failure, c.failure);
    EXPECT_EQ(records[0].record.subject, c.subject);
    EXPECT_EQ(got.escalation.due, t0 + 5s);
    EXPECT_EQ(got.escalation.snapshot->next_step, 1u);
    EXPECT_TRUE(all<effect::StartPersonalChain>(got.effects).empty());
  }
}

TEST(Tick, AStepAsksForWhatItNeeds) {
  const auto need_of = [](const Step& step) {
    const Escalation walk = started({step});
    return needs(walk, a_group(), walk.generation);
  };
  EXPECT_EQ(std::get<need::Users>(need_of(persons({"ann", "bob"}))).users, test::user_ids({"ann", "bob"}));
  EXPECT_EQ(std::get<need::Users>(need_of(test::round_robin({"ann"}))).users, test::user_ids({"ann"}));
  EXPECT_EQ(std::get<need::OnCall>(need_of(test::schedule("S"))).schedule, ScheduleId("S"));
  EXPECT_EQ(std::get<need::UserGroupMembers>(need_of(step::NotifyUserGroup{UserGroupId("UG")})).user_group,
            UserGroupId("UG"));
  EXPECT_EQ(std::get<need::TeamMembers>(need_of(test::team("T"))).team, TeamId("T"));
  EXPECT_TRUE(std::holds_alternative<need::SlackChannelMembers>(need_of(test::whole_channel())));
  EXPECT_EQ(std::get<need::Webhook>(need_of(test::webhook("WH"))).webhook, WebhookId("WH"));
  EXPECT_EQ(std::get<need::AlertCount>(need_of(test::threshold(2, 10))).minutes, 10);
  for (const Step& step :
       {test::wait(60), test::window(1, 2), test::repeat(), test::resolve(),
        Step(step::NotifyOnCallFromSchedule{}), Step(step::Unspecified{}), Step(step::DeclareIncident{})}) {
    EXPECT_TRUE(std::holds_alternative<need::Nothing>(need_of(step)));
  }
}

TEST(Tick, TheGuardsComeInTheirOrder) {
  const Escalation walk = started({persons({"ann"})});
  const auto with = [](auto change) {
    AlertGroup group = a_group();
    change(group);
    return group;
  };
  EXPECT_EQ(guard(walk, a_group(), walk.generation), TickGuard::Run);
  EXPECT_EQ(guard(walk, a_group(), walk.generation - 1), TickGuard::Ignore);
  EXPECT_EQ(guard(stop(walk), a_group(), walk.generation), TickGuard::Ignore);
  EXPECT_EQ(guard(walk, with([](AlertGroup& g) { g.resolved = true; }), walk.generation), TickGuard::Stop);
  EXPECT_EQ(guard(walk, with([](AlertGroup& g) { g.acknowledged = true; }), walk.generation),
            TickGuard::Stop);
  EXPECT_EQ(guard(walk, with([](AlertGroup& g) { g.silenced = true; }), walk.generation), TickGuard::Stop);
  EXPECT_EQ(guard(walk, with([](AlertGroup& g) { g.silenced = true, g.silenced_until = t0 + 1h; }),
                  walk.generation),
            TickGuard::Ignore);
  EXPECT_EQ(guard(walk, with([](AlertGroup& g) { g.root = AlertGroupId("P"); }), walk.generation),
            TickGuard::Ignore);
  EXPECT_EQ(guard(walk, with([](AlertGroup& g) { g.wiped_at = t0; }), walk.generation), TickGuard::Ignore);
  Escalation lost = walk;
  lost.snapshot.reset();
  EXPECT_EQ(guard(lost, a_group(), walk.generation), TickGuard::Ignore);
}

TEST(Tick, AStaleTickChangesNothing) {
  const Escalation walk = started({persons({"ann"})});
  const Changed got = tick(walk, a_group(), walk.generation + 1, {.people = {{UserId("ann"), "ann"}}}, t0);
  EXPECT_EQ(got.escalation, walk);
  EXPECT_TRUE(got.effects.empty());
}

TEST(Tick, ATimerThatFiresTwiceRunsItsStepOnce) {
  const Escalation walk = started({persons({"ann"}), persons({"ann"})});
  const Facts facts{.people = {{UserId("ann"), "ann"}}};
  const Changed once = tick(walk, a_group(), walk.generation, facts, t0);
  EXPECT_EQ(all<effect::SetTimer>(once.effects)[0].timer.generation, once.escalation.generation);
  EXPECT_TRUE(tick(once.escalation, a_group(), walk.generation, facts, t0).effects.empty());
  EXPECT_FALSE(tick(once.escalation, a_group(), once.escalation.generation, facts, t0 + 5s).effects.empty());
}

TEST(Tick, TheRoundRobinStartsAnewWhenItsPointerIsGone) {
  const std::vector<Person> people = {{UserId("U3"), "cy"}, {UserId("U1"), "bob"}, {UserId("U2"), "ann"}};
  const struct {
    const char* name;
    std::optional<UserId> last;
    const char* next;
  } cases[] = {
      {"by username, not by id", std::nullopt, "U2"},
      {"next", UserId("U2"), "U1"},
      {"next but one", UserId("U1"), "U3"},
      {"wraps", UserId("U3"), "U2"},
      {"gone", UserId("U9"), "U2"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Changed got = one_tick(
        step::NotifyPersonNextEachTime{.users = test::user_ids({"U1", "U2", "U3"}), .last_notified = c.last},
        {.people = people});
    const auto saved = all<effect::SaveRoundRobinPointer>(got.effects);
    ASSERT_EQ(saved.size(), 1u);
    EXPECT_EQ(saved[0].user, UserId(c.next));
    ASSERT_EQ(all<effect::StartPersonalChain>(got.effects).size(), 1u);
    EXPECT_EQ(all<effect::StartPersonalChain>(got.effects)[0].user, UserId(c.next));
  }
}

TEST(Tick, ImportanceAndReasonReachThePersonalChain) {
  const Facts two = {.exists = true,
                     .name = "x",
                     .people = {{UserId("b"), "b"}, {UserId("a"), "a"}},
                     .slack_connected = true};
  const struct {
    const char* name;
    Step step;
    Importance importance;
    ChainCause cause;
    std::vector<Instant> at;
  } cases[] = {
      {"schedule",
       step::NotifyOnCallFromSchedule{ScheduleId("S"), true},
       Importance::Important,
       ChainCause::EscalationStep,
       {t0, t0}},
      {"team",
       step::NotifyTeamMembers{TeamId("T"), true},
       Importance::Important,
       ChainCause::EscalationStep,
       {t0, t0}},
      {"user group",
       step::NotifyUserGroup{UserGroupId("UG"), true},
       Importance::Important,
       ChainCause::SlackWideStep,
       {t0, t0}},
      {"whole channel", test::whole_channel(), Importance::Default, ChainCause::SlackWideStep, {t0, t0 + 1s}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto pages = all<effect::StartPersonalChain>(one_tick(c.step, two).effects);
    ASSERT_EQ(pages.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(pages[i].user, UserId(i == 0 ? "a" : "b"));
      EXPECT_EQ(pages[i].importance, c.importance);
      EXPECT_EQ(pages[i].cause, c.cause);
      EXPECT_EQ(pages[i].at, c.at[i]);
      EXPECT_EQ(pages[i].reason, "lifecycle rule for default route");
    }
  }
}

TEST(Tick, TheResolveStepSetsNoFurtherTick) {
  const Changed got = one_tick(test::resolve());
  EXPECT_TRUE(got.escalation.finished);
  EXPECT_FALSE(got.escalation.due);
  EXPECT_TRUE(all<effect::SetTimer>(got.effects).empty());
  ASSERT_EQ(all<effect::ApplyToGroup>(got.effects).size(), 1u);
  EXPECT_EQ(all<effect::ApplyToGroup>(got.effects)[0].actor.by, AnsweredBy::LastStep);
}

TEST(Tick, ALateTickPushesTheRestBack) {
  const Escalation walk = started({test::wait(60), persons({"ann"})});
  const Changed late = tick(walk, a_group(), walk.generation, {}, t0 + 17s);
  EXPECT_EQ(late.escalation.due, t0 + 77s);
}

TEST(Start, WithoutRouteChainOrInMaintenanceNothingIsSet) {
  const StartFacts good{.route = RouteId("R"), .chain = EscalationChainId("F")};
  EXPECT_EQ(start({}, good, t0).effects.size(), 1u);
  StartFacts no_route = good, no_chain = good, maintenance = good;
  no_route.route.reset();
  no_chain.chain.reset();
  maintenance.in_maintenance = true;
  for (const StartFacts& facts : {no_route, no_chain, maintenance}) {
    const Changed got = start({.generation = 7}, facts, t0);
    EXPECT_TRUE(got.escalation.finished);
    EXPECT_FALSE(got.escalation.due);
    EXPECT_EQ(got.escalation.generation, 8u);
    EXPECT_TRUE(got.effects.empty());
  }
}

TEST(TimeWindow, IsUtcAndHalfOpen) {
  const auto at = [](const char* time) { return *parse_iso(std::string("2026-03-02T") + time); };
  const struct {
    int from, to;
    const char* now;
    const char* until;  // nullptr: inside
  } cases[] = {
      {9, 17, "09:00:00", nullptr},
      {9, 17, "16:59:59.999999", nullptr},
      {9, 17, "17:00:00", "2026-03-03T09:00:00"},
      {9, 17, "08:59:59.999999", "2026-03-02T09:00:00"},
      {9, 17, "00:00:00", "2026-03-02T09:00:00"},
      {22, 6, "22:00:00", nullptr},
      {22, 6, "05:59:59", nullptr},
      {22, 6, "00:00:00", nullptr},
      {22, 6, "06:00:00", "2026-03-02T22:00:00"},
      {22, 6, "21:59:59", "2026-03-02T22:00:00"},
      {9, 9, "09:00:00", nullptr},
      {9, 9, "08:59:59", "2026-03-02T09:00:00"},
      {9, 9, "09:00:00.000001", "2026-03-03T09:00:00"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.now) + " in " + std::to_string(c.from) + "-" + std::to_string(c.to));
    const auto got = wait_for_window(std::chrono::hours{c.from}, std::chrono::hours{c.to}, at(c.now));
    EXPECT_EQ(got, c.until ? parse_iso(c.until) : std::nullopt);
  }
}

TEST(WebhookOutcome, OnlyTimeOutsAreTriedAgain) {
  using Kind = WebhookResult::Kind;
  const effect::TriggerWebhook sent{AlertGroupId("G"), WebhookId("WH"), EscalationPolicyId("E")};
  const struct {
    Kind kind;
    int attempt;
    GroupRecordType type;
    bool again;
  } cases[] = {
      {Kind::Answered, 1, GroupRecordType::WebhookTriggered, false},
      {Kind::Failed, 1, GroupRecordType::EscalationFailed, false},
      {Kind::TimedOut, 1, GroupRecordType::EscalationFailed, true},
      {Kind::TimedOut, 3, GroupRecordType::EscalationFailed, true},
      {Kind::TimedOut, 4, GroupRecordType::EscalationFailed, false},
  };
  for (const auto& c : cases) {
    const WebhookOutcome got = webhook_outcome(sent, "hook", {c.kind, "500"}, c.attempt, t0);
    EXPECT_EQ(got.record.type, c.type);
    EXPECT_EQ(got.record.reason, "500");
    EXPECT_EQ(got.retry_at, c.again ? std::optional(t0 + 10s) : std::nullopt);
  }
}

}  // namespace
}  // namespace tocsin::escalation
