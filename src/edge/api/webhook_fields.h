// A webhook between its API form and domain/model/webhook.h, in both spellings
// (docs/spec/api-alerting.md, sections 8.1 to 8.3 and 8a).
#pragma once

#include <span>
#include <string_view>

#include "domain/model/webhook.h"
#include "edge/api/call.h"
#include "edge/api/field.h"
#include "language/json/value.h"

namespace tocsin::api {

enum class Spelling { Webhooks, Actions };

std::span<const Field> webhook_fields(Spelling spelling);

// Secrets as asterisks, whatever the webhook holds.
json::Value write_webhook(const Webhook& webhook, Spelling spelling);

// Takes over what the body says. `webhook` as stored; on create fresh, with its id.
Result<void> read_webhook(const Call& call, Spelling spelling, Method method, Webhook& webhook,
                          engine::Batch& batch);

}  // namespace tocsin::api
