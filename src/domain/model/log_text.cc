#include "domain/model/log_text.h"

#include <array>
#include <cstdio>

#include "base/text.h"
#include "domain/model/natural_duration.h"

namespace tocsin {
namespace {

// What is done with a token of the public API reads "by API"; the user is only in the author field.
std::string actor(const GroupRecord& r) {
  if (r.via == ActionSource::Api) return "API";
  if (r.via == ActionSource::Backsync) return "source integration " + r.subject;
  return r.author_name;
}

// "November 25 2026 09:00:00"
std::string long_time(Instant at) {
  using namespace std::chrono;
  static constexpr std::array kMonths = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{floor<seconds>(at - day)};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s %02u %04d %02d:%02d:%02d", kMonths[unsigned(date.month()) - 1],
                unsigned(date.day()), int(date.year()), int(time.hours().count()),
                int(time.minutes().count()), int(time.seconds().count()));
  return text.data();
}

std::string important_mark(StepCode code) {
  const bool important =
      code == StepCode::NotifyUserGroupImportant || code == StepCode::NotifyOnCallFromScheduleImportant;
  return important ? " (Important)" : "";
}

std::string threshold_text(const GroupRecord& r) {
  if (!r.alerts || !r.minutes) return "triggered step \"Continue escalation if >X alerts per Y minutes\"";
  return "triggered step \"Continue escalation if >" + std::to_string(*r.alerts) + " alerts per " +
         std::to_string(*r.minutes) + " minutes\"";
}

std::string triggered_text(const GroupRecord& r) {
  if (!r.step) return "escalation step is unspecified. Skipped";
  switch (*r.step) {
    case StepCode::NotifyIfTimeFromTo:
      if (r.eta) return "escalation stopped until " + long_time(*r.eta) + " (UTC)";
      return "triggered step \"Continue escalation if time\"";
    case StepCode::NotifyIfNumAlertsInWindow:
      return threshold_text(r);
    case StepCode::NotifyUserGroup:
    case StepCode::NotifyUserGroupImportant:
      return "triggered step \"Notify @" + r.subject + " User Group" + important_mark(*r.step) + "\"";
    case StepCode::NotifyOnCallFromSchedule:
    case StepCode::NotifyOnCallFromScheduleImportant:
      return "triggered step \"Notify on-call from Schedule '" + r.subject + "'" + important_mark(*r.step) +
             "\"";
    case StepCode::RepeatEscalation:
      return "escalation started from the beginning";
    case StepCode::DeclareIncident:
      return (r.reason == "attached" ? "attached to existing incident: " : "incident declared: ") + r.subject;
    case StepCode::Wait:
    case StepCode::NotifyWholeChannel:
    case StepCode::Resolve:
    case StepCode::NotifyPersonNextEachTime:
    case StepCode::NotifyPersonNextEachTimeImportant:
    case StepCode::NotifyPersons:
    case StepCode::NotifyPersonsImportant:
    case StepCode::TriggerWebhook:
    case StepCode::NotifyTeamMembers:
    case StepCode::NotifyTeamMembersImportant:
      break;
  }
  return "triggered step " + quoted(display_name(*r.step));
}

std::string skipped(std::string_view step, std::string_view why) {
  return "skipped escalation step " + quoted(step) + std::string(why);
}

std::string failed_text(const GroupRecord& r) {
  constexpr std::string_view kNotConfigured = " because it is not configured";
  if (!r.failure) return "escalation step failed";
  switch (*r.failure) {
    case EscalationFailure::NoUsersNextEachTime:
      return skipped("Notify User (next each time)", " because no users are set");
    case EscalationFailure::NoUsers:
      return skipped("Notify multiple Users", " because no users are set");
    case EscalationFailure::ScheduleNotConfigured:
      return skipped("Notify Schedule", kNotConfigured);
    case EscalationFailure::ScheduleImportFailed:
      return "escalation step \"Notify Schedule\" " + quoted(r.subject) + " skipped: iCal import was failed.";
    case EscalationFailure::NobodyOnCall:
      return "escalation step \"Notify Schedule\" " + quoted(r.subject) +
             " skipped: there are no users to notify for this schedule slot.";
    case EscalationFailure::WaitNotConfigured:
      return "escalation step \"Wait\" is not configured, waiting the default of 5 minutes";
    case EscalationFailure::TimeWindowNotConfigured:
      return skipped("Continue escalation if time", kNotConfigured);
    case EscalationFailure::StepUnspecified:
      return "escalation step is unspecified. Skipped";
    case EscalationFailure::UserGroupNotConfigured:
      return skipped("Notify Group", kNotConfigured);
    case EscalationFailure::UserGroupEmpty:
      return skipped("Notify Group", " because user group @" + r.subject + " has no members to notify");
    case EscalationFailure::WebhookNotConfigured:
      return skipped("Trigger Outgoing Webhook", kNotConfigured);
    case EscalationFailure::SlackNotPossible:
      return "failed to notify " + (r.subject.empty() ? std::string("channel") : "User Group @" + r.subject) +
             " in Slack: no workspace's members are known to Tocsin";
    case EscalationFailure::AlertCountNotConfigured:
      return skipped("Continue escalation if >X alerts per Y minutes", kNotConfigured);
    case EscalationFailure::WebhookFailed:
      return "skipped " + r.trigger + " outgoing webhook `" + r.subject + "`: " + r.reason;
    case EscalationFailure::TeamNotConfigured:
      return skipped("Notify Team Members", kNotConfigured);
    case EscalationFailure::WebhookDisabled:
      return skipped("Trigger Outgoing Webhook", " because it is disabled");
    case EscalationFailure::IncidentsNotEnabled:
      return "skipped escalation step \"Declare Incident\": step is not enabled";
    case EscalationFailure::IncidentNotDeclared:
      return "failed to declare an Incident" + (r.reason.empty() ? "" : ": " + r.reason);
  }
  return {};
}

std::string route_text(const GroupRecord& r) {
  if (r.subject.empty()) return "alert group assigned to deleted route, skipping escalation";
  std::string text = "alert group assigned to route " + quoted(r.subject);
  return text += r.chain ? " with escalation chain " + quoted(*r.chain)
                         : " with no escalation chain, skipping escalation";
}

// Attachments without an author are made by a maintenance.
std::string attachment_text(const GroupRecord& r, const char* to_root, const char* to_dependent) {
  const std::string who = actor(r).empty() ? "maintenance" : actor(r);
  return r.related_is_root ? to_root + r.subject + " by " + who : r.subject + to_dependent + who;
}

}  // namespace

