// What is stored as JSON text reads back as it was; what is not ours is refused.
#include <gtest/gtest.h>

#include "domain/model/alert_group.h"
#include "domain/model/effect.h"
#include "domain/model/escalation.h"
#include "domain/model/log_record.h"
#include "domain/model/notification.h"
#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin {
namespace {

using namespace std::chrono_literals;

const Instant t0 = *parse_iso("2026-03-02T10:00:00.000001");

// Through text, as the database keeps it.
json::Value stored(const json::Value& value) {
  return *json::read(json::write(value));
}

const std::vector<Step> kEveryStep = {
    step::Wait{},
    step::Wait{300s},
    step::NotifyPersons{{UserId("U1"), UserId("U2")}, true},
    step::NotifyPersonNextEachTime{{UserId("U1")}, true, UserId("U1")},
    step::NotifyPersonNextEachTime{},
    step::NotifyOnCallFromSchedule{ScheduleId("S1"), true},
    step::NotifyOnCallFromSchedule{},
    step::NotifyUserGroup{UserGroupId("G1"), true},
    step::NotifyTeamMembers{TeamId("T1"), true},
    step::NotifyWholeChannel{},
    step::NotifyIfTimeFromTo{9h, 17h},
    step::NotifyIfTimeFromTo{std::nullopt, 17h},
    step::NotifyIfNumAlertsInWindow{2, 10},
    step::RepeatEscalation{},
    step::TriggerWebhook{WebhookId("WH1")},
    step::Resolve{},
    step::DeclareIncident{"critical"},
    step::Unspecified{},
};

TEST(StoredJson, EveryStepReadsBack) {
  for (const Step& step : kEveryStep) {
    const EscalationPolicy policy{EscalationPolicyId("E1"), 3, step};
    const auto back = escalation_policy_from_json(stored(to_json(policy)));
    ASSERT_TRUE(back) << json::write(to_json(policy));
    EXPECT_EQ(*back, policy) << json::write(to_json(policy));
  }
}

TEST(StoredJson, ASnapshotReadsBack) {
  EscalationSnapshot snapshot{.route = RouteId("R1"),
                              .route_name = "default \"é\"",
                              .chain = EscalationChainId("F1"),
                              .chain_name = "Night crew",
                              .next_step = 2,
                              .paused = true};
  for (const Step& step : kEveryStep) {
    snapshot.steps.push_back({.policy = {EscalationPolicyId("E"), 0, step}, .repeats = 4, .evaluated = true});
  }
  const auto back = escalation_snapshot_from_json(stored(to_json(snapshot)));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, snapshot);
}

TEST(StoredJson, MissingKeysKeepTheirDefaults) {
  const auto policy = escalation_policy_from_json(*json::read(R"({"step":{"type":"wait","duration":null}})"));
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->step, Step(step::Wait{}));
  const auto snapshot =
      escalation_snapshot_from_json(*json::read(R"({"steps":[{"policy":{"step":{"type":"resolve"}}}]})"));
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->steps.at(0).repeats, 0);
}

TEST(StoredJson, WhatHasAnotherFormIsRefusedWithItsKey) {
  const struct {
    const char* text;
    const char* field;
  } cases[] = {
      {R"({"steps":7})", "steps"},
      {R"({"steps":[7]})", "steps"},
      {R"({"steps":[{"policy":{"step":{"type":"dance"}}}]})", "steps"},
      {R"({"paused":"yes"})", "paused"},
      {R"({"route":5})", "route"},
      {"[]", ""},
      {"null", ""},
  };
  for (const auto& c : cases) {
    const auto got = escalation_snapshot_from_json(*json::read(c.text));
    ASSERT_FALSE(got) << c.text;
    EXPECT_EQ(got.error().field, c.field) << c.text;
  }
}

TEST(StoredJson, AnAlertGroupReadsBack) {
  AlertGroup group{.id = AlertGroupId("I1"),
                   .number = 812,
                   .integration = IntegrationId("C1"),
                   .route = RouteId("R1"),
                   .distinction = "abc",
                   .open_for_grouping = false,
                   .title = "disk full",
                   .started_at = t0,
                   .restarted_at = t0 + 1s,
                   .response_time = 90s};
  EXPECT_EQ(*alert_group_from_json(stored(to_json(group))), group);
  group.acknowledged = group.resolved = group.silenced = group.maintenance = true;
  group.acknowledged_at = group.resolved_at = group.silenced_at = group.silenced_until = group.wiped_at = t0;
  group.acknowledge_confirmed_at = t0;
  group.acknowledged_by = AnsweredBy::User;
  group.resolved_by = AnsweredBy::AutoResolveOff;
  group.acknowledged_by_user = group.resolved_by_user = group.silenced_by_user = group.wiped_by =
      UserId("U1");
  group.root = AlertGroupId("I2");
  group.silence_generation = 5;
  group.acknowledge_generation = 6;
  EXPECT_EQ(*alert_group_from_json(stored(to_json(group))), group);
}

