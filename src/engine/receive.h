// Alerts into groups, inside the batch's transaction: find or open each alert's group, store the alert, carry
// out its signals.
//
// Source: docs/spec/alert-groups.md, sections 1 and 4.
#pragma once

#include <vector>

#include "engine/batch.h"
#include "engine/prepared_alert.h"

namespace tocsin::engine {

struct Received {
  std::size_t joined = 0;
  std::size_t opened = 0;
  std::vector<AlertGroupId> groups;  // of each alert, in the order given
};

// In the order given, which is the order of acceptance. Throws StorageError; then nothing of the batch is
// written.
Received receive_alerts(Batch& batch, const std::vector<PreparedAlert*>& alerts);

}  // namespace tocsin::engine
