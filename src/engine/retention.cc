#include "engine/retention.h"

#include "domain/grouping/transition.h"
#include "engine/groups.h"
#include "store/alert_groups.h"
#include "store/webhooks.h"

namespace tocsin::engine {

std::int64_t delete_old_groups(Batch& batch, Instant before) {
  const store::Rows rows = batch.db.query(
      "SELECT id, integration_id, route_id FROM alert_groups WHERE state = 3 AND created_at < $1 "
      "ORDER BY created_at LIMIT $2",
      {before, kRetentionStep});
  for (const store::Row row : rows) {
    const auto id = row.id<AlertGroupId>(0);
    for (const AlertGroupId& dependent : dependents_of(batch, id))
      free_dependent(batch, dependent, {.reason = std::string(grouping::kRootDeleted)});
    store::delete_group(batch.db, id);
    store::count_groups(batch.db, row.id<IntegrationId>(1), row.optional_id<RouteId>(2), GroupState::Resolved,
                        -1);
  }
  return static_cast<std::int64_t>(rows.size());
}

void delete_old(Batch& batch, const Retention& keep) {
  if (keep.groups) delete_old_groups(batch, batch.now() - *keep.groups);
  if (keep.webhook_responses)
    store::delete_webhook_responses_before(batch.db, batch.now() - *keep.webhook_responses, kResponsesStep);
}

}  // namespace tocsin::engine
