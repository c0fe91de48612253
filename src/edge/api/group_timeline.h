// GET /alert_groups/{id}/timeline/: why the group was opened, why each alert joined it, and everything that
// happened since, in one answer (ours; docs/spec/alert-groups.md, section 10).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Endpoint group_timeline_endpoint();
// What it answers about an alert group that exists.
json::Value write_timeline(store::Connection& db, const AlertGroupId& group, Instant now);

}  // namespace tocsin::api
