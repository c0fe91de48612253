// What is done to alert groups over the API: the six actions, delete, and the same to many at once.
//
// Source: docs/spec/api-alerting.md, sections 4.3 to 4.5; docs/spec/alert-groups.md, section 2.3. Bulk is
// ours.
#pragma once

#include <vector>

#include "domain/model/group_command.h"
#include "edge/api/resource.h"

namespace tocsin::api {

// The caller as the author of what the request does.
Actor actor_of(const access::Caller& caller);

// POST /alert_groups/{id}/<action>/ and /alert_groups/bulk/.
std::vector<Endpoint> group_action_endpoints();
// DELETE /alert_groups/{id}/
Operation delete_group_operation();

}  // namespace tocsin::api
