// Retention: old resolved groups go, with their alerts and records, a few at a time so that ingestion never
// waits for it.
#pragma once

#include "engine/batch.h"

namespace tocsin::engine {

inline constexpr std::int64_t kRetentionStep = 100;  // groups in one transaction

// Deletes at most kRetentionStep resolved groups that were opened before `before`. Answers how many; fewer
// than the step means that nothing is left for now.
std::int64_t delete_old_groups(Batch& batch, Instant before);

}  // namespace tocsin::engine
