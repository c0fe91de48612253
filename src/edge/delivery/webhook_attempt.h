// One attempt to call a webhook: what leaves, how what comes back is judged, and what is kept of it.
//
// Any answer ends it, error statuses too: a receiver that answered is never called again for the same event.
// A time-out is repeated after 10 s, at most three times, any other fault sooner; each attempt carries the
// same Idempotency-Key. Source: docs/spec/outgoing-webhooks.md, sections 4, 6 and 7.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "domain/escalation/webhook_outcome.h"
#include "domain/webhook/request.h"
#include "edge/delivery/job.h"
#include "store/sealing.h"

namespace tocsin::delivery {

// A node without the key leaves calls that need it to one that has it.
inline constexpr std::chrono::seconds kOtherNode{10};
inline constexpr const char* kNoKey = "this node has no secret key (--secret-key-file)";

struct WebhookSettings {
  std::string base_url;  // ours
  // OnCall gives up after 4 s without a byte and calls again; slow receivers then act twice.
  std::chrono::milliseconds total_timeout{30'000};
  std::chrono::milliseconds connect_timeout{5'000};
  std::optional<store::SecretKey> secret_key = {};
};

// What one attempt left behind. Shared between the callback and the engine.
struct Attempted {
  AlertGroupId group;
  WebhookTrigger trigger = WebhookTrigger::EscalationStep;  // what really set it off
  Webhook webhook;
  webhook::Secrets secrets;
  WebhookResponse response;
  escalation::WebhookResult result{escalation::WebhookResult::Kind::Failed, {}};
};

struct WebhookOrder {
  AlertGroupId group;
  WebhookTrigger trigger = WebhookTrigger::EscalationStep;
  Webhook webhook;
  json::Value event;
  std::optional<std::string> body = {};       // sent again as it was
  std::optional<std::string> resent_of = {};  // the attempt whose event this is
  // What is written beside the response: time line, personal record.
  std::function<void(engine::Batch&, const Attempted&, Attempt)> record;
};

// `id`: of the outbox row. Nullopt: the trigger template did not say true.
std::optional<Job> call_webhook(http::Outbound& outbound, const WebhookSettings& settings, WebhookOrder order,
                                const std::string& id, Instant now);

}  // namespace tocsin::delivery
