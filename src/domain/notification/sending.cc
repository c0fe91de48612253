#include "domain/notification/sending.h"

#include "base/overloaded.h"
#include "domain/notification/stops.h"

namespace tocsin::notification {
namespace {

const char* skipped_because(StopReason reason) {
  switch (reason) {
    case StopReason::Resolved:
      return "Skipped notification because alert group is resolved";
    case StopReason::Wiped:
      return "Skipped notification because alert group is wiped";
    case StopReason::Attached:
      return "Skipped notification because alert group is attached";
    case StopReason::Acknowledged:
      return "Skipped notification because alert group is acknowledged";
    case StopReason::Silenced:
      return "Skipped notification because alert group is silenced";
  }
  return "";
}

std::optional<NotDelivered> contact_problem(NotifyBy by, const SendFacts& facts) {
  const bool phone_used_up = facts.phone_today >= facts.phone_limit;
  switch (by) {
    case NotifyBy::Sms:
    case NotifyBy::PhoneCall:
      if (!facts.phone_verified) return NotDelivered{NotificationFailure::NumberNotVerified, {}};
      if (!phone_used_up) return std::nullopt;
      return NotDelivered{
          by == NotifyBy::Sms ? NotificationFailure::SmsLimit : NotificationFailure::CallLimit, {}};
    case NotifyBy::Email:
      if (facts.emails_today < facts.email_limit) return std::nullopt;
      return NotDelivered{NotificationFailure::MailLimit, {}};
    case NotifyBy::Slack:
    case NotifyBy::Telegram:
    case NotifyBy::MobileApp:
    case NotifyBy::MobileAppCritical:
    case NotifyBy::Mattermost:
    case NotifyBy::Webhook:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<NotDelivered> problem(const effect::Notify& notify, const SendFacts& facts) {
  if (!facts.group || !facts.user || !facts.rule_exists)
    return NotDelivered{std::nullopt, "Expected data is missing"};
  if (!facts.user->may_be_notified) return NotDelivered{NotificationFailure::Forbidden, {}};
  if (const auto stop = find_stop(*facts.group, {notify.user, notify.cause, notify.paged_at})) {
    return NotDelivered{std::nullopt, skipped_because(*stop)};
  }
  if (!facts.backend_available) {
    return NotDelivered{NotificationFailure::BackendError, "Messaging backend not available"};
  }
  return contact_problem(notify.by, facts);
}

}  // namespace

std::optional<PersonalRecord> check_before_sending(const effect::Notify& notify, const SendFacts& facts,
                                                   Instant now) {
  const std::optional<NotDelivered> found = problem(notify, facts);
  if (!found) return std::nullopt;
  return outcome_record(notify, facts.user ? facts.user->username : std::string(), *found, now);
}

effect::Notify notify_of(const effect::NotifyBundle& bundle, const BundledSms& sms) {
  return {.group = sms.group,
          .user = bundle.user,
          .by = NotifyBy::Sms,
          .importance = bundle.importance,
          .rule = sms.rule,
          .cause = sms.cause,
          .paged_at = sms.paged_at};
}

PersonalRecord outcome_record(const effect::Notify& notify, const std::string& username,
                              const DeliveryOutcome& outcome, Instant now) {
  PersonalRecord record{.group = notify.group,
                        .user = notify.user,
                        .user_name = username,
                        .at = now,
                        .rule = notify.rule,
                        .by = notify.by};
  std::visit(Overloaded{
                 [&](const Delivered&) { record.type = PersonalRecordType::Success; },
                 [&](const NotDelivered& why) {
                   record.type = PersonalRecordType::Failed;
                   record.code = why.code;
                   record.reason = why.reason;
                 },
             },
             outcome);
  return record;
}

Retry retry_or_give_up(Obstacle obstacle, Instant first_attempt, std::optional<std::chrono::seconds> told,
                       Instant now) {
  switch (obstacle) {
    case Obstacle::SlackPostMissing:
      if (now - first_attempt >= kGiveUpAfter) return NotDelivered{NotificationFailure::SlackError, {}};
      return TryAgain{now + std::chrono::seconds{60}};
    case Obstacle::TelegramRateLimit:
      if (now - first_attempt >= kGiveUpAfter)
        return NotDelivered{NotificationFailure::TelegramRateLimit, {}};
      return TryAgain{now + told.value_or(std::chrono::seconds{3})};
  }
  return NotDelivered{};
}

}  // namespace tocsin::notification
