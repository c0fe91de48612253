// The webhook that stands for `notify_by_webhook`, one a person, and what its owner wants to be told with it.
//
// The context is sealed: it may hold keys of the owner's own services.
// Source: docs/spec/outgoing-webhooks.md, section 8.
#pragma once

#include <optional>
#include <string>

#include "domain/model/ids.h"
#include "domain/model/sealed.h"
#include "language/json/value.h"
#include "store/connection.h"
#include "store/sealing.h"

namespace tocsin::store {

struct PersonalWebhook {
  UserId user;
  WebhookId webhook;
  std::optional<SealedText> context;  // of a JSON object
};

std::optional<PersonalWebhook> find_personal_webhook(Connection& db, const UserId& user);
void save_personal_webhook(Connection& db, const PersonalWebhook& personal, Instant now);
bool delete_personal_webhook(Connection& db, const UserId& user);

SealedText seal_context(const SecretKey& key, IdSource& ids, const UserId& user, const json::Object& context);
// Empty when there is none. Errors: no key, or not this one.
Result<json::Object> open_context(const PersonalWebhook& personal, const std::optional<SecretKey>& key);

}  // namespace tocsin::store
