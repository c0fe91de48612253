// Retention: old resolved groups go, with their alerts and records, and old calls of webhooks; a few at a
// time so that ingestion never waits for it.
#pragma once

#include <chrono>

#include "engine/batch.h"

namespace tocsin::engine {

// How long things are kept; nullopt: for ever.
struct Retention {
  std::optional<std::chrono::seconds> groups;
  std::optional<std::chrono::seconds> webhook_responses;
};

inline constexpr std::int64_t kResponsesStep = 500;  // their bodies are large
inline constexpr std::int64_t kRetentionStep = 100;  // groups in one transaction

// Deletes at most kRetentionStep resolved groups that were opened before `before`. Answers how many; fewer
// than the step means that nothing is left for now.
std::int64_t delete_old_groups(Batch& batch, Instant before);

// One step of everything.
void delete_old(Batch& batch, const Retention& keep);

}  // namespace tocsin::engine
