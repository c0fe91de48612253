#include "domain/model/notification.h"

#include "domain/model/bundled_sms_fields.h"

namespace tocsin {

// A rule is stored flat: a wait has no channel, a notification no duration.
void fields(FieldWriter& io, NotificationRule& rule) {
  io("id", rule.id);
  if (const auto* wait = std::get_if<WaitRule>(&rule.action)) {
    io("type", std::string("wait"));
    io("duration", wait->duration);
  } else {
    io("type", std::string("notify"));
    io("by", std::get<NotifyRule>(rule.action).by);
  }
}

void fields(FieldReader& io, NotificationRule& rule) {
  std::string type;
  io("id", rule.id);
  io("type", type);
  if (type == "wait") {
    io("duration", rule.action.emplace<WaitRule>().duration);
  } else if (type == "notify") {
    io("by", rule.action.emplace<NotifyRule>().by);
  } else {
    io.fail("type");
  }
}

template <class Io>
void fields(Io& io, PersonalChain& c) {
  io("group", c.group);
  io("user", c.user);
  io("importance", c.importance);
  io("cause", c.cause);
  io("reason", c.reason);
  io("generation", c.generation);
  io("running", c.running);
  io("paged_at", c.paged_at);
  io("last_rule", c.last_rule);
  io("due", c.due);
}

template <class Io>
void fields(Io& io, SmsBundle& b) {
  io("user", b.user);
  io("importance", b.importance);
  io("last_sent", b.last_sent);
  io("waiting", b.waiting);
  io("flush_at", b.flush_at);
  io("generation", b.generation);
}

std::string_view api_type(NotifyBy by) {
  switch (by) {
    case NotifyBy::Slack:
      return "notify_by_slack";
    case NotifyBy::Sms:
      return "notify_by_sms";
    case NotifyBy::PhoneCall:
      return "notify_by_phone_call";
    case NotifyBy::Telegram:
      return "notify_by_telegram";
    case NotifyBy::MobileApp:
      return "notify_by_mobile_app";
    case NotifyBy::MobileAppCritical:
      return "notify_by_mobile_app_critical";
    case NotifyBy::Email:
      return "notify_by_email";
    case NotifyBy::Mattermost:
      return "notify_by_mattermost";
    case NotifyBy::Webhook:
      return "notify_by_webhook";
  }
  return "";
}

std::optional<NotifyBy> parse_notify_by(std::string_view text) {
  for (const NotifyBy by :
       {NotifyBy::Slack, NotifyBy::Sms, NotifyBy::PhoneCall, NotifyBy::Telegram, NotifyBy::MobileApp,
        NotifyBy::MobileAppCritical, NotifyBy::Email, NotifyBy::Mattermost, NotifyBy::Webhook}) {
    if (text == api_type(by)) return by;
  }
  return std::nullopt;
}

std::string_view label(NotifyBy by) {
  switch (by) {
    case NotifyBy::Slack:
      return "Slack";
    case NotifyBy::Sms:
      return "SMS";
    case NotifyBy::PhoneCall:
      return "Phone call";
    case NotifyBy::Telegram:
      return "Telegram";
    case NotifyBy::MobileApp:
      return "Mobile push";
    case NotifyBy::MobileAppCritical:
      return "Mobile push important";
    case NotifyBy::Email:
      return "Email";
    case NotifyBy::Mattermost:
      return "Mattermost";
    case NotifyBy::Webhook:
      return "Webhook";
  }
  return "";
}

json::Value to_json(const NotificationRule& rule) {
  return write_fields(rule);
}
json::Value to_json(const PersonalChain& chain) {
  return write_fields(chain);
}
json::Value to_json(const SmsBundle& bundle) {
  return write_fields(bundle);
}
Result<NotificationRule> notification_rule_from_json(const json::Value& value) {
  return read_fields<NotificationRule>(value);
}
Result<PersonalChain> personal_chain_from_json(const json::Value& value) {
  return read_fields<PersonalChain>(value);
}
Result<SmsBundle> sms_bundle_from_json(const json::Value& value) {
  return read_fields<SmsBundle>(value);
}

}  // namespace tocsin
