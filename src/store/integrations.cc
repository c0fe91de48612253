#include "store/integrations.h"

#include <map>

#include "language/json/write.h"
#include "store/json_columns.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

#define INTEGRATION_COLUMNS                                                                           \
  "id, type, token, name, description_short, team_id, author_id, templates, labels, dynamic_labels, " \
  "settings, "                                                                                        \
  "maintenance_mode, maintenance_started_at, maintenance_end_at, maintenance_by, created_at, deleted_at"

std::string settings_text(const Integration& integration) {
  return json::write(json::Value(
      json::Object{{"allow_source_based_resolving", json::Value(integration.allow_source_based_resolving)}}));
}

Integration read_integration(const Row& row) {
  Integration integration{.id = row.id<IntegrationId>(0),
                          .type = row.string(1),
                          .token = row.string(2),
                          .name = row.string(3),
                          .description_short = row.optional_string(4),
                          .team = row.optional_id<TeamId>(5),
                          .author = row.optional_id<UserId>(6),
                          .templates = parse_texts(row.text(7)),
                          .labels = parse_labels(row.text(8)),
                          .dynamic_labels = parse_labels(row.text(9)),
                          .allow_source_based_resolving = true,
                          .maintenance = std::nullopt,
                          .created_at = row.instant(15),
                          .deleted_at = row.optional_instant(16)};
  const json::Object settings = parse_object(row.text(10));
  if (const json::Value* allow = settings.find("allow_source_based_resolving")) {
    integration.allow_source_based_resolving = allow->is_bool() && allow->as_bool();
  }
  if (const auto mode = parse_maintenance_mode(row.text(11))) {
    integration.maintenance =
        Maintenance{*mode, row.instant(12), row.instant(13), row.optional_id<UserId>(14)};
  }
  return integration;
}

std::vector<Integration> read_integrations(const Rows& rows) {
  std::vector<Integration> integrations;
  integrations.reserve(rows.size());
  for (const Row row : rows) integrations.push_back(read_integration(row));
  return integrations;
}

Where where_of(const IntegrationFilter& filter) {
  Where where;
  where.add("deleted_at IS NULL AND type <> 'maintenance'");
  if (filter.name) where.add("name = ?", *filter.name);
  where.add_team("team_id", filter.team);
  return where;
}

}  // namespace

void insert_integration(Connection& db, const Integration& i) {
  db.execute("INSERT INTO integrations (" INTEGRATION_COLUMNS
             ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL, NULL, NULL, $12, NULL)",
             {i.id, i.type, i.token, i.name, i.description_short, i.team, i.author, texts_text(i.templates),
              labels_text(i.labels), labels_text(i.dynamic_labels), settings_text(i), i.created_at});
}

void update_integration(Connection& db, const Integration& i) {
  std::optional<std::string> mode;
  std::optional<Instant> started, end;
  std::optional<UserId> by;
  if (i.maintenance) {
    mode = std::string(to_text(i.maintenance->mode));
    started = i.maintenance->started_at;
    end = i.maintenance->end_at;
    by = i.maintenance->by;
  }
  db.execute(
      "UPDATE integrations SET name = $2, description_short = $3, team_id = $4, templates = $5, labels = $6, "
      "dynamic_labels = $7, settings = $8, maintenance_mode = $9, maintenance_started_at = $10, "
      "maintenance_end_at = $11, maintenance_by = $12 WHERE id = $1",
      {i.id, i.name, i.description_short, i.team, texts_text(i.templates), labels_text(i.labels),
       labels_text(i.dynamic_labels), settings_text(i), mode, started, end, by});
}

void delete_integration(Connection& db, const IntegrationId& id, Instant now) {
  db.execute("UPDATE integrations SET deleted_at = $2 WHERE id = $1", {id, now});
}

