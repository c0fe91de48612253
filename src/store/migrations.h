// The schema's history as data. scripts/embed_migrations.py turns migrations/NNNN_name.sql into this table.
//
// A migration's SQL means the same in both databases: BIGINT, TEXT and DOUBLE PRECISION only, no
// autoincrement, and no BEGIN or COMMIT (the runner gives each its own transaction).
#pragma once

#include <span>
#include <string_view>

#include "base/instant.h"
#include "store/database.h"

namespace tocsin::store {

struct Migration {
  int number;
  std::string_view name;
  std::string_view sql;
};

// Those built into this program, by number.
std::span<const Migration> migrations();

// migrate() of database.h with another history than the built-in one (tests).
void migrate(Database& database, Instant now, std::span<const Migration> history);

}  // namespace tocsin::store
