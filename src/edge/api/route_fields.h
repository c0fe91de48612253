// What routes and an integration's default_route share: where the groups of a route go
// (docs/spec/api-alerting.md, sections 1.4 and 2).
#pragma once

#include "base/result.h"
#include "domain/model/integration.h"
#include "edge/api/field.h"
#include "language/json/object_text.h"
#include "language/json/value.h"
#include "store/connection.h"

namespace tocsin::api {

// The messaging backends of a route, in the order of answers.
inline constexpr std::string_view kRouteBackends[] = {"telegram", "mobile_app", "mobile_app_critical",
                                                      "email",    "msteams",    "webhook"};

// A route as created: Slack on, everything else off.
Route new_route(RouteId id, IntegrationId integration, bool is_default, Instant now);

// Adds "slack" and the backends to an answer.
void write_destinations(const Route& route, json::ObjectText& out);

// Takes over escalation_chain_id, slack and the backends from an object; what is absent stays. Faults go to
// `fields` under `prefix` + name. Errors: those that hide field errors (no Slack workspace).
Result<void> read_destinations(const json::Object& body, Route& route, Fields& fields, store::Connection& db);

}  // namespace tocsin::api
