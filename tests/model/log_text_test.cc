// Every sentence of docs/spec/alert-groups.md, section 10, with its number, and what the time line leaves
// out.
#include "domain/model/log_text.h"

#include <gtest/gtest.h>

#include <set>

#include "domain/model/natural_duration.h"

namespace tocsin {
namespace {

using namespace std::chrono_literals;
using T = GroupRecordType;
using F = EscalationFailure;
using S = StepCode;

GroupRecord by_ann(T type) {
  return {.type = type, .author = UserId("U1"), .author_name = "ann", .via = ActionSource::Web};
}
GroupRecord by_api(T type) {
  return {.type = type, .author = UserId("U1"), .author_name = "ann", .via = ActionSource::Api};
}
GroupRecord triggered(S step) {
  return {.type = T::EscalationTriggered, .step = step};
}
GroupRecord failed(F why, std::string subject = {}) {
  return {.type = T::EscalationFailed, .failure = why, .subject = std::move(subject)};
}
template <class Change>
GroupRecord with(GroupRecord record, Change change) {
  change(record);
  return record;
}

TEST(LogText, GroupRecords) {
  const auto about_bob = [](T type) {
    return with(by_ann(type), [](GroupRecord& r) { r.user_name = "bob"; });
  };
  const auto link = [](GroupRecord r, bool to_root) {
    r.subject = "disk full";
    r.related_is_root = to_root;
    return r;
  };
  const struct {
    int number;
    GroupRecord record;
    const char* text;
    bool shown;
  } cases[] = {
      {0, by_ann(T::Acknowledged), "acknowledged by ann", true},
      {0, by_api(T::Acknowledged), "acknowledged by API", true},
      {0, {.type = T::Acknowledged}, "acknowledged by alert source", true},
      {0,
       {.type = T::Acknowledged, .via = ActionSource::Backsync, .subject = "Jira"},
       "acknowledged by source integration Jira",
       true},
      {1, by_api(T::Unacknowledged), "unacknowledged by API", true},
      {2, about_bob(T::Invited), "ann activated invitation for bob", true},
      {3, about_bob(T::InvitationStopped), "ann deactivated invitation for bob", true},
      {3, by_ann(T::InvitationStopped), "ann deactivated invitation", true},
      {4, about_bob(T::Reinvited), "ann restarted invitation for bob", true},
      {6, by_ann(T::InvitationTriggered), "", false},
      {7, by_ann(T::Silenced), "silenced by ann forever", true},
      {7, with(by_api(T::Silenced), [](GroupRecord& r) { r.silence_delay = 3600s; }),
       "silenced by API for an hour", true},
      {8, link(by_ann(T::Attached), true), "attached to disk full by ann", true},
      {8, link(by_ann(T::Attached), false), "disk full has been attached to this alert by ann", true},
      {8, link({.type = T::Attached}, false), "disk full has been attached to this alert by maintenance",
       true},
      {9, link(by_ann(T::Unattached), true), "unattached from disk full by ann", true},
      {9, link(by_ann(T::Unattached), false), "disk full has been unattached from this alert by ann", true},
      {10,
       {.type = T::WebhookTriggered, .subject = "hook", .trigger = "acknowledge"},
       "outgoing webhook `hook` triggered by acknowledge",
       true},
      {10, with(by_ann(T::WebhookTriggered), [](GroupRecord& r) { r.subject = "hook"; }),
       "outgoing webhook `hook` triggered by ann", true},
      {11, by_ann(T::AutoUnacknowledged), "unacknowledged automatically", true},
      {12, link(by_ann(T::FailedAttachment), true),
       "failed to attach to disk full by ann because it is already attached or resolved.", true},
      {13, by_api(T::Resolved), "resolved by API", true},
      {13, {.type = T::Resolved}, "resolved ", true},
      {14, by_ann(T::Unresolved), "unresolved by ann", true},
      {15, by_ann(T::Unsilenced), "unsilenced by ann", true},
      {15, {.type = T::Unsilenced}, "alert group unsilenced", true},
      {16, {.type = T::EscalationFinished}, "", false},
      {18, {.type = T::AcknowledgeReminder}, "", false},
      {19, by_ann(T::Wiped), "wiped", false},
      {20, by_ann(T::Deleted), "deleted", false},
      {21, {.type = T::Registered}, "alert group registered", true},
      {22,
       {.type = T::RouteAssigned, .subject = "default", .chain = "Night crew"},
       "alert group assigned to route \"default\" with escalation chain \"Night crew\"",
       true},
      {22,
       {.type = T::RouteAssigned, .subject = "default"},
       "alert group assigned to route \"default\" with no escalation chain, skipping escalation",
       true},
      {22, {.type = T::RouteAssigned}, "alert group assigned to deleted route, skipping escalation", true},
      {23, about_bob(T::DirectPaging), "ann paged user bob", true},
      {24, about_bob(T::Unpage), "ann unpaged user bob", true},
      {25, {.type = T::Restricted, .reason = "over the limit"}, "over the limit", true},
  };
  std::set<int> seen = {5, 17};  // the escalation's own, below
  for (const auto& c : cases) {
    EXPECT_EQ(text_of(c.record), c.text);
    EXPECT_EQ(static_cast<int>(c.record.type), c.number) << c.text;
    EXPECT_EQ(is_in_timeline(c.record), c.shown) << c.text;
    seen.insert(c.number);
  }
  EXPECT_EQ(seen.size(), 26u) << "every type has a row";
}

TEST(LogText, TriggeredSteps) {
  const auto named = [](S step, const char* subject) {
    return with(triggered(step), [&](GroupRecord& r) { r.subject = subject; });
  };
  const struct {
    int code;
    GroupRecord record;
    const char* text;
    bool shown = true;
  } cases[] = {
      {0, triggered(S::Wait), "triggered step \"Wait\"", false},
      {2, triggered(S::NotifyWholeChannel), "triggered step \"Notify Whole Channel\""},
      {3, triggered(S::RepeatEscalation), "escalation started from the beginning"},
      {4, triggered(S::Resolve), "triggered step \"Resolve\"", false},
      {5, named(S::NotifyUserGroup, "sre"), "triggered step \"Notify @sre User Group\""},
      {8, named(S::NotifyUserGroupImportant, "sre"), "triggered step \"Notify @sre User Group (Important)\""},
      {6, named(S::NotifyOnCallFromSchedule, "Core"),
       "triggered step \"Notify on-call from Schedule 'Core'\""},
      {9, named(S::NotifyOnCallFromScheduleImportant, "Core"),
       "triggered step \"Notify on-call from Schedule 'Core' (Important)\""},
      {11, triggered(S::NotifyPersonNextEachTime), "triggered step \"Notify User (next each time)\""},
      {20, triggered(S::NotifyPersonNextEachTimeImportant),
       "triggered step \"Notify User (next each time) (Important)\""},
      {12, triggered(S::NotifyIfTimeFromTo), "triggered step \"Continue escalation if time\""},
      {12,
       with(triggered(S::NotifyIfTimeFromTo),
            [](GroupRecord& r) { r.eta = *parse_iso("2026-03-02T09:05:07"); }),
       "escalation stopped until March 02 2026 09:05:07 (UTC)"},
      {13, triggered(S::NotifyPersons), "triggered step \"Notify multiple Users\""},
      {14, triggered(S::NotifyPersonsImportant), "triggered step \"Notify multiple Users (Important)\""},
      {15, triggered(S::NotifyIfNumAlertsInWindow),
       "triggered step \"Continue escalation if >X alerts per Y minutes\""},
      {15,
       with(triggered(S::NotifyIfNumAlertsInWindow), [](GroupRecord& r) { r.alerts = 2, r.minutes = 10; }),
       "triggered step \"Continue escalation if >2 alerts per 10 minutes\""},
      {16, triggered(S::TriggerWebhook), "triggered step \"Trigger Webhook\""},
      {17, triggered(S::NotifyTeamMembers), "triggered step \"Notify all users in a Team\""},
      {18, triggered(S::NotifyTeamMembersImportant),
       "triggered step \"Notify all users in a Team (Important)\""},
      {19, named(S::DeclareIncident, "Outage"), "incident declared: Outage"},
      {19, with(named(S::DeclareIncident, "Outage"), [](GroupRecord& r) { r.reason = "attached"; }),
       "attached to existing incident: Outage"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(text_of(c.record), c.text);
    EXPECT_EQ(static_cast<int>(*c.record.step), c.code) << c.text;
    EXPECT_EQ(is_in_timeline(c.record), c.shown) << c.text;
    GroupRecord with_author = c.record;
    with_author.author = UserId("U1");
    EXPECT_EQ(is_in_timeline(with_author), c.code == 11 || c.code == 20) << c.text;
  }
}

TEST(LogText, FailedSteps) {
  const struct {
    int code;
    GroupRecord record;
    const char* text;
  } cases[] = {
      {1, failed(F::NoUsersNextEachTime),
       "skipped escalation step \"Notify User (next each time)\" because no users are set"},
      {2, failed(F::NoUsers), "skipped escalation step \"Notify multiple Users\" because no users are set"},
      {4, failed(F::ScheduleNotConfigured),
       "skipped escalation step \"Notify Schedule\" because it is not configured"},
      {5, failed(F::ScheduleImportFailed, "Core"),
       "escalation step \"Notify Schedule\" \"Core\" skipped: iCal import was failed."},
      {6, failed(F::NobodyOnCall, "Core"),
       "escalation step \"Notify Schedule\" \"Core\" skipped: there are no users to notify for this schedule "
       "slot."},
      {9, failed(F::TimeWindowNotConfigured),
       "skipped escalation step \"Continue escalation if time\" because it is not configured"},
      {10, failed(F::StepUnspecified), "escalation step is unspecified. Skipped"},
      {11, failed(F::UserGroupNotConfigured),
       "skipped escalation step \"Notify Group\" because it is not configured"},
      {14, failed(F::WebhookNotConfigured),
       "skipped escalation step \"Trigger Outgoing Webhook\" because it is not configured"},
      {15, failed(F::SlackNotPossible),
       "failed to notify channel in Slack: no workspace's members are known to Tocsin"},
      {15, failed(F::SlackNotPossible, "sre"),
       "failed to notify User Group @sre in Slack: no workspace's members are known to Tocsin"},
      {16, failed(F::AlertCountNotConfigured),
       "skipped escalation step \"Continue escalation if >X alerts per Y minutes\" because it is not "
       "configured"},
      {17,
       with(failed(F::WebhookFailed, "hook"),
            [](GroupRecord& r) { r.trigger = "escalation", r.reason = "timed out"; }),
       "skipped escalation outgoing webhook `hook`: timed out"},
      {18, failed(F::TeamNotConfigured),
       "skipped escalation step \"Notify Team Members\" because it is not configured"},
      {19, failed(F::WebhookDisabled),
       "skipped escalation step \"Trigger Outgoing Webhook\" because it is disabled"},
      {20, failed(F::IncidentsNotEnabled),
       "skipped escalation step \"Declare Incident\": step is not enabled"},
      {21, failed(F::IncidentNotDeclared), "failed to declare an Incident"},
      {21, with(failed(F::IncidentNotDeclared), [](GroupRecord& r) { r.reason = "no route"; }),
       "failed to declare an Incident: no route"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(text_of(c.record), c.text);
    EXPECT_EQ(static_cast<int>(*c.record.failure), c.code) << c.text;
    EXPECT_TRUE(is_in_timeline(c.record)) << c.text;
  }
  EXPECT_FALSE(is_in_timeline(failed(F::WaitNotConfigured)));
  EXPECT_NE(text_of(failed(F::UserGroupEmpty, "sre")).find("@sre"), std::string::npos);
}

TEST(LogText, PersonalRecords) {
  using P = PersonalRecordType;
  const auto record = [](P type, std::optional<NotifyBy> by, std::optional<NotificationFailure> code = {}) {
    return PersonalRecord{.user_name = "ann", .type = type, .by = by, .code = code};
  };
  const struct {
    PersonalRecord record;
    const char* text;
    bool shown = true;
  } cases[] = {
      {record(P::Triggered, NotifyBy::Slack), "invited ann in Slack"},
      {record(P::Triggered, NotifyBy::Sms), "sent sms to ann"},
      {record(P::Triggered, NotifyBy::PhoneCall), "called ann by phone"},
      {record(P::Triggered, NotifyBy::Telegram), "sent telegram message to ann"},
      {record(P::Triggered, NotifyBy::Email), "sent email message to ann"},
      {record(P::Triggered, NotifyBy::MobileApp), "sent mobile push message to ann"},
      {record(P::Triggered, NotifyBy::MobileAppCritical), "sent mobile push important message to ann"},
      {record(P::Triggered, NotifyBy::Mattermost), "sent mattermost message to ann"},
      {record(P::Triggered, NotifyBy::Webhook), "sent webhook message to ann"},
      {record(P::Triggered, std::nullopt), "", false},
      {record(P::Finished, std::nullopt), "", false},
      {record(P::Success, NotifyBy::Sms), "SMS to ann was delivered successfully"},
      {record(P::Success, NotifyBy::PhoneCall), "phone call to ann was successful"},
      {record(P::Success, NotifyBy::Email), "notification to ann was delivered successfully"},
      {record(P::Success, NotifyBy::Slack, NotificationFailure::SlackPostingDisabled),
       "notification to ann was delivered successfully", false},
      {record(P::Failed, std::nullopt, NotificationFailure::Forbidden), "failed to notify ann, not allowed"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(text_of(c.record), c.text);
    EXPECT_EQ(is_in_timeline(c.record), c.shown) << c.text;
  }
  std::set<std::string> texts;
  int codes = 0;
  for (int code = 0; code <= 33; ++code) {
    if (code == 7 || code == 13 || code == 16) continue;
    texts.insert(text_of(record(P::Failed, NotifyBy::Email, static_cast<NotificationFailure>(code))));
    ++codes;
  }
  EXPECT_EQ(texts.size(), static_cast<std::size_t>(codes)) << "each code reads differently";
}

TEST(NaturalDuration, NamesTheLargestUnit) {
  const std::pair<std::chrono::seconds, const char*> cases[] = {
      {0s, "a moment"},
      {1s, "a second"},
      {59s, "59 seconds"},
      {60s, "a minute"},
      {119s, "a minute"},
      {120s, "2 minutes"},
      {1800s, "30 minutes"},
      {3599s, "59 minutes"},
      {3600s, "an hour"},
      {7200s, "2 hours"},
      {86399s, "23 hours"},
      {24h, "a day"},
      {48h, "2 days"},
      {24h * 30, "30 days"},
      {24h * 31, "a month"},
      {24h * 62, "2 months"},
      {24h * 365, "a year"},
      {24h * 366, "1 year, 1 day"},
      {24h * 400, "1 year, 1 month"},
      {24h * 800, "2 years"},
  };
  for (const auto& [duration, text] : cases) EXPECT_EQ(natural_duration(duration), text) << duration.count();
}

}  // namespace
}  // namespace tocsin
