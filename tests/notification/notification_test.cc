// Personal chains, bundles, and the last look before a page leaves: what the scenarios (tests/escalation) do
// not reach.
#include <gtest/gtest.h>

#include "domain/notification/bundle.h"
#include "domain/notification/chain.h"
#include "domain/notification/direct_paging.h"
#include "domain/notification/sending.h"
#include "domain/notification/stops.h"

namespace tocsin::notification {
namespace {

using namespace std::chrono_literals;

const Instant t0 = *parse_iso("2026-03-02T10:00:00");
const UserId ann("U1");

template <class T>
std::vector<T> all(const Effects& effects) {
  std::vector<T> out;
  for (const Effect& e : effects) {
    if (const T* found = std::get_if<T>(&e)) out.push_back(*found);
  }
  return out;
}
std::vector<PersonalRecord> records(const Effects& effects) {
  std::vector<PersonalRecord> out;
  for (const auto& added : all<effect::AddPersonalRecord>(effects)) out.push_back(added.record);
  return out;
}

AlertGroup a_group() {
  return {.id = AlertGroupId("G"), .started_at = t0};
}
NotificationRule by(NotifyBy channel, const char* id) {
  return {NotificationRuleId(id), NotifyRule{channel}};
}
NotificationRule wait(std::optional<std::chrono::seconds> duration, const char* id) {
  return {NotificationRuleId(id), WaitRule{duration}};
}
ChainFacts facts_with(std::vector<NotificationRule> rules) {
  return {.user = Person{ann, "ann"}, .rules = std::move(rules)};
}
effect::StartPersonalChain request(ChainCause cause = ChainCause::EscalationStep) {
  return {.group = AlertGroupId("G"),
          .user = ann,
          .cause = cause,
          .reason = "lifecycle rule for default route",
          .at = t0};
}
ChainChanged start_now(const ChainFacts& facts, ChainCause cause = ChainCause::EscalationStep) {
  return start({}, request(cause), a_group(), facts, t0);
}

TEST(Chain, TheFirstRecordSaysWhyAndWhatFollows) {
  const ChainFacts facts = facts_with({by(NotifyBy::Email, "1"), wait(60s, "2"), by(NotifyBy::PhoneCall, "3"),
                                       by(NotifyBy::Sms, "4"), by(NotifyBy::PhoneCall, "5")});
  const ChainChanged got = start_now(facts);
  EXPECT_EQ(records(got.effects)[0].reason,
            "Reason: lifecycle rule for default route\nFurther notification plan: Phone call, SMS");
  const ChainChanged only = start_now(facts_with({by(NotifyBy::Email, "1")}));
  EXPECT_EQ(records(only.effects)[0].reason, "Reason: lifecycle rule for default route");
  ChainChanged later = tick(got.chain, a_group(), got.chain.generation, facts, t0 + 5s);
  later = tick(later.chain, a_group(), later.chain.generation, facts, t0 + 70s);
  EXPECT_EQ(records(later.effects)[0].reason, "");
}

TEST(Chain, AWaitLastsItsTimeAndFiveSeconds) {
  for (const auto& [duration, due] :
       {std::pair(std::optional(300s), 305s), std::pair(std::optional<std::chrono::seconds>(), 5s)}) {
    const ChainChanged got = start_now(facts_with({wait(duration, "1")}));
    EXPECT_EQ(got.chain.due, t0 + due);
    EXPECT_TRUE(all<effect::Notify>(got.effects).empty());
  }
}

TEST(Chain, ReadsItsRulesAnewAndKeepsItsImportance) {
  ChainFacts facts = facts_with({by(NotifyBy::Email, "1"), by(NotifyBy::Sms, "2")});
  effect::StartPersonalChain important = request();
  important.importance = Importance::Important;
  const ChainChanged first = start({}, important, a_group(), facts, t0);
  facts.rules = {by(NotifyBy::Email, "1"), by(NotifyBy::PhoneCall, "9"), by(NotifyBy::Sms, "2")};
  const ChainChanged second = tick(first.chain, a_group(), first.chain.generation, facts, t0 + 5s);
  ASSERT_EQ(all<effect::Notify>(second.effects).size(), 1u);
  EXPECT_EQ(all<effect::Notify>(second.effects)[0].by, NotifyBy::PhoneCall);
  EXPECT_EQ(all<effect::Notify>(second.effects)[0].importance, Importance::Important);
  const ChainChanged third = tick(second.chain, a_group(), second.chain.generation, facts, t0 + 10s);
  ASSERT_TRUE(third.bundle);
  EXPECT_EQ(third.bundle->importance, Importance::Important) << "the important bucket, at a later rule, too";
}

TEST(Chain, EndsWhenItsCurrentRuleIsDeleted) {
  const ChainChanged first = start_now(facts_with({by(NotifyBy::Email, "1"), by(NotifyBy::Sms, "2")}));
  const ChainChanged got =
      tick(first.chain, a_group(), first.chain.generation, facts_with({by(NotifyBy::Sms, "2")}), t0 + 5s);
  EXPECT_FALSE(got.chain.running);
  EXPECT_TRUE(got.effects.empty());
}

TEST(Chain, EndsSilentlyWhenItsUserIsDeleted) {
  ChainFacts facts = facts_with({by(NotifyBy::Email, "1")});
  facts.user.reset();
  const ChainChanged got = start_now(facts);
  EXPECT_FALSE(got.chain.running);
  EXPECT_TRUE(got.effects.empty());
}

TEST(Chain, AStaleTickOrAStoppedChainDoesNothing) {
  const ChainFacts facts = facts_with({by(NotifyBy::Email, "1"), by(NotifyBy::Sms, "2")});
  const PersonalChain chain = start_now(facts).chain;
  EXPECT_TRUE(tick(chain, a_group(), chain.generation - 1, facts, t0 + 5s).effects.empty());
  EXPECT_TRUE(tick(stop(chain), a_group(), chain.generation, facts, t0 + 5s).effects.empty());
  EXPECT_TRUE(tick(stop(chain), a_group(), chain.generation + 1, facts, t0 + 5s).effects.empty());
}

TEST(Chain, ATimerThatFiresTwiceRunsItsRuleOnce) {
  const ChainFacts facts =
      facts_with({by(NotifyBy::Email, "1"), by(NotifyBy::PhoneCall, "2"), by(NotifyBy::Email, "3")});
  const PersonalChain chain = start_now(facts).chain;
  const ChainChanged once = tick(chain, a_group(), chain.generation, facts, t0 + 5s);
  EXPECT_EQ(all<effect::SetTimer>(once.effects)[0].timer.generation, once.chain.generation);
  EXPECT_TRUE(tick(once.chain, a_group(), chain.generation, facts, t0 + 5s).effects.empty());
}

TEST(Chain, ALaterStartWaitsForItsTick) {
  effect::StartPersonalChain later = request();
  later.at = t0 + 2s;
  const ChainFacts facts = facts_with({by(NotifyBy::Email, "1")});
  const ChainChanged got = start({}, later, a_group(), facts, t0);
  EXPECT_TRUE(records(got.effects).empty());
  ASSERT_EQ(all<effect::SetTimer>(got.effects).size(), 1u);
  EXPECT_EQ(all<effect::SetTimer>(got.effects)[0].timer.at, t0 + 2s);
  EXPECT_EQ(
      all<effect::Notify>(tick(got.chain, a_group(), got.chain.generation, facts, t0 + 2s).effects).size(),
      1u);
}

TEST(Chain, AWideSlackStepDoesNotMentionAgain) {
  const ChainChanged got = start_now(facts_with({by(NotifyBy::Slack, "1")}), ChainCause::SlackWideStep);
  ASSERT_EQ(records(got.effects).size(), 2u);
  EXPECT_EQ(records(got.effects)[0].type, PersonalRecordType::Triggered);
  EXPECT_EQ(records(got.effects)[1].type, PersonalRecordType::Success);
  EXPECT_EQ(records(got.effects)[1].code, NotificationFailure::SlackPostingDisabled);
  EXPECT_TRUE(all<effect::Notify>(got.effects).empty());
  EXPECT_EQ(all<effect::Notify>(start_now(facts_with({by(NotifyBy::Slack, "1")})).effects).size(), 1u);
}

TEST(Chain, WithoutBundlingEveryMessageGoesAtOnce) {
  ChainFacts facts = facts_with({by(NotifyBy::Sms, "1")});
  facts.bundle_sms = false;
  facts.bundle = SmsBundle{.user = ann, .last_sent = t0 - 1s};
  const ChainChanged got = start_now(facts);
  EXPECT_EQ(all<effect::Notify>(got.effects).size(), 1u);
  EXPECT_FALSE(got.bundle);
}

// docs/spec/escalation.md, section 4.3
TEST(FindStop, FollowsTheTable) {
  const auto with = [](auto change) {
    AlertGroup group = a_group();
    change(group);
    return group;
  };
  const AlertGroup acked = with([](AlertGroup& g) { g.acknowledged = true, g.acknowledged_at = t0 + 1s; });
  const AlertGroup acked_by_ann = with([](AlertGroup& g) {
    g.acknowledged = true, g.acknowledged_at = t0 + 1s, g.acknowledged_by_user = ann;
  });
  const AlertGroup acked_by_ann_before = with([](AlertGroup& g) {
    g.acknowledged = true, g.acknowledged_at = t0 - 1s, g.acknowledged_by_user = ann;
  });
  const AlertGroup silenced = with([](AlertGroup& g) { g.silenced = true; });
  const struct {
    const char* name;
    AlertGroup group;
    std::optional<StopReason> by_step, by_name;
  } cases[] = {
      {"new", a_group(), std::nullopt, std::nullopt},
      {"resolved", with([](AlertGroup& g) { g.resolved = true; }), StopReason::Resolved,
       StopReason::Resolved},
      {"wiped", with([](AlertGroup& g) { g.wiped_at = t0; }), StopReason::Wiped, StopReason::Wiped},
      {"attached", with([](AlertGroup& g) { g.root = AlertGroupId("P"); }), StopReason::Attached,
       StopReason::Attached},
      {"acknowledged", acked, StopReason::Acknowledged, std::nullopt},
      {"acknowledged by the paged one after his page", acked_by_ann, StopReason::Acknowledged,
       StopReason::Acknowledged},
      {"acknowledged by the paged one before his page", acked_by_ann_before, StopReason::Acknowledged,
       std::nullopt},
      {"silenced", silenced, StopReason::Silenced, std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(find_stop(c.group, {ann, ChainCause::EscalationStep, t0}), c.by_step);
    EXPECT_EQ(find_stop(c.group, {ann, ChainCause::SlackWideStep, t0}), c.by_step);
    EXPECT_EQ(find_stop(c.group, {ann, ChainCause::DirectPaging, t0}), c.by_name);
    EXPECT_EQ(find_stop(c.group, {ann, ChainCause::Invitation, t0}), c.by_name);
  }
}

TEST(Bundle, TheWindowIsTwoMinutesFromTheLastMessage) {
  const SmsBundle empty{.user = ann};
  EXPECT_TRUE(offer(empty, {}, t0).send_now);
  EXPECT_EQ(offer(empty, {}, t0).bundle.last_sent, t0);
  SmsBundle recent = empty;
  recent.last_sent = t0 - 120s;
  EXPECT_TRUE(offer(recent, {}, t0).send_now);
  recent.last_sent = t0 - 119s;
  const Offered kept = offer(recent, {.group = AlertGroupId("G")}, t0);
  EXPECT_FALSE(kept.send_now);
  EXPECT_EQ(kept.bundle.flush_at, t0 + 1s);
  EXPECT_EQ(all<effect::SetTimer>(kept.effects).size(), 1u);
  const Offered second = offer(kept.bundle, {.group = AlertGroupId("H")}, t0);
  EXPECT_EQ(second.bundle.waiting.size(), 2u);
  EXPECT_TRUE(second.effects.empty()) << "the flush is set already";
}

TEST(Bundle, ALostFlushIsSetAgain) {
  SmsBundle bundle{.user = ann, .last_sent = t0 - 30s, .flush_at = t0 - 60s, .generation = 4};
  EXPECT_TRUE(offer(bundle, {}, t0).effects.empty());
  bundle.flush_at = t0 - 61s;
  const Offered again = offer(bundle, {}, t0);
  ASSERT_EQ(all<effect::SetTimer>(again.effects).size(), 1u);
  EXPECT_EQ(again.bundle.generation, 5u);
  EXPECT_EQ(again.bundle.flush_at, t0 + 90s);
}

TEST(Bundle, AFlushDropsWhatWasAnsweredAndTellsEachGroup) {
  SmsBundle bundle{.user = ann, .last_sent = t0 - 120s, .flush_at = t0, .generation = 1};
  for (const char* id : {"new", "acked", "gone", "other", "paged"}) {
    bundle.waiting.push_back(
        {.group = AlertGroupId(id), .rule = NotificationRuleId("R"), .paged_at = t0 - 60s});
  }
  bundle.waiting.back().cause = ChainCause::DirectPaging;
  AlertGroup acked = a_group();
  acked.acknowledged = true;
  const FlushFacts facts{.user = Person{ann, "ann"},
                         .groups = {{AlertGroupId("new"), a_group()},
                                    {AlertGroupId("acked"), acked},
                                    {AlertGroupId("other"), a_group()},
                                    {AlertGroupId("paged"), acked}}};
  const Flushed got = flush(bundle, 1, facts, t0);
  ASSERT_EQ(all<effect::NotifyBundle>(got.effects).size(), 1u);
  ASSERT_EQ(all<effect::NotifyBundle>(got.effects)[0].entries.size(), 3u);
  EXPECT_EQ(records(got.effects).size(), 3u);
  EXPECT_EQ(all<effect::NotifyBundle>(got.effects)[0].entries[2].group, AlertGroupId("paged"))
      << "a page by name holds in an acknowledged group";
  EXPECT_TRUE(got.bundle.waiting.empty());
  EXPECT_EQ(got.bundle.last_sent, t0);
  EXPECT_TRUE(flush(bundle, 2, facts, t0).effects.empty()) << "stale";
  EXPECT_TRUE(flush(got.bundle, 1, facts, t0 + 1s).effects.empty()) << "twice";
}

TEST(Bundle, WhoMayNotBeNotifiedGetsFailedRecords) {
  SmsBundle bundle{
      .user = ann, .last_sent = t0 - 120s, .waiting = {{.group = AlertGroupId("G")}}, .flush_at = t0};
  const FlushFacts facts{.user = Person{ann, "ann", false}, .groups = {{AlertGroupId("G"), a_group()}}};
  const Flushed got = flush(bundle, 0, facts, t0);
  ASSERT_EQ(records(got.effects).size(), 1u);
  EXPECT_EQ(records(got.effects)[0].code, NotificationFailure::Forbidden);
  EXPECT_EQ(got.effects.size(), 1u);
}

TEST(Sending, LooksOnceMoreBeforeAPageLeaves) {
  const SendFacts good{.group = a_group(), .user = Person{ann, "ann"}};
  const auto with = [&](auto change) {
    SendFacts facts = good;
    change(facts);
    return facts;
  };
  using F = NotificationFailure;
  const struct {
    const char* name;
    NotifyBy by;
    SendFacts facts;
    bool sent;
    std::optional<F> code;
    const char* reason;
  } cases[] = {
      {"all well", NotifyBy::Email, good, true, {}, ""},
      {"group gone",
       NotifyBy::Email,
       with([](SendFacts& f) { f.group.reset(); }),
       false,
       {},
       "Expected data is missing"},
      {"user gone",
       NotifyBy::Email,
       with([](SendFacts& f) { f.user.reset(); }),
       false,
       {},
       "Expected data is missing"},
      {"rule gone",
       NotifyBy::Email,
       with([](SendFacts& f) { f.rule_exists = false; }),
       false,
       {},
       "Expected data is missing"},
      {"role", NotifyBy::Email, with([](SendFacts& f) { f.user->may_be_notified = false; }), false,
       F::Forbidden, ""},
      {"resolved",
       NotifyBy::Email,
       with([](SendFacts& f) { f.group->resolved = true; }),
       false,
       {},
       "Skipped notification because alert group is resolved"},
      {"acknowledged",
       NotifyBy::Email,
       with([](SendFacts& f) { f.group->acknowledged = true; }),
       false,
       {},
       "Skipped notification because alert group is acknowledged"},
      {"silenced",
       NotifyBy::Email,
       with([](SendFacts& f) { f.group->silenced = true; }),
       false,
       {},
       "Skipped notification because alert group is silenced"},
      {"backend off", NotifyBy::Telegram, with([](SendFacts& f) { f.backend_available = false; }), false,
       F::BackendError, "Messaging backend not available"},
      {"number not verified", NotifyBy::Sms, with([](SendFacts& f) { f.phone_verified = false; }), false,
       F::NumberNotVerified, ""},
      {"no number needed",
       NotifyBy::Email,
       with([](SendFacts& f) { f.phone_verified = false; }),
       true,
       {},
       ""},
      {"last SMS of the day", NotifyBy::Sms, with([](SendFacts& f) { f.phone_today = 199; }), true, {}, ""},
      {"SMS limit", NotifyBy::Sms, with([](SendFacts& f) { f.phone_today = 200; }), false, F::SmsLimit, ""},
      {"call limit", NotifyBy::PhoneCall, with([](SendFacts& f) { f.phone_today = 200; }), false,
       F::CallLimit, ""},
      {"mail limit", NotifyBy::Email, with([](SendFacts& f) { f.emails_today = 200; }), false, F::MailLimit,
       ""},
      {"last mail of the day",
       NotifyBy::Email,
       with([](SendFacts& f) { f.emails_today = 199; }),
       true,
       {},
       ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const effect::Notify notify{.group = AlertGroupId("G"), .user = ann, .by = c.by, .paged_at = t0};
    const auto refused = check_before_sending(notify, c.facts, t0);
    EXPECT_EQ(!refused, c.sent);
    if (!refused) continue;
    EXPECT_EQ(refused->type, PersonalRecordType::Failed);
    EXPECT_EQ(refused->code, c.code);
    EXPECT_EQ(refused->reason, c.reason);
  }
}

TEST(Sending, WaitsAnHourForObstaclesThatPass) {
  const auto try_at = [](const Retry& retry) { return std::get<TryAgain>(retry).at; };
  EXPECT_EQ(try_at(retry_or_give_up(Obstacle::SlackPostMissing, t0, std::nullopt, t0)), t0 + 60s);
  EXPECT_EQ(try_at(retry_or_give_up(Obstacle::TelegramRateLimit, t0, std::nullopt, t0 + 3599s)), t0 + 3602s);
  EXPECT_EQ(try_at(retry_or_give_up(Obstacle::TelegramRateLimit, t0, 17s, t0)), t0 + 17s);
  const auto code_at = [](Obstacle o) {
    return std::get<NotDelivered>(retry_or_give_up(o, t0, std::nullopt, t0 + 1h)).code;
  };
  EXPECT_EQ(code_at(Obstacle::SlackPostMissing), NotificationFailure::SlackError);
  EXPECT_EQ(code_at(Obstacle::TelegramRateLimit), NotificationFailure::TelegramRateLimit);
}

TEST(DirectPaging, IsReplayedFromTheLog) {
  const Actor ops{.user = UserId("U9"), .username = "ops", .via = ActionSource::Web};
  const Person bob{UserId("U2"), "bob"};
  const auto paged = page(a_group(), {{{ann, "ann"}, Importance::Important}, {bob}}, ops, t0);
  ASSERT_TRUE(paged);
  std::vector<GroupRecord> log;
  for (const auto& added : all<effect::AddRecord>(*paged)) log.push_back(added.record);
  ASSERT_EQ(paged_users(log).size(), 2u);
  EXPECT_EQ(paged_users(log)[0].user.id, ann);
  EXPECT_EQ(paged_users(log)[0].importance, Importance::Important);
  EXPECT_EQ(all<effect::StartPersonalChain>(*paged)[1].cause, ChainCause::DirectPaging);
  for (const auto& added : all<effect::AddRecord>(unpage(a_group(), {ann, "ann"}, ops, t0)))
    log.push_back(added.record);
  ASSERT_EQ(paged_users(log).size(), 1u);
  EXPECT_EQ(paged_users(log)[0].user.id, bob.id);
}

TEST(DirectPaging, AResolvedGroupRefuses) {
  AlertGroup group = a_group();
  group.resolved = true;
  EXPECT_EQ(page(group, {}, {}, t0).error().message, "Cannot add responders for a resolved alert group");
}

}  // namespace
}  // namespace tocsin::notification
