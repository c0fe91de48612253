// The secrets in a database and the one key that they are sealed with.
//
// The database remembers by which key it is sealed, so that another key is found out at the start and not
// when a webhook is due. Errors: StorageError with a message an operator can act on.
// Source: docs/decisions/0060-secrets-are-sealed.md.
#pragma once

#include <optional>
#include <string>

#include "domain/model/ids.h"
#include "store/database.h"
#include "store/sealing.h"

namespace tocsin::store {

// The id of the key that the database is sealed with; nullopt: it has never met one.
std::optional<std::string> secret_key_id(Database& database);

// Throws when the database is sealed with another key; else takes this one as its own and seals whatever an
// older version has left in plain text. To be called at each start, after migrate().
void adopt_secret_key(Database& database, const SecretKey& key, IdSource& ids, Instant now);

// For an operator who has lost the key: what was sealed with it is gone for good, the next start may bring a
// new one. Answers how many secrets went.
std::int64_t forget_secrets(Connection& db);

// The places that secrets belong to (sealing.h).
std::string password_place(const WebhookId& webhook);
std::string authorization_place(const WebhookId& webhook);

}  // namespace tocsin::store