std::optional<Integration> find_integration(Connection& db, const IntegrationId& id) {
  const Rows rows =
      db.query("SELECT " INTEGRATION_COLUMNS
               " FROM integrations WHERE id = $1 AND deleted_at IS NULL AND type <> 'maintenance'",
               {id});
  if (rows.empty()) return std::nullopt;
  return read_integration(rows[0]);
}

std::optional<Integration> find_integration_of_type(Connection& db, std::string_view type,
                                                    const std::optional<TeamId>& team) {
  Where where;
  where.add("deleted_at IS NULL");
  where.add("type = ?", type);
  if (team) {
    where.add("team_id = ?", *team);
  } else {
    where.add("team_id IS NULL");
  }
  const Rows rows = db.query(
      "SELECT " INTEGRATION_COLUMNS " FROM integrations" + where.text() + " ORDER BY created_at, id LIMIT 1",
      where.params());
  if (rows.empty()) return std::nullopt;
  return read_integration(rows[0]);
}

std::vector<Integration> all_integrations(Connection& db) {
  return read_integrations(db.query("SELECT " INTEGRATION_COLUMNS
                                    " FROM integrations WHERE deleted_at IS NULL ORDER BY created_at, id"));
}

std::int64_t count_integrations_ever(Connection& db) {
  return db.query("SELECT count(*) FROM integrations")[0].integer(0);
}

bool integration_name_taken(Connection& db, std::string_view name, const std::optional<TeamId>& team,
                            const std::optional<IntegrationId>& except) {
  const Rows rows =
      db.query("SELECT id, team_id FROM integrations WHERE name = $1 AND deleted_at IS NULL", {name});
  for (const Row row : rows) {
    if (row.optional_id<TeamId>(1) == team && (!except || row.id<IntegrationId>(0) != *except)) return true;
  }
  return false;
}

std::int64_t count_integrations(Connection& db, const IntegrationFilter& filter) {
  const Where where = where_of(filter);
  return db.query("SELECT count(*) FROM integrations" + where.text(), where.params())[0].integer(0);
}

std::vector<IntegrationWithRoute> list_integrations(Connection& db, const IntegrationFilter& filter,
                                                    std::int64_t limit, std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  const std::string page = where.text() + " ORDER BY created_at, id" + limits;
  std::vector<Integration> integrations =
      read_integrations(db.query("SELECT " INTEGRATION_COLUMNS " FROM integrations" + page, where.params()));
  std::map<IntegrationId, Route> routes;
  for (Route& route : default_routes_of(db, "SELECT id FROM integrations" + page, where.params())) {
    IntegrationId id = route.integration;
    routes.emplace(std::move(id), std::move(route));
  }
  std::vector<IntegrationWithRoute> out;
  out.reserve(integrations.size());
  for (Integration& integration : integrations) {
    Route route = std::move(routes[integration.id]);
    out.push_back({std::move(integration), std::move(route)});
  }
  return out;
}

void insert_heartbeat(Connection& db, const IntegrationId& id, const HeartbeatRow& heartbeat) {
  db.execute("INSERT INTO heartbeats (integration_id, timeout_s, last_at, expired) VALUES ($1, $2, $3, $4)",
             {id, heartbeat.timeout_s, heartbeat.last_at, heartbeat.expired});
}

bool record_heartbeat(Connection& db, const IntegrationId& id, Instant now) {
  return db.execute("UPDATE heartbeats SET last_at = $2 WHERE integration_id = $1", {id, now}) > 0;
}

std::vector<EscalationChain> all_chains(Connection& db) {
  std::vector<EscalationChain> chains;
  for (const Row row :
       db.query("SELECT id, name, team_id, created_at FROM escalation_chains ORDER BY created_at, id")) {
    chains.push_back(
        {row.id<EscalationChainId>(0), row.string(1), row.optional_id<TeamId>(2), row.instant(3)});
  }
  return chains;
}

bool chain_exists(Connection& db, const EscalationChainId& id) {
  return !db.query("SELECT 1 FROM escalation_chains WHERE id = $1", {id}).empty();
}

}  // namespace tocsin::store
