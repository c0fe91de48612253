// The file with the key that secrets in the database are sealed with.
//
// Given by --secret-key-file; else beside a SQLite database ("tocsin.db.key"), or ./data/secret.key for
// PostgreSQL. A file that is not there is made at the first start, readable by its owner only; never when the
// database is sealed already, because a new key could open nothing. A further PostgreSQL node that was given
// no file starts without a key: paging is worth more than the secrets of webhooks.
// Source: docs/decisions/0060-secrets-are-sealed.md.
#pragma once

#include <optional>
#include <string>

#include "base/log.h"
#include "store/database.h"
#include "store/sealing.h"

namespace tocsin::app {

struct KeyFile {
  std::string path;  // empty: a database in memory, whose key dies with it
  bool given = false;
};
KeyFile key_file_of(const std::string& option, const std::string& database_address);

// Nullopt: this node does without. Errors: a sentence for the operator.
Result<std::optional<store::SecretKey>> load_secret_key(const KeyFile& file, store::Database& database,
                                                        IdSource& ids, Log& log);

}  // namespace tocsin::app
