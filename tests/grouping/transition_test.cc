// The state machine: what each command does to each state, what it writes, and what it sets in motion.
#include "domain/grouping/transition.h"

#include <gtest/gtest.h>

#include "domain/grouping/attach.h"
#include "domain/grouping/refusals.h"
#include "domain/grouping/timers.h"
#include "domain/model/log_text.h"

namespace tocsin::grouping {
namespace {

using namespace std::chrono_literals;
using R = GroupRecordType;

const Instant t0 = *parse_iso("2026-03-02T10:00:00");
const Actor ann{.user = UserId("U1"), .username = "ann", .via = ActionSource::Web};

template <class T>
std::vector<T> all(const Effects& effects) {
  std::vector<T> out;
  for (const Effect& e : effects) {
    if (const T* found = std::get_if<T>(&e)) out.push_back(*found);
  }
  return out;
}
std::vector<R> records(const Effects& effects) {
  std::vector<R> out;
  for (const auto& added : all<effect::AddRecord>(effects)) out.push_back(added.record.type);
  return out;
}
std::vector<WebhookTrigger> webhooks(const Effects& effects) {
  std::vector<WebhookTrigger> out;
  for (const auto& fired : all<effect::FireWebhooks>(effects)) out.push_back(fired.trigger);
  return out;
}

AlertGroup opened() {
  return {.id = AlertGroupId("G"), .number = 7, .title = "disk full", .started_at = t0 - 90s};
}
Transition do_it(AlertGroup group, const GroupCommand& command, const Actor& actor = ann) {
  return apply(std::move(group), command, actor, {}, t0);
}
AlertGroup after(std::vector<GroupCommand> commands) {
  AlertGroup group = opened();
  for (const GroupCommand& command : commands) group = do_it(std::move(group), command).group;
  return group;
}
AlertGroup dependent(AlertGroup group) {
  group.root = AlertGroupId("P");
  return group;
}

const command::Acknowledge acknowledge;
const command::Unacknowledge unacknowledge;
const command::Resolve resolve;
const command::Unresolve unresolve;
const command::Silence silence{600s};
const command::Unsilence unsilence;

enum class Escalation { Untouched, Stopped, Restarted };
Escalation escalation_of(const Effects& effects) {
  const auto starts = all<effect::StartEscalation>(effects);
  if (!starts.empty()) {
    EXPECT_EQ(starts[0].at, t0 + 10s);
    return Escalation::Restarted;
  }
  return all<effect::StopEscalation>(effects).empty() ? Escalation::Untouched : Escalation::Stopped;
}

// docs/spec/alert-groups.md, section 2.1
TEST(Transition, FollowsTheTable) {
  using E = Escalation;
  using S = GroupState;
  using W = WebhookTrigger;
  const struct {
    const char* name;
    AlertGroup from;
    GroupCommand command;
    S state;
    std::vector<R> records;
    E escalation;
    std::vector<W> webhooks;
  } cases[] = {
      {"acknowledge new",
       opened(),
       acknowledge,
       S::Acknowledged,
       {R::Acknowledged},
       E::Stopped,
       {W::Acknowledge}},
      {"acknowledge silenced",
       after({silence}),
       acknowledge,
       S::Acknowledged,
       {R::Unsilenced, R::Acknowledged},
       E::Stopped,
       {W::Acknowledge}},
      {"acknowledge resolved",
       after({resolve}),
       acknowledge,
       S::Acknowledged,
       {R::Unresolved, R::Acknowledged},
       E::Stopped,
       {W::Acknowledge}},
      {"acknowledge twice", after({acknowledge}), acknowledge, S::Acknowledged, {}, E::Untouched, {}},
      {"unacknowledge",
       after({acknowledge}),
       unacknowledge,
       S::New,
       {R::Unacknowledged},
       E::Restarted,
       {W::Unacknowledge}},
      {"unacknowledge new", opened(), unacknowledge, S::New, {}, E::Untouched, {}},
      {"resolve new", opened(), resolve, S::Resolved, {R::Resolved}, E::Stopped, {W::Resolve}},
      {"resolve acknowledged",
       after({acknowledge}),
       resolve,
       S::Resolved,
       {R::Resolved},
       E::Stopped,
       {W::Resolve}},
      {"resolve silenced",
       after({silence}),
       resolve,
       S::Resolved,
       {R::Unsilenced, R::Resolved},
       E::Stopped,
       {W::Resolve}},
      {"resolve twice", after({resolve}), resolve, S::Resolved, {}, E::Untouched, {}},
      {"unresolve", after({resolve}), unresolve, S::New, {R::Unresolved}, E::Restarted, {W::Unresolve}},
      {"unresolve lands in new, also from acknowledged",
       after({acknowledge, resolve}),
       unresolve,
       S::New,
       {R::Unresolved},
       E::Restarted,
       {W::Unresolve}},
      {"unresolve wiped", after({command::Wipe{}}), unresolve, S::Resolved, {}, E::Untouched, {}},
      {"unresolve new", opened(), unresolve, S::New, {}, E::Untouched, {}},
      {"silence new", opened(), silence, S::Silenced, {R::Silenced}, E::Untouched, {W::Silence}},
      {"silence forever stops lazily",
       opened(),
       command::Silence{},
       S::Silenced,
       {R::Silenced},
       E::Untouched,
       {W::Silence}},
      {"silence forever in bulk stops at once",
       opened(),
       command::Silence{std::nullopt, true},
       S::Silenced,
       {R::Silenced},
       E::Stopped,
       {W::Silence}},
      {"silence acknowledged",
       after({acknowledge}),
       silence,
       S::Silenced,
       {R::Unacknowledged, R::Silenced},
       E::Untouched,
       {W::Silence}},
      {"silence resolved",
       after({resolve}),
       silence,
       S::Silenced,
       {R::Unresolved, R::Silenced},
       E::Untouched,
       {W::Silence}},
      {"silence silenced",
       after({silence}),
       silence,
       S::Silenced,
       {R::Unsilenced, R::Silenced},
       E::Untouched,
       {W::Silence}},
      {"unsilence", after({silence}), unsilence, S::New, {R::Unsilenced}, E::Restarted, {W::Unsilence}},
      {"unsilence new", opened(), unsilence, S::New, {}, E::Untouched, {}},
      {"restart acknowledged",
       after({acknowledge}),
       command::Restart{},
       S::New,
       {R::Unacknowledged},
       E::Restarted,
       {W::Unacknowledge}},
      {"restart resolved",
       after({resolve}),
       command::Restart{},
       S::New,
       {R::Unresolved},
       E::Restarted,
       {W::Unresolve}},
      {"restart silenced",
       after({silence}),
       command::Restart{},
       S::New,
       {R::Unsilenced},
       E::Restarted,
       {W::Unsilence}},
      {"wipe", opened(), command::Wipe{}, S::Resolved, {R::Wiped}, E::Stopped, {}},
      {"wipe twice writes again",
       after({command::Wipe{}}),
       command::Wipe{},
       S::Resolved,
       {R::Wiped},
       E::Untouched,
       {}},
      {"dependent: unacknowledge does not escalate",
       dependent(after({acknowledge})),
       unacknowledge,
       S::New,
       {R::Unacknowledged},
       E::Untouched,
       {W::Unacknowledge}},
      {"dependent: unresolve does not escalate",
       dependent(after({resolve})),
       unresolve,
       S::New,
       {R::Unresolved},
       E::Untouched,
       {W::Unresolve}},
      {"dependent: unsilence does not escalate",
       dependent(after({silence})),
       unsilence,
       S::New,
       {R::Unsilenced},
       E::Untouched,
       {W::Unsilence}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Transition got = do_it(c.from, c.command);
    EXPECT_EQ(state_of(got.group), c.state);
    EXPECT_EQ(records(got.effects), c.records);
    EXPECT_EQ(escalation_of(got.effects), c.escalation);
    EXPECT_EQ(webhooks(got.effects), c.webhooks);
    const bool goes_on =
        !c.records.empty() && !c.from.attached() && !std::holds_alternative<command::Restart>(c.command);
    EXPECT_EQ(all<effect::ApplyToDependents>(got.effects).size(), goes_on ? 1u : 0u);
    EXPECT_EQ(all<effect::UpdateChatPosts>(got.effects).size(), c.records.empty() ? 0u : 1u);
    if (c.records.empty()) {
      EXPECT_EQ(got.group, c.from);
    }
    for (const auto& added : all<effect::AddRecord>(got.effects)) {
      EXPECT_EQ(added.record.author, ann.user);
      EXPECT_EQ(added.record.via, ActionSource::Web);
      EXPECT_EQ(added.record.at, t0);
    }
  }
}

TEST(Transition, FillsAndClearsWhoAndWhen) {
  const AlertGroup acked = after({acknowledge});
  EXPECT_EQ(acked.acknowledged_at, t0);
  EXPECT_EQ(acked.acknowledged_by_user, ann.user);
  EXPECT_EQ(acked.response_time, 90s);
  const AlertGroup over = after({acknowledge, resolve});
  EXPECT_TRUE(over.acknowledged) << "an acknowledgement outlives the resolve";
  EXPECT_EQ(over.resolved_by, AnsweredBy::User);
  EXPECT_FALSE(over.open_for_grouping);
  const AlertGroup again = after({acknowledge, resolve, unresolve});
  EXPECT_FALSE(again.open_for_grouping) << "un-resolving does not reopen for grouping";
  EXPECT_EQ(again.resolved_at, std::nullopt);
  EXPECT_EQ(again.acknowledged_by_user, std::nullopt);
  const AlertGroup quiet = after({silence});
  EXPECT_EQ(quiet.silenced_until, t0 + 600s);
  EXPECT_TRUE(after({command::Silence{0s}}).silenced_forever());
  const AlertGroup wiped = after({command::Wipe{}});
  EXPECT_EQ(wiped.resolved_by, AnsweredBy::Wiped);
  EXPECT_EQ(wiped.distinction, "");
  EXPECT_EQ(wiped.title, std::nullopt);
  EXPECT_EQ(wiped.wiped_by, ann.user);
  const AlertGroup restarted = after({resolve, command::Restart{}});
  EXPECT_FALSE(restarted.open_for_grouping);
  EXPECT_EQ(restarted.restarted_at, t0);
}

TEST(Transition, EveryAnswerMakesTheTimersOfTheOneBeforeStale) {
  const std::uint64_t silent = after({silence}).silence_generation;
  for (const GroupCommand& next :
       std::vector<GroupCommand>{acknowledge, resolve, unsilence, silence, command::Wipe{}}) {
    EXPECT_NE(do_it(after({silence}), next).group.silence_generation, silent);
  }
  const std::uint64_t asked = after({acknowledge}).acknowledge_generation;
  for (const GroupCommand& next :
       std::vector<GroupCommand>{unacknowledge, resolve, silence, command::Wipe{}}) {
    EXPECT_NE(do_it(after({acknowledge}), next).group.acknowledge_generation, asked);
  }
}

TEST(Transition, SilenceSetsItsEndOnRootsOnly) {
  const auto timers = all<effect::SetTimer>(do_it(opened(), silence).effects);
  ASSERT_EQ(timers.size(), 1u);
  EXPECT_EQ(timers[0].timer.kind, TimerKind::SilenceExpiry);
  EXPECT_EQ(timers[0].timer.at, t0 + 600s);
  EXPECT_TRUE(all<effect::SetTimer>(do_it(opened(), command::Silence{}).effects).empty());
  EXPECT_TRUE(all<effect::SetTimer>(do_it(dependent(opened()), silence).effects).empty());
}

TEST(Transition, ResolvingAMaintenanceGroupEndsTheMaintenance) {
  AlertGroup group = opened();
  group.maintenance = true;
  const Transition asked = do_it(group, resolve);
  EXPECT_EQ(all<effect::StopMaintenance>(asked.effects).size(), 1u);
  EXPECT_EQ(asked.group, group);
  const Transition ended =
      do_it(group, resolve, {.by = AnsweredBy::MaintenanceEnd, .reason = "Resolved by stop maintenance"});
  EXPECT_EQ(ended.group.resolved_by, AnsweredBy::MaintenanceEnd);
  EXPECT_EQ(all<effect::AddRecord>(ended.effects)[0].record.reason, "Resolved by stop maintenance");
}

TEST(Transition, WipingNamesWhoAndWhen) {
  const auto wiped = all<effect::WipeAlerts>(do_it(opened(), command::Wipe{}).effects);
  ASSERT_EQ(wiped.size(), 1u);
  EXPECT_EQ(wiped[0].title, "Wiped by ann at 2026-03-02");
}

TEST(Remove, SetsDependentsFree) {
  const Transition got = remove(opened(), ann, t0);
  EXPECT_EQ(records(got.effects), std::vector{R::Deleted});
  ASSERT_EQ(all<effect::UnattachDependents>(got.effects).size(), 1u);
  EXPECT_EQ(all<effect::UnattachDependents>(got.effects)[0].actor.reason,
            "Unattach by deleting root incident");
  EXPECT_TRUE(std::holds_alternative<effect::RemoveGroup>(got.effects.back()));
}

TEST(Attach, TheDependentTakesOverTheRootsState) {
  AlertGroup root = opened();
  root.id = AlertGroupId("P");
  const auto like_root = [&](std::vector<GroupCommand> commands) {
    AlertGroup group = after(std::move(commands));
    group.id = root.id;
    return group;
  };
  const struct {
    const char* name;
    AlertGroup group, root;
    GroupState state;
    std::vector<R> records;
  } cases[] = {
      {"both new", opened(), root, GroupState::New, {R::Attached, R::Attached}},
      {"root acknowledged",
       opened(),
       like_root({acknowledge}),
       GroupState::Acknowledged,
       {R::Attached, R::Attached, R::Acknowledged}},
      {"dependent acknowledged",
       after({acknowledge}),
       root,
       GroupState::New,
       {R::Attached, R::Attached, R::Unacknowledged}},
      {"root silenced",
       opened(),
       like_root({silence}),
       GroupState::Silenced,
       {R::Attached, R::Attached, R::Silenced}},
      {"dependent silenced",
       after({silence}),
       root,
       GroupState::New,
       {R::Attached, R::Attached, R::Unsilenced}},
      {"both acknowledged",
       after({acknowledge}),
       like_root({acknowledge}),
       GroupState::Acknowledged,
       {R::Attached, R::Attached}},
      {"root resolved", opened(), like_root({resolve}), GroupState::New, {R::FailedAttachment}},
      {"root attached", opened(), dependent(root), GroupState::New, {R::FailedAttachment}},
      {"already attached", dependent(opened()), root, GroupState::New, {R::FailedAttachment}},
      {"itself", opened(), opened(), GroupState::New, {R::FailedAttachment}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Transition got = attach(c.group, c.root, ann, t0);
    EXPECT_EQ(state_of(got.group), c.state);
    EXPECT_EQ(records(got.effects), c.records);
    const bool attached = c.records[0] == R::Attached;
    EXPECT_EQ(attach_refusal(c.group, false, c.root).has_value(), !attached);
    EXPECT_EQ(got.group.root.has_value(), attached || c.group.attached());
    EXPECT_TRUE(all<effect::StartEscalation>(got.effects).empty());
    EXPECT_EQ(all<effect::StopEscalation>(got.effects).empty(), !attached);
    if (c.state == GroupState::Silenced) {
      EXPECT_TRUE(got.group.silenced_forever());
    }
  }
  AlertGroup maintenance = opened();
  maintenance.maintenance = true;
  EXPECT_TRUE(attach_refusal(maintenance, false, root));
  EXPECT_TRUE(attach_refusal(opened(), true, root));
}

TEST(Attach, UnattachingEscalatesAgain) {
  AlertGroup root = opened();
  root.id = AlertGroupId("P");
  const Transition got = unattach(dependent(opened()), &root, ann, t0);
  EXPECT_FALSE(got.group.attached());
  EXPECT_EQ(records(got.effects), (std::vector{R::Unattached, R::Unattached}));
  EXPECT_EQ(escalation_of(got.effects), Escalation::Restarted);
  EXPECT_EQ(records(unattach(dependent(opened()), nullptr, ann, t0).effects), std::vector{R::Unattached});
  EXPECT_TRUE(unattach(opened(), &root, ann, t0).effects.empty());
  const auto timers = all<effect::SetTimer>(unattach(dependent(after({silence})), &root, ann, t0).effects);
  ASSERT_EQ(timers.size(), 1u) << "its silence was timed by the root";
  EXPECT_EQ(timers[0].timer.at, t0 + 600s);
}

TEST(SilenceExpired, StartsOverUnlessStale) {
  const AlertGroup quiet = after({silence});
  const Transition got = silence_expired(quiet, quiet.silence_generation, t0);
  EXPECT_EQ(state_of(got.group), GroupState::New);
  EXPECT_EQ(records(got.effects), std::vector{R::Unsilenced});
  EXPECT_EQ(all<effect::AddRecord>(got.effects)[0].record.reason, "auto unsilence");
  EXPECT_FALSE(all<effect::AddRecord>(got.effects)[0].record.author);
  EXPECT_EQ(escalation_of(got.effects), Escalation::Restarted);
  EXPECT_EQ(webhooks(got.effects), std::vector{WebhookTrigger::Unsilence});
  EXPECT_TRUE(silence_expired(quiet, quiet.silence_generation - 1, t0).effects.empty());
  EXPECT_TRUE(silence_expired(dependent(quiet), quiet.silence_generation, t0).effects.empty());
}

TEST(Reminder, StartsOnlyForAUserOnARoot) {
  const ReminderSettings hourly{.remind_every = 1h};
  const auto timers = [&](AlertGroup group, const Actor& actor, const ReminderSettings& settings) {
    return all<effect::SetTimer>(apply(std::move(group), acknowledge, actor, settings, t0).effects);
  };
  ASSERT_EQ(timers(opened(), ann, hourly).size(), 1u);
  EXPECT_EQ(timers(opened(), ann, hourly)[0].timer.at, t0 + 1h);
  EXPECT_EQ(timers(opened(), ann, hourly)[0].timer.kind, TimerKind::AcknowledgeReminder);
  EXPECT_TRUE(timers(opened(), ann, {}).empty());
  EXPECT_TRUE(timers(opened(), {.by = AnsweredBy::Source}, hourly).empty());
  EXPECT_TRUE(timers(dependent(opened()), ann, hourly).empty());
}

// docs/spec/alert-groups.md, section 5
TEST(Reminder, FollowsTheTable) {
  const ReminderSettings forever{.remind_every = 1h}, strict{.remind_every = 1h, .unacknowledge_after = 5min};
  const AlertGroup acked = after({acknowledge});
  const std::uint64_t generation = acked.acknowledge_generation;

  const Transition first = remind(acked, generation, forever, t0 + 1h);
  EXPECT_EQ(records(first.effects), std::vector{R::AcknowledgeReminder});
  EXPECT_EQ(all<effect::SetTimer>(first.effects)[0].timer.at, t0 + 2h);
  EXPECT_EQ(all<effect::PostAcknowledgeReminder>(first.effects)[0].user, UserId("U1"));
  EXPECT_TRUE(remind(first.group, generation, forever, t0 + 1h).effects.empty()) << "the same timer twice";
  EXPECT_TRUE(remind(acked, generation - 1, forever, t0 + 1h).effects.empty());
  EXPECT_TRUE(remind(acked, generation, {}, t0 + 1h).effects.empty());
  EXPECT_TRUE(remind(acked, generation, forever, t0 + 14 * 24h).effects.empty())
      << "the group is older than 14 days";

  const Transition question = remind(acked, generation, strict, t0 + 1h);
  EXPECT_EQ(all<effect::SetTimer>(question.effects)[0].timer.kind, TimerKind::AutoUnacknowledge);
  EXPECT_EQ(all<effect::SetTimer>(question.effects)[0].timer.at, t0 + 1h + 5min);

  const Transition undone =
      unacknowledge_unconfirmed(question.group, question.group.acknowledge_generation, strict, "ann", t0);
  EXPECT_EQ(state_of(undone.group), GroupState::New);
  EXPECT_EQ(records(undone.effects), std::vector{R::AutoUnacknowledged});
  EXPECT_EQ(all<effect::AddRecord>(undone.effects)[0].record.author, UserId("U1"));
  EXPECT_EQ(escalation_of(undone.effects), Escalation::Restarted);
  EXPECT_TRUE(webhooks(undone.effects).empty());

  EXPECT_FALSE(confirm_acknowledge(question.group, UserId("U2"), t0));
  EXPECT_FALSE(confirm_acknowledge(opened(), UserId("U1"), t0));
  const AlertGroup confirmed = *confirm_acknowledge(question.group, UserId("U1"), t0);
  const Transition kept =
      unacknowledge_unconfirmed(confirmed, confirmed.acknowledge_generation, strict, "ann", t0 + 1h + 5min);
  EXPECT_EQ(state_of(kept.group), GroupState::Acknowledged);
  EXPECT_EQ(all<effect::SetTimer>(kept.effects)[0].timer.at, t0 + 2h);
  EXPECT_FALSE(
      remind(kept.group, kept.group.acknowledge_generation, strict, t0 + 2h).group.acknowledge_confirmed_at);
}

// docs/spec/api-alerting.md, section 4.3
TEST(Refusals, HaveTheApisWordsInTheApisOrder) {
  AlertGroup attached = dependent(opened()), maintenance = opened(),
             everything = dependent(after({acknowledge, resolve}));
  maintenance.maintenance = everything.maintenance = true;
  AlertGroup maintenance_acked = after({acknowledge}), maintenance_resolved = after({resolve});
  maintenance_acked.maintenance = maintenance_resolved.maintenance = true;
  using A = GroupAction;
  const struct {
    A action;
    AlertGroup group;
    const char* text;  // "": allowed
  } cases[] = {
      {A::Acknowledge, opened(), ""},
      {A::Acknowledge, after({silence}), ""},
      {A::Acknowledge, everything, "Can't acknowledge an acknowledged alert group"},
      {A::Acknowledge, after({resolve}), "Can't acknowledge a resolved alert group"},
      {A::Acknowledge, attached, "Can't acknowledge an attached alert group"},
      {A::Acknowledge, maintenance, "Can't acknowledge a maintenance alert group"},
      {A::Unacknowledge, after({acknowledge}), ""},
      {A::Unacknowledge, opened(), "Can't unacknowledge an unacknowledged alert group"},
      {A::Unacknowledge, after({acknowledge, resolve}), "Can't unacknowledge a resolved alert group"},
      {A::Unacknowledge, dependent(after({acknowledge})), "Can't unacknowledge an attached alert group"},
      {A::Unacknowledge, maintenance_acked, "Can't unacknowledge a maintenance alert group"},
      {A::Resolve, opened(), ""},
      {A::Resolve, after({acknowledge}), ""},
      {A::Resolve, after({silence}), ""},
      {A::Resolve, maintenance, ""},
      {A::Resolve, everything, "Can't resolve a resolved alert group"},
      {A::Resolve, attached, "Can't resolve an attached alert group"},
      {A::Unresolve, after({resolve}), ""},
      {A::Unresolve, after({command::Wipe{}}), ""},
      {A::Unresolve, attached, "Can't unresolve an unresolved alert group"},
      {A::Unresolve, dependent(after({resolve})), "Can't unresolve an attached alert group"},
      {A::Unresolve, maintenance_resolved, "Can't unresolve a maintenance alert group"},
      {A::Silence, opened(), ""},
      {A::Silence, after({silence}), ""},
      {A::Silence, maintenance, ""},
      {A::Silence, everything, "Can't silence a resolved alert group"},
      {A::Silence, after({acknowledge}), "Can't silence an acknowledged alert group"},
      {A::Silence, attached, "Can't silence an attached alert group"},
      {A::Unsilence, after({silence}), ""},
      {A::Unsilence, attached, "Can't unsilence an unsilenced alert group"},
      {A::Unsilence, dependent(after({silence})), "Can't unsilence an attached alert group"},
  };
  for (const auto& c : cases) {
    const Result<void> got = check_action(c.action, c.group);
    EXPECT_EQ(got ? "" : got.error().message, c.text);
  }
  AlertGroup odd = after({silence});
  odd.acknowledged = true;
  EXPECT_EQ(check_action(A::Unsilence, odd).error().message, "Can't unsilence an acknowledged alert group");
  odd.resolved = true;
  EXPECT_EQ(check_action(A::Unsilence, odd).error().message, "Can't unsilence a resolved alert group");
}

TEST(SilenceDelay, IsReadAsOnCallReadsIt) {
  const struct {
    json::Value delay;
    std::optional<std::chrono::seconds> wanted;  // nullopt: forever
  } good[] = {{60, 60s},          {"60", 60s}, {" 60 ", 60s},
              {"+60", 60s},       {60.9, 60s}, {1, 1s},
              {-1, std::nullopt}, {0, {}},     {"-1", std::nullopt},
              {"0", {}},          {-0.5, {}},  {1000000000, 1000000000s}};
  for (const auto& c : good) {
    const auto got = parse_silence_delay(&c.delay);
    ASSERT_TRUE(got);
    EXPECT_EQ(*got, c.wanted);
  }
  const json::Value bad[] = {-2,
                             "-2",
                             "abc",
                             "",
                             "1.5",
                             "6 0",
                             json::Array{},
                             json::Object{},
                             true,
                             1e300,
                             json::BigInt{"99999999999999999999"},
                             9'000'000'000'000'000'000,
                             "+-1"};
  for (const json::Value& delay : bad) {
    const auto got = parse_silence_delay(&delay);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().message, "invalid delay value");
  }
  const json::Value null;
  EXPECT_EQ(parse_silence_delay(nullptr).error().message, "delay is required");
  EXPECT_EQ(parse_silence_delay(&null).error().message, "delay is required");
}

// docs/spec/alert-groups.md, section 2.3
TEST(Bulk, TakesWhatItsTableSays) {
  AlertGroup maintenance = opened(), over = after({resolve});
  maintenance.maintenance = over.maintenance = true;
  using B = BulkAction;
  const struct {
    B action;
    AlertGroup group;
    bool may_resolve, takes;
  } cases[] = {
      {B::Acknowledge, opened(), true, true},
      {B::Acknowledge, after({acknowledge}), true, false},
      {B::Acknowledge, after({acknowledge, resolve}), true, true},
      {B::Acknowledge, maintenance, true, false},
      {B::Acknowledge, dependent(opened()), true, false},
      {B::Resolve, opened(), true, true},
      {B::Resolve, opened(), false, false},
      {B::Resolve, maintenance, false, true},
      {B::Resolve, after({resolve}), true, false},
      {B::Silence, after({resolve}), true, true},
      {B::Silence, maintenance, true, false},
      {B::Restart, after({acknowledge}), true, true},
      {B::Restart, maintenance, true, false},
      {B::Restart, over, true, true},
  };
  for (const auto& c : cases) EXPECT_EQ(bulk_takes(c.action, c.group, c.may_resolve), c.takes);
}

TEST(GroupState, HasItsNamesInTheApi) {
  EXPECT_EQ(api_name(GroupState::New), "firing");
  EXPECT_EQ(api_name(GroupState::Silenced), "silenced");
  EXPECT_EQ(*parse_state_filter("NEW"), GroupState::New);
  EXPECT_EQ(*parse_state_filter("Resolved"), GroupState::Resolved);
  EXPECT_EQ(parse_state_filter("firing").error().message,
            "Must be one of the following: new, acknowledged, resolved, silenced");
}

}  // namespace
}  // namespace tocsin::grouping
