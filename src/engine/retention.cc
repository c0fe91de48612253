#include "engine/retention.h"

#include "store/alert_groups.h"

namespace tocsin::engine {

std::int64_t delete_old_groups(Batch& batch, Instant before) {
  const store::Rows rows = batch.db.query(
      "SELECT id, integration_id, route_id FROM alert_groups WHERE state = 3 AND created_at < $1 "
      "ORDER BY created_at LIMIT $2",
      {before, kRetentionStep});
  for (const store::Row row : rows) {
    store::delete_group(batch.db, row.id<AlertGroupId>(0));
    store::count_groups(batch.db, row.id<IntegrationId>(1), row.optional_id<RouteId>(2), GroupState::Resolved,
                        -1);
  }
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace tocsin::engine