std::string text_of(const GroupRecord& r) {
  switch (r.type) {
    case GroupRecordType::Acknowledged:
      return actor(r).empty() ? "acknowledged by alert source" : "acknowledged by " + actor(r);
    case GroupRecordType::Unacknowledged:
      return "unacknowledged by " + actor(r);
    case GroupRecordType::Invited:
      return actor(r) + " activated invitation for " + r.user_name;
    case GroupRecordType::InvitationStopped:
      return actor(r) + " deactivated invitation" + (r.user_name.empty() ? "" : " for " + r.user_name);
    case GroupRecordType::Reinvited:
      return actor(r) + " restarted invitation for " + r.user_name;
    case GroupRecordType::EscalationTriggered:
      return triggered_text(r);
    case GroupRecordType::InvitationTriggered:
      return {};
    case GroupRecordType::Silenced:
      return "silenced by " + actor(r) +
             (r.silence_delay ? " for " + natural_duration(*r.silence_delay) : " forever");
    case GroupRecordType::Attached:
      return attachment_text(r, "attached to ", " has been attached to this alert by ");
    case GroupRecordType::Unattached:
      return attachment_text(r, "unattached from ", " has been unattached from this alert by ");
    case GroupRecordType::WebhookTriggered:
      return "outgoing webhook `" + r.subject + "` triggered by " +
             (r.trigger.empty() ? actor(r) : r.trigger);
    case GroupRecordType::AutoUnacknowledged:
      return "unacknowledged automatically";
    case GroupRecordType::FailedAttachment:
      return "failed to attach to " + r.subject + " by " + actor(r) +
             " because it is already attached or resolved.";
    case GroupRecordType::Resolved:
      return actor(r).empty() ? "resolved " : "resolved by " + actor(r);
    case GroupRecordType::Unresolved:
      return "unresolved by " + actor(r);
    case GroupRecordType::Unsilenced:
      return actor(r).empty() ? "alert group unsilenced" : "unsilenced by " + actor(r);
    case GroupRecordType::EscalationFinished:
      return {};
    case GroupRecordType::EscalationFailed:
      return failed_text(r);
    case GroupRecordType::AcknowledgeReminder:
      return {};
    case GroupRecordType::Wiped:
      return "wiped";
    case GroupRecordType::Deleted:
      return "deleted";
    case GroupRecordType::Registered:
      return "alert group registered";
    case GroupRecordType::RouteAssigned:
      return route_text(r);
    case GroupRecordType::DirectPaging:
      return actor(r) + " paged user " + r.user_name;
    case GroupRecordType::Unpage:
      return actor(r) + " unpaged user " + r.user_name;
    case GroupRecordType::Restricted:
      return r.reason;
  }
  return {};
}

bool is_in_timeline(const GroupRecord& r) {
  switch (r.type) {
    case GroupRecordType::EscalationTriggered: {
      const bool round_robin = r.step == StepCode::NotifyPersonNextEachTime ||
                               r.step == StepCode::NotifyPersonNextEachTimeImportant;
      if (r.step == StepCode::Wait || r.step == StepCode::Resolve) return false;
      return round_robin || !r.author;
    }
    case GroupRecordType::EscalationFailed:
      return r.failure != EscalationFailure::WaitNotConfigured && r.step != StepCode::Wait;
    case GroupRecordType::InvitationTriggered:
    case GroupRecordType::EscalationFinished:
    case GroupRecordType::AcknowledgeReminder:
    case GroupRecordType::Wiped:
    case GroupRecordType::Deleted:
      return false;
    case GroupRecordType::Acknowledged:
    case GroupRecordType::Unacknowledged:
    case GroupRecordType::Invited:
    case GroupRecordType::InvitationStopped:
    case GroupRecordType::Reinvited:
    case GroupRecordType::Silenced:
    case GroupRecordType::Attached:
    case GroupRecordType::Unattached:
    case GroupRecordType::WebhookTriggered:
    case GroupRecordType::AutoUnacknowledged:
    case GroupRecordType::FailedAttachment:
    case GroupRecordType::Resolved:
    case GroupRecordType::Unresolved:
    case GroupRecordType::Unsilenced:
    case GroupRecordType::Registered:
    case GroupRecordType::RouteAssigned:
    case GroupRecordType::DirectPaging:
    case GroupRecordType::Unpage:
    case GroupRecordType::Restricted:
      return true;
  }
  return true;
}

}  // namespace tocsin
