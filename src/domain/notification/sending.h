// The last look before a page leaves, and what is recorded when it has.
//
// Time passes between the decision to page and the moment the outbox row is taken up; the state is asked
// again then, so that nobody is paged for a group that was answered (DESIGN.md, promise 3). OnCall asks only
// whether it is resolved. Source: docs/spec/channels.md, sections 1.2 and 1.5; docs/spec/escalation.md,
// section 4.5.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "base/instant.h"
#include "domain/model/alert_group.h"
#include "domain/model/effect.h"
#include "domain/model/log_record.h"

namespace tocsin::notification {

inline constexpr int kPhoneLimit = 200;  // calls and text messages together, per user and UTC day
inline constexpr int kEmailLimit = 200;

struct SendFacts {
  std::optional<AlertGroup> group;  // nullopt: deleted
  std::optional<Person> user;       // nullopt: deleted
  bool rule_exists = true;          // the rule that asked for it; true for the fallback
  bool backend_available = true;    // the provider is known and switched on
  bool phone_verified = true;
  int phone_today = 0;
  int phone_limit = kPhoneLimit;
  int emails_today = 0;
  int email_limit = kEmailLimit;
};

// nullopt: send it. Else the failed record to store instead.
[[nodiscard]] std::optional<PersonalRecord> check_before_sending(const effect::Notify& notify,
                                                                 const SendFacts& facts, Instant now);

// One message of a bundle, to be checked like any other.
[[nodiscard]] effect::Notify notify_of(const effect::NotifyBundle& bundle, const BundledSms& sms);

struct Delivered {};
struct NotDelivered {
  std::optional<NotificationFailure> code;
  std::string reason;
};
using DeliveryOutcome = std::variant<Delivered, NotDelivered>;
[[nodiscard]] PersonalRecord outcome_record(const effect::Notify& notify, const std::string& username,
                                            const DeliveryOutcome& outcome, Instant now);

// Obstacles that pass by themselves: waited for, for an hour.
enum class Obstacle { SlackPostMissing, TelegramRateLimit };
inline constexpr std::chrono::seconds kGiveUpAfter{3600};
struct TryAgain {
  Instant at;
};
using Retry = std::variant<TryAgain, NotDelivered>;
// `told`: the pause that the provider asked for.
[[nodiscard]] Retry retry_or_give_up(Obstacle obstacle, Instant first_attempt,
                                     std::optional<std::chrono::seconds> told, Instant now);

}  // namespace tocsin::notification
