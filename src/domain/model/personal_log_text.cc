#include "domain/model/log_text.h"

namespace tocsin {
namespace {

std::string sent_text(NotifyBy by, const std::string& user) {
  switch (by) {
    case NotifyBy::Slack:
      return "invited " + user + " in Slack";
    case NotifyBy::Sms:
      return "sent sms to " + user;
    case NotifyBy::PhoneCall:
      return "called " + user + " by phone";
    case NotifyBy::Telegram:
      return "sent telegram message to " + user;
    case NotifyBy::MobileApp:
      return "sent mobile push message to " + user;
    case NotifyBy::MobileAppCritical:
      return "sent mobile push important message to " + user;
    case NotifyBy::Email:
      return "sent email message to " + user;
    case NotifyBy::Mattermost:
      return "sent mattermost message to " + user;
    case NotifyBy::Webhook:
      return "sent webhook message to " + user;
  }
  return {};
}

std::string success_text(const PersonalRecord& r) {
  if (r.by == NotifyBy::Sms) return "SMS to " + r.user_name + " was delivered successfully";
  if (r.by == NotifyBy::PhoneCall) return "phone call to " + r.user_name + " was successful";
  return "notification to " + r.user_name + " was delivered successfully";
}

const char* why_failed(NotificationFailure code) {
  switch (code) {
    case NotificationFailure::SmsNotSent:
      return "the SMS could not be sent";
    case NotificationFailure::SmsLimit:
      return "the SMS limit of the day is reached";
    case NotificationFailure::CallNotMade:
      return "the phone call could not be made";
    case NotificationFailure::CallLimit:
      return "the phone call limit of the day is reached";
    case NotificationFailure::NumberNotVerified:
      return "the phone number is not verified";
    case NotificationFailure::MailNotSent:
      return "the e-mail could not be sent";
    case NotificationFailure::MailLimit:
      return "the e-mail limit of the day is reached";
    case NotificationFailure::TelegramNotLinked:
      return "no Telegram account is linked";
    case NotificationFailure::LineBusy:
      return "the line was busy";
    case NotificationFailure::CallFailed:
      return "the phone call failed";
    case NotificationFailure::NoAnswer:
      return "the phone call was not answered";
    case NotificationFailure::SmsNotDelivered:
      return "the SMS was not delivered";
    case NotificationFailure::TelegramBotBlocked:
      return "the Telegram bot is blocked by the user";
    case NotificationFailure::SlackPostingDisabled:
      return "posting to Slack is disabled";
    case NotificationFailure::SlackError:
      return "Slack answered with an error";
    case NotificationFailure::SlackToken:
      return "the Slack token is not valid";
    case NotificationFailure::NotInSlack:
      return "the user is not in Slack";
    case NotificationFailure::NotInSlackChannel:
      return "the user is not in the Slack channel";
    case NotificationFailure::TelegramToken:
      return "the Telegram token is not valid";
    case NotificationFailure::SlackChannelArchived:
      return "the Slack channel is archived";
    case NotificationFailure::SlackRateLimit:
      return "the Slack rate limit is reached";
    case NotificationFailure::BackendError:
      return "the messaging backend failed";
    case NotificationFailure::Forbidden:
      return "not allowed";
    case NotificationFailure::TelegramUserDeactivated:
      return "the Telegram account is deactivated";
    case NotificationFailure::NoActiveDevice:
      return "there is no active device";
    case NotificationFailure::FormattingError:
      return "the message could not be formatted";
    case NotificationFailure::TelegramRateLimit:
      return "the Telegram rate limit is reached";
    case NotificationFailure::MattermostUserNotLinked:
      return "no Mattermost account is linked";
    case NotificationFailure::MattermostPostMissing:
      return "the alert group has no Mattermost post";
    case NotificationFailure::MattermostToken:
      return "the Mattermost token is not valid";
    case NotificationFailure::MattermostUnauthorized:
      return "Mattermost refused access";
  }
  return "";
}

std::string failure_text(const PersonalRecord& r) {
  std::string text = "failed to notify " + r.user_name;
  if (r.by && r.code != NotificationFailure::Forbidden) text += " by " + std::string(label(*r.by));
  if (r.code) text += std::string(", ") + why_failed(*r.code);
  return r.reason.empty() ? text : text + ". " + r.reason;
}

}  // namespace

std::string text_of(const PersonalRecord& r) {
  switch (r.type) {
    case PersonalRecordType::Triggered:
      return r.by ? sent_text(*r.by, r.user_name) : std::string();
    case PersonalRecordType::Finished:
      return {};
    case PersonalRecordType::Success:
      return success_text(r);
    case PersonalRecordType::Failed:
      return failure_text(r);
  }
  return {};
}

bool is_in_timeline(const PersonalRecord& r) {
  switch (r.type) {
    case PersonalRecordType::Triggered:
      return r.by.has_value();
    case PersonalRecordType::Finished:
      return false;
    case PersonalRecordType::Success:
      return r.code != NotificationFailure::SlackPostingDisabled;
    case PersonalRecordType::Failed:
      return true;
  }
  return true;
}

}  // namespace tocsin