TEST(StoredJson, RecordsReadBack) {
  const GroupRecord plain{.group = AlertGroupId("I1"), .at = t0};
  EXPECT_EQ(*group_record_from_json(stored(to_json(plain))), plain);
  const GroupRecord full{.group = AlertGroupId("I1"),
                         .type = GroupRecordType::EscalationFailed,
                         .at = t0,
                         .author = UserId("U1"),
                         .author_name = "ann",
                         .via = ActionSource::Phone,
                         .reason = "why",
                         .policy = EscalationPolicyId("E1"),
                         .step = StepCode::NotifyTeamMembersImportant,
                         .failure = EscalationFailure::TeamNotConfigured,
                         .eta = t0 + 1h,
                         .silence_delay = 60s,
                         .related = AlertGroupId("I2"),
                         .related_is_root = true,
                         .user = UserId("U2"),
                         .user_name = "bob",
                         .important = true,
                         .subject = "s",
                         .chain = "c",
                         .trigger = "t",
                         .alerts = 2,
                         .minutes = 10};
  EXPECT_EQ(*group_record_from_json(stored(to_json(full))), full);
  const PersonalRecord personal{.group = AlertGroupId("I1"),
                                .user = UserId("U1"),
                                .user_name = "ann",
                                .type = PersonalRecordType::Failed,
                                .at = t0,
                                .rule = NotificationRuleId("N1"),
                                .by = NotifyBy::Sms,
                                .code = NotificationFailure::SmsLimit,
                                .reason = "why"};
  EXPECT_EQ(*personal_record_from_json(stored(to_json(personal))), personal);
}

TEST(StoredJson, ChainsRulesAndBundlesReadBack) {
  for (const NotificationRule& rule :
       {NotificationRule{NotificationRuleId("N1"), WaitRule{300s}},
        NotificationRule{NotificationRuleId("N1"), WaitRule{}},
        NotificationRule{NotificationRuleId("N1"), NotifyRule{NotifyBy::Webhook}}}) {
    EXPECT_EQ(*notification_rule_from_json(stored(to_json(rule))), rule);
  }
  EXPECT_FALSE(notification_rule_from_json(*json::read(R"({"type":"dance"})")));
  const PersonalChain chain{.group = AlertGroupId("I1"),
                            .user = UserId("U1"),
                            .importance = Importance::Important,
                            .cause = ChainCause::DirectPaging,
                            .reason = "why",
                            .generation = 3,
                            .running = true,
                            .paged_at = t0,
                            .last_rule = NotificationRuleId("N1"),
                            .due = t0 + 5s};
  EXPECT_EQ(*personal_chain_from_json(stored(to_json(chain))), chain);
  const SmsBundle bundle{.user = UserId("U1"),
                         .importance = Importance::Important,
                         .last_sent = t0,
                         .waiting = {{.group = AlertGroupId("I1"),
                                      .rule = NotificationRuleId("N1"),
                                      .cause = ChainCause::Invitation,
                                      .paged_at = t0,
                                      .reason = "why"}},
                         .flush_at = t0 + 120s,
                         .generation = 2};
  EXPECT_EQ(*sms_bundle_from_json(stored(to_json(bundle))), bundle);
}

TEST(Timer, ItsSubjectTellsTheThingApart) {
  EXPECT_EQ(subject_of({.kind = TimerKind::EscalationTick, .group = AlertGroupId("I1")}), "I1");
  EXPECT_EQ(subject_of({.kind = TimerKind::PersonalTick, .group = AlertGroupId("I1"), .user = UserId("U1")}),
            "I1/U1");
  EXPECT_EQ(subject_of({.kind = TimerKind::SmsBundleFlush, .user = UserId("U1")}), "U1/default");
  EXPECT_EQ(
      subject_of(
          {.kind = TimerKind::SmsBundleFlush, .user = UserId("U1"), .importance = Importance::Important}),
      "U1/important");
  const Timer timers[] = {
      {.kind = TimerKind::SilenceExpiry, .generation = 3, .at = t0, .group = AlertGroupId("I1")},
      {.kind = TimerKind::PersonalTick,
       .generation = 3,
       .at = t0,
       .group = AlertGroupId("I1"),
       .user = UserId("U1")},
      {.kind = TimerKind::SmsBundleFlush, .generation = 3, .at = t0, .user = UserId("U1")},
      {.kind = TimerKind::SmsBundleFlush,
       .generation = 3,
       .at = t0,
       .user = UserId("U1"),
       .importance = Importance::Important},
  };
  for (const Timer& timer : timers) {
    EXPECT_EQ(parse_timer_kind(name_of(timer.kind)), timer.kind);
    EXPECT_EQ(timer_of(timer.kind, subject_of(timer), 3, t0), timer);
  }
  EXPECT_FALSE(timer_of(TimerKind::EscalationTick, "I1/U1", 3, t0));
  EXPECT_FALSE(timer_of(TimerKind::SmsBundleFlush, "U1/urgent", 3, t0));
  EXPECT_FALSE(parse_timer_kind("tea_time"));
  EXPECT_EQ(name_of(TimerKind::SilenceExpiry), "silence_expiry");
  EXPECT_EQ(api_name(WebhookTrigger::AlertGroupCreated), "alert group created");
}

}  // namespace
}  // namespace tocsin
