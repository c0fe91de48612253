// A user's personal chain for one group: his rules one after another until they end or somebody answers.
//
// Pure. The first rule runs when the chain starts, each further one at a tick. Delivery is a separate matter:
// a rule that notifies leaves an effect::Notify, and whether that arrives neither delays nor stops the chain.
// Rules are read anew at every tick, so a change shows at once; the flag `important` is kept for the whole
// chain. Source: docs/spec/escalation.md, sections 4 to 4.3.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/instant.h"
#include "domain/model/alert_group.h"
#include "domain/model/effect.h"
#include "domain/model/notification.h"

namespace tocsin::notification {

inline constexpr std::chrono::seconds kNextRuleDelay{5};

struct ChainFacts {
  std::optional<Person> user;           // nullopt: deleted
  std::vector<NotificationRule> rules;  // of that user and importance, by position
  bool slack_posting = true;            // the route posts to Slack
  bool bundle_sms = true;               // FEATURE_NOTIFICATION_BUNDLE_ENABLED
  std::optional<SmsBundle> bundle;      // what is stored for (user, importance); used only by an SMS rule
};

struct ChainChanged {
  PersonalChain chain;
  std::optional<SmsBundle> bundle;  // set: store it
  Effects effects;
};

// Starts a chain in place of whatever runs for this user and group; its pending tick becomes stale.
// `previous`: the stored chain, or a fresh one with only group and user set.
[[nodiscard]] ChainChanged start(PersonalChain previous, const effect::StartPersonalChain& request,
                                 const AlertGroup& group, const ChainFacts& facts, Instant now);

// TimerKind::PersonalTick
[[nodiscard]] ChainChanged tick(PersonalChain chain, const AlertGroup& group, std::uint64_t generation,
                                const ChainFacts& facts, Instant now);

// Un-paged: nothing that was set before will do anything.
[[nodiscard]] PersonalChain stop(PersonalChain chain);

}  // namespace tocsin::notification
