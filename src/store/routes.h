// Routes of integrations in the database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/model/integration.h"
#include "store/connection.h"
#include "store/positions.h"

namespace tocsin::store {

void insert_route(Connection& db, const Route& route);
void update_route(Connection& db, const Route& route);
std::optional<Route> find_default_route(Connection& db, const IntegrationId& integration);
// Of live integrations, in no particular order.
std::vector<Route> all_routes(Connection& db);
std::vector<Route> routes_of(Connection& db, const IntegrationId& integration);

// The default routes of the integrations that a SELECT of ids names.
std::vector<Route> default_routes_of(Connection& db, const std::string& integrations, Params params);

// Of a live integration.
std::optional<Route> find_route(Connection& db, const RouteId& id);
// The row goes; alert groups that came over it run on without a route.
void delete_route(Connection& db, const RouteId& id);

struct RouteFilter {
  std::optional<std::string> integration;
  std::optional<std::string> expression;  // exactly as stored
};
std::int64_t count_routes(Connection& db, const RouteFilter& filter);
// By integration (oldest first), the default one last, then by position.
std::vector<Route> list_routes(Connection& db, const RouteFilter& filter, std::int64_t limit,
                               std::int64_t offset);

// The ordering group of a route: the integration's other non-default ones; the default one is alone in its
// own.
std::vector<Slot> route_slots(Connection& db, const IntegrationId& integration, bool is_default);
void move_routes(Connection& db, const std::vector<Slot>& moved);

}  // namespace tocsin::store
