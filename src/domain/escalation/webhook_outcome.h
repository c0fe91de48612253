// What becomes of a webhook that an escalation step has triggered: its record, and whether it is tried again.
//
// The walk does not wait for it (docs/spec/escalation.md, section 3.9; docs/spec/outgoing-webhooks.md,
// section 7).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/instant.h"
#include "domain/model/effect.h"
#include "domain/model/log_record.h"

namespace tocsin::escalation {

inline constexpr std::chrono::seconds kWebhookRetryDelay{10};
inline constexpr int kWebhookRetries = 3;

struct WebhookResult {
  enum class Kind { Answered, TimedOut, Failed } kind = Kind::Answered;
  std::string text;  // status code when answered, else what went wrong
};

struct WebhookOutcome {
  GroupRecord record;
  std::optional<Instant> retry_at;  // only after a time-out
};

// `attempt` counts from 1; `now` is when the attempt ended.
[[nodiscard]] WebhookOutcome webhook_outcome(const effect::TriggerWebhook& sent,
                                             const std::string& webhook_name, const WebhookResult& result,
                                             int attempt, Instant now);

}  // namespace tocsin::escalation
