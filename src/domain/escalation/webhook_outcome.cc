#include "domain/escalation/webhook_outcome.h"

namespace tocsin::escalation {

WebhookOutcome webhook_outcome(const effect::TriggerWebhook& sent, const std::string& webhook_name,
                               const WebhookResult& result, int attempt, Instant now) {
  // Any HTTP answer counts as triggered, an error status too; it is the reason that tells.
  const bool answered = result.kind == WebhookResult::Kind::Answered;
  WebhookOutcome out{
      .record = {.group = sent.group,
                 .type = answered ? GroupRecordType::WebhookTriggered : GroupRecordType::EscalationFailed,
                 .at = now,
                 .reason = result.text,
                 .policy = sent.policy,
                 .step = StepCode::TriggerWebhook,
                 .subject = webhook_name,
                 .trigger = "escalation"},
      .retry_at = std::nullopt};
  if (!answered) out.record.failure = EscalationFailure::WebhookFailed;
  if (result.kind == WebhookResult::Kind::TimedOut && attempt <= kWebhookRetries)
    out.retry_at = now + kWebhookRetryDelay;
  return out;
}

}  // namespace tocsin::escalation
