// What happened to an alert group and to the people it paged, as it is stored.
//
// A record says the facts and the names as they were at that moment; log_text.h makes the sentence that
// people read. Numbers are OnCall's, so that an imported history and ours are one list
// (docs/spec/alert-groups.md, section 10).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"
#include "base/result.h"
#include "domain/model/escalation.h"
#include "domain/model/group_command.h"
#include "domain/model/ids.h"
#include "domain/model/notification.h"
#include "language/json/value.h"

namespace tocsin {

enum class GroupRecordType {
  Acknowledged = 0,
  Unacknowledged = 1,
  Invited = 2,
  InvitationStopped = 3,
  Reinvited = 4,
  EscalationTriggered = 5,
  InvitationTriggered = 6,
  Silenced = 7,
  Attached = 8,
  Unattached = 9,
  WebhookTriggered = 10,
  AutoUnacknowledged = 11,
  FailedAttachment = 12,
  Resolved = 13,
  Unresolved = 14,
  Unsilenced = 15,
  EscalationFinished = 16,
  EscalationFailed = 17,
  AcknowledgeReminder = 18,
  Wiped = 19,
  Deleted = 20,
  Registered = 21,
  RouteAssigned = 22,
  DirectPaging = 23,
  Unpage = 24,
  Restricted = 25,
};

// Why a step was skipped; written F(n) in docs/spec/escalation.md.
enum class EscalationFailure {
  NoUsersNextEachTime = 1,
  NoUsers = 2,
  ScheduleNotConfigured = 4,
  ScheduleImportFailed = 5,
  NobodyOnCall = 6,
  WaitNotConfigured = 8,
  TimeWindowNotConfigured = 9,
  StepUnspecified = 10,
  UserGroupNotConfigured = 11,
  UserGroupEmpty = 12,
  WebhookNotConfigured = 14,
  SlackNotPossible = 15,
  AlertCountNotConfigured = 16,
  WebhookFailed = 17,
  TeamNotConfigured = 18,
  WebhookDisabled = 19,
  IncidentsNotEnabled = 20,
  IncidentNotDeclared = 21,
};

struct GroupRecord {
  AlertGroupId group;
  GroupRecordType type = GroupRecordType::Registered;
  Instant at;
  std::optional<UserId> author;
  std::string author_name;
  std::optional<ActionSource> via;
  std::string reason;

  // Escalation: which step, why it failed, until when it waits.
  std::optional<EscalationPolicyId> policy;
  std::optional<StepCode> step;
  std::optional<EscalationFailure> failure;
  std::optional<Instant> eta;

  std::optional<std::chrono::seconds> silence_delay;  // Silenced; nullopt: forever
  std::optional<AlertGroupId> related;                // the other group of an attachment
  bool related_is_root = false;                       // whether this record stands on the dependent
  std::optional<UserId> user;                         // paged, un-paged, invited
  std::string user_name;
  bool important = false;  // of a page
  // What the record speaks of: schedule, webhook, user group handle, route, incident or related group's
  // title; for Backsync the integration that acted.
  std::string subject;
  std::optional<std::string> chain;    // RouteAssigned
  std::string trigger;                 // webhooks: what set them off
  std::optional<std::int64_t> alerts;  // threshold
  std::optional<std::int64_t> minutes;

  friend bool operator==(const GroupRecord&, const GroupRecord&) = default;
};

enum class PersonalRecordType { Triggered = 0, Finished = 1, Success = 2, Failed = 3 };

// Stable numbers (docs/spec/channels.md, section 1.2); 7, 13 and 16 are retired.
enum class NotificationFailure {
  SmsNotSent = 0,
  SmsLimit = 1,
  CallNotMade = 2,
  CallLimit = 3,
  NumberNotVerified = 4,
  MailNotSent = 5,
  MailLimit = 6,
  TelegramNotLinked = 8,
  LineBusy = 9,
  CallFailed = 10,
  NoAnswer = 11,
  SmsNotDelivered = 12,
  TelegramBotBlocked = 14,
  SlackPostingDisabled = 15,
  SlackError = 17,
  SlackToken = 18,
  NotInSlack = 19,
  NotInSlackChannel = 20,
  TelegramToken = 21,
  SlackChannelArchived = 22,
  SlackRateLimit = 23,
  BackendError = 24,
  Forbidden = 25,
  TelegramUserDeactivated = 26,
  NoActiveDevice = 27,
  FormattingError = 28,
  TelegramRateLimit = 29,
  MattermostUserNotLinked = 30,
  MattermostPostMissing = 31,
  MattermostToken = 32,
  MattermostUnauthorized = 33,
};

struct PersonalRecord {
  AlertGroupId group;
  UserId user;
  std::string user_name;
  PersonalRecordType type = PersonalRecordType::Triggered;
  Instant at;
  std::optional<NotificationRuleId> rule;  // nullopt: the fallback e-mail
  std::optional<NotifyBy> by;              // nullopt: a wait, or the end of the chain
  std::optional<NotificationFailure>
      code;  // on Success: only SlackPostingDisabled, "deliberately not posted"
  std::string reason;

  friend bool operator==(const PersonalRecord&, const PersonalRecord&) = default;
};

json::Value to_json(const GroupRecord& record);
json::Value to_json(const PersonalRecord& record);
Result<GroupRecord> group_record_from_json(const json::Value& value);
Result<PersonalRecord> personal_record_from_json(const json::Value& value);

}  // namespace tocsin
