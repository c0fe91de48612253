// What is done to alert groups over the API: the six actions and delete (bulk_actions.h: to many at once).
//
// Source: docs/spec/api-alerting.md, sections 4.3 to 4.5; docs/spec/alert-groups.md, section 2.3.
#pragma once

#include <vector>

#include "domain/model/group_command.h"
#include "edge/api/resource.h"

namespace tocsin::api {

// The caller as the author of what the request does.
Actor actor_of(const access::Caller& caller);

Result<void> refuse_service_accounts(const access::Caller& caller, std::string_view action);
// A body that must be an object; else as the framework says it.
Result<json::Object> object_of(const json::Value& body);

// POST /alert_groups/{id}/<action>/
std::vector<Endpoint> group_action_endpoints();
// DELETE /alert_groups/{id}/
Operation delete_group_operation();

}  // namespace tocsin::api
