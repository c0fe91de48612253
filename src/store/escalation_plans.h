// What walks follow and none of them changes: route, chain and policies as they were at a start. Kept once
// for all walks that follow the same, under the digest of its text; a walk's row holds what became of it
// (store/escalations.h, docs/decisions/0084).
#pragma once

#include <string>
#include <unordered_map>

#include "domain/model/escalation.h"
#include "store/connection.h"

namespace tocsin::store {

// Keeps what `snapshot` follows; returns its id. A later look at the same database finds it.
std::string keep_plan(Connection& db, const EscalationSnapshot& snapshot);

// Plans by their ids, read once: what stands under an id never changes.
class KnownPlans {
 public:
  // As at the start of a walk. StorageError: it is gone or unreadable.
  const EscalationSnapshot& find(Connection& db, const std::string& id);

 private:
  std::unordered_map<std::string, EscalationSnapshot> known_;
};

}  // namespace tocsin::store
