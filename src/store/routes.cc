#include "store/routes.h"

#include "language/json/write.h"
#include "store/json_columns.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

#define ROUTE_COLUMNS                                                                             \
  "r.id, r.integration_id, r.is_default, r.position, r.routing_type, r.routing_regex, r.labels, " \
  "r.escalation_chain_id, r.slack_enabled, r.slack_channel_id, r.backends, r.created_at"

std::string backends_text(const Route& route) {
  json::Object backends;
  for (const auto& [name, backend] : route.backends) {
    json::Object object;
    object.set("id", backend.id ? json::Value(*backend.id) : json::Value());
    object.set("enabled", backend.enabled);
    backends.set(name, std::move(object));
  }
  return json::write(json::Value(std::move(backends)));
}

Route read_route(const Row& row) {
  Route route{.id = row.id<RouteId>(0),
              .integration = row.id<IntegrationId>(1),
              .is_default = row.boolean(2),
              .position = row.integer(3),
              .type = parse_routing_type(row.text(4)).value_or(RoutingType::Regex),
              .expression = row.optional_string(5),
              .labels = parse_labels(row.text(6)),
              .chain = row.optional_id<EscalationChainId>(7),
              .slack_enabled = row.boolean(8),
              .slack_channel_id = row.optional_string(9),
              .backends = {},
              .created_at = row.instant(11)};
  for (const auto& [name, value] : parse_object(row.text(10))) {
    const json::Value* id = value.find("id");
    const json::Value* enabled = value.find("enabled");
    route.backends[name] = {id != nullptr && id->is_string() ? std::optional(id->as_string()) : std::nullopt,
                            enabled != nullptr && enabled->is_bool() && enabled->as_bool()};
  }
  return route;
}

std::vector<Route> read_routes(const Rows& rows) {
  std::vector<Route> routes;
  routes.reserve(rows.size());
  for (const Row row : rows) routes.push_back(read_route(row));
  return routes;
}

#define LIVE_ROUTES " FROM routes r JOIN integrations i ON i.id = r.integration_id"

Where where_of(const RouteFilter& filter) {
  Where where;
  where.add("i.deleted_at IS NULL AND i.type <> 'maintenance'");
  if (filter.integration) where.add("r.integration_id = ?", *filter.integration);
  if (filter.expression) where.add("r.routing_regex = ?", *filter.expression);
  return where;
}

}  // namespace

void insert_route(Connection& db, const Route& r) {
  db.execute(
      "INSERT INTO routes (id, integration_id, is_default, position, routing_type, routing_regex, labels, "
      "escalation_chain_id, slack_enabled, slack_channel_id, backends, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {r.id, r.integration, r.is_default, r.position, to_text(r.type), r.expression, labels_text(r.labels),
       r.chain, r.slack_enabled, r.slack_channel_id, backends_text(r), r.created_at});
}

void update_route(Connection& db, const Route& r) {
  db.execute(
      "UPDATE routes SET position = $2, routing_type = $3, routing_regex = $4, labels = $5, "
      "escalation_chain_id = $6, "
      "slack_enabled = $7, slack_channel_id = $8, backends = $9 WHERE id = $1",
      {r.id, r.position, to_text(r.type), r.expression, labels_text(r.labels), r.chain, r.slack_enabled,
       r.slack_channel_id, backends_text(r)});
}

std::optional<Route> find_default_route(Connection& db, const IntegrationId& integration) {
  const Rows rows =
      db.query("SELECT " ROUTE_COLUMNS " FROM routes r WHERE r.integration_id = $1 AND r.is_default = 1",
               {integration});
  if (rows.empty()) return std::nullopt;
  return read_route(rows[0]);
}

std::vector<Route> all_routes(Connection& db) {
  return read_routes(
      db.query("SELECT " ROUTE_COLUMNS
               " FROM routes r JOIN integrations i ON i.id = r.integration_id WHERE i.deleted_at IS NULL"));
}

std::vector<Route> routes_of(Connection& db, const IntegrationId& integration) {
  return read_routes(
      db.query("SELECT " ROUTE_COLUMNS " FROM routes r WHERE r.integration_id = $1", {integration}));
}

std::vector<Route> default_routes_of(Connection& db, const std::string& integrations, Params params) {
  return read_routes(db.query("SELECT " ROUTE_COLUMNS
                              " FROM routes r WHERE r.is_default = 1 AND r.integration_id IN (" +
                                  integrations + ")",
                              params));
}

std::optional<Route> find_route(Connection& db, const RouteId& id) {
  const Rows rows = db.query("SELECT " ROUTE_COLUMNS LIVE_ROUTES
                             " WHERE r.id = $1 AND i.deleted_at IS NULL AND i.type <> 'maintenance'",
                             {id});
  if (rows.empty()) return std::nullopt;
  return read_route(rows[0]);
}

void delete_route(Connection& db, const RouteId& id) {
  db.execute("UPDATE alert_groups SET route_id = NULL WHERE route_id = $1", {id});
  // Their counts go over to "no route"; more than one deleted route may share those rows.
  for (const Row row :
       db.query("SELECT integration_id, state, groups FROM alert_group_counts WHERE route_id = $1", {id})) {
    db.execute(
        "INSERT INTO alert_group_counts (integration_id, route_id, state, groups) VALUES ($1, '', $2, $3) "
        "ON CONFLICT (integration_id, route_id, state) DO UPDATE SET groups = alert_group_counts.groups + "
        "excluded.groups",
        {row.text(0), row.integer(1), row.integer(2)});
  }
  db.execute("DELETE FROM alert_group_counts WHERE route_id = $1", {id});
  db.execute("DELETE FROM routes WHERE id = $1", {id});
}

std::int64_t count_routes(Connection& db, const RouteFilter& filter) {
  const Where where = where_of(filter);
  return db.query("SELECT count(*)" LIVE_ROUTES + where.text(), where.params())[0].integer(0);
}

std::vector<Route> list_routes(Connection& db, const RouteFilter& filter, std::int64_t limit,
                               std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  return read_routes(db.query("SELECT " ROUTE_COLUMNS LIVE_ROUTES + where.text() +
                                  " ORDER BY i.created_at, i.id, r.is_default, r.position" + limits,
                              where.params()));
}

std::vector<Slot> route_slots(Connection& db, const IntegrationId& integration, bool is_default) {
  std::vector<Slot> slots;
  for (const Row row :
       db.query("SELECT id, position FROM routes WHERE integration_id = $1 AND is_default = $2 "
                "ORDER BY position",
                {integration, is_default})) {
    slots.push_back({row.string(0), row.integer(1)});
  }
  return slots;
}

void move_routes(Connection& db, const std::vector<Slot>& moved) {
  // Out of the way first: the unique index looks at each row as it is written.
  std::int64_t aside = 0;
  for (const Slot& slot : moved)
    db.execute("UPDATE routes SET position = $2 WHERE id = $1", {slot.id, --aside});
  for (const Slot& slot : moved)
    db.execute("UPDATE routes SET position = $2 WHERE id = $1", {slot.id, slot.position});
}

}  // namespace tocsin::store
