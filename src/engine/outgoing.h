// From an effect that goes to other people's servers to its row in the outbox: which lane it takes, what it
// replaces, when it leaves.
//
// Lanes are destinations, so that a slow or refusing one delays nobody else: "email", "push", "phone",
// "slack:C123" (one per Slack channel), "webhook:WH1" (one per webhook; "webhook:personal:U1" for pages).
// Everything that brings the posts of a group up to date waits under one coalesce key: a storm of alerts is
// one edit, not a queue of edits.
#pragma once

#include "domain/model/outgoing.h"
#include "engine/batch.h"

namespace tocsin::engine {

// Further alerts of a group edit its posts at most this often, and wait that long for more of them
// (docs/spec/channels.md, section 2.4); the first alert and changes of state do not wait.
inline constexpr std::chrono::seconds kChatDebounce{45}, kChatGather{10};

// Answers the idempotency key that the receiver will see.
std::string resend_webhook(Batch& batch, const ResendWebhook& resend);

// In the batch's transaction. Chat effects of a group whose route has no chat channel leave no row.
void put_in_outbox(Batch& batch, const Outgoing& outgoing);
// The same, but to leave no earlier than `due`.
void put_in_outbox(Batch& batch, const Outgoing& outgoing, Instant due);

}  // namespace tocsin::engine
