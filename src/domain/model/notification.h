// Personal notification: a user's rules, the chain that runs them for one alert group, and the bundle of text
// messages.
//
// Numbers: docs/spec/channels.md, section 1. Behaviour: docs/spec/escalation.md, section 4.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "domain/model/ids.h"
#include "language/json/value.h"

namespace tocsin {

// By what a person is notified; numbers as OnCall stores them.
enum class NotifyBy {
  Slack = 0,
  Sms = 1,
  PhoneCall = 2,
  Telegram = 3,
  MobileApp = 5,
  MobileAppCritical = 6,
  Email = 8,
  Mattermost = 9,
  Webhook = 11,
};

std::string_view api_type(NotifyBy by);  // "notify_by_phone_call"
std::string_view label(NotifyBy by);     // "Phone call"
std::optional<NotifyBy> parse_notify_by(std::string_view api_type);

enum class Importance { Default, Important };

// A user as far as the rules must know him.
struct Person {
  UserId id;
  std::string username;
  bool may_be_notified = true;  // role editor or above
  friend bool operator==(const Person&, const Person&) = default;
};

struct WaitRule {
  std::optional<std::chrono::seconds> duration;  // nullopt counts as none
  friend bool operator==(const WaitRule&, const WaitRule&) = default;
};
struct NotifyRule {
  NotifyBy by = NotifyBy::Email;
  friend bool operator==(const NotifyRule&, const NotifyRule&) = default;
};

struct NotificationRule {
  NotificationRuleId id;
  std::variant<WaitRule, NotifyRule> action;
  friend bool operator==(const NotificationRule&, const NotificationRule&) = default;
};

// Why a chain runs decides what stops it and whether Slack is mentioned
// (docs/spec/escalation.md, sections 4.3 and 4.5).
enum class ChainCause { EscalationStep, SlackWideStep, DirectPaging, Invitation };

// One user's chain for one group. At most one runs; a newer one replaces it.
struct PersonalChain {
  AlertGroupId group;
  UserId user;
  Importance importance = Importance::Default;
  ChainCause cause = ChainCause::EscalationStep;
  std::string reason;  // goes into the first record
  std::uint64_t generation = 0;
  bool running = false;
  Instant paged_at;                             // when this chain was started
  std::optional<NotificationRuleId> last_rule;  // the rule carried out last
  std::optional<Instant> due;
  friend bool operator==(const PersonalChain&, const PersonalChain&) = default;
};

// Text messages to one user that wait to leave as one (docs/spec/escalation.md, section 4.4).
struct BundledSms {
  AlertGroupId group;
  std::optional<NotificationRuleId> rule;
  ChainCause cause = ChainCause::EscalationStep;
  Instant paged_at;
  std::string reason;
  friend bool operator==(const BundledSms&, const BundledSms&) = default;
};
struct SmsBundle {
  UserId user;
  Importance importance = Importance::Default;
  std::optional<Instant> last_sent;
  std::vector<BundledSms> waiting;
  std::optional<Instant> flush_at;
  std::uint64_t generation = 0;
  friend bool operator==(const SmsBundle&, const SmsBundle&) = default;
};

json::Value to_json(const NotificationRule& rule);
json::Value to_json(const PersonalChain& chain);
json::Value to_json(const SmsBundle& bundle);
Result<NotificationRule> notification_rule_from_json(const json::Value& value);
Result<PersonalChain> personal_chain_from_json(const json::Value& value);
Result<SmsBundle> sms_bundle_from_json(const json::Value& value);

}  // namespace tocsin
