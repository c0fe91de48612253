// Integrations in the database; their routes: routes.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model/integration.h"
#include "store/connection.h"
#include "store/routes.h"

namespace tocsin::store {

void insert_integration(Connection& db, const Integration& integration);
void update_integration(Connection& db, const Integration& integration);
// Soft: its link stops, its groups and alerts stay (docs/spec/api-alerting.md, section 1.5).
void delete_integration(Connection& db, const IntegrationId& id, Instant now);
// Live ones only.
std::optional<Integration> find_integration(Connection& db, const IntegrationId& id);
// The live integration of a type in a team (nullopt: in no team); the oldest if there are several.
std::optional<Integration> find_integration_of_type(Connection& db, std::string_view type,
                                                    const std::optional<TeamId>& team);
std::vector<Integration> all_integrations(Connection& db);
// How many the organisation ever had, deleted ones included.
std::int64_t count_integrations_ever(Connection& db);
// Names of live integrations of that team (nullopt: of no team).
bool integration_name_taken(Connection& db, std::string_view name, const std::optional<TeamId>& team,
                            const std::optional<IntegrationId>& except);

struct IntegrationFilter {
  std::optional<std::string> name;
  std::optional<std::string> team;  // id; "null": no team
};
std::int64_t count_integrations(Connection& db, const IntegrationFilter& filter);
struct IntegrationWithRoute {
  Integration integration;
  Route default_route;
};
// Oldest first, each with its default route.
std::vector<IntegrationWithRoute> list_integrations(Connection& db, const IntegrationFilter& filter,
                                                    std::int64_t limit, std::int64_t offset);

struct HeartbeatRow {
  std::int64_t timeout_s = 600;
  std::optional<Instant> last_at;
  bool expired = false;
};
void insert_heartbeat(Connection& db, const IntegrationId& id, const HeartbeatRow& heartbeat);
// False when the integration has no heartbeat.
bool record_heartbeat(Connection& db, const IntegrationId& id, Instant now);

std::vector<EscalationChain> all_chains(Connection& db);
bool chain_exists(Connection& db, const EscalationChainId& id);

}  // namespace tocsin::store
