#include "engine/maintenance.h"

#include "engine/groups.h"
#include "engine/internal_integration.h"
#include "store/alert_groups.h"
#include "store/integrations.h"

namespace tocsin::engine {
namespace {

// "Maintenance of Grafana for 3600"
std::string title_of(const Integration& integration) {
  const auto length = std::chrono::duration_cast<std::chrono::seconds>(integration.maintenance->end_at -
                                                                       integration.maintenance->started_at);
  return "Maintenance of " + integration.name + " for " + std::to_string(length.count());
}

void open_group_for(Batch& batch, const Integration& integration, const Actor& actor) {
  const std::string message = actor.username.empty()
                                  ? std::string("The maintenance was started.")
                                  : "The maintenance was started by " + actor.username + ".";
  auto home =
      internal_integration(batch, {.type = "maintenance", .name = "Maintenance", .team = integration.team});
  const AlertGroupId id = raise_alert(
      batch, std::move(home),
      json::Object{{"title", json::Value(title_of(integration))}, {"message", json::Value(message)}});
  batch.db.flush();
  const auto opened = store::lock_group(batch.db, id);
  AlertGroup group = *opened;
  group.maintenance = true;
  store::update_group(batch.db, *opened, group);
  batch.db.execute_later(
      "INSERT INTO maintenance_groups (integration_id, group_id) VALUES ($1, $2) "
      "ON CONFLICT (integration_id) DO UPDATE SET group_id = excluded.group_id",
      {integration.id, id});
}

void resolve_group(Batch& batch, const AlertGroupId& group, const Actor& actor) {
  Actor end = actor;
  end.by = AnsweredBy::MaintenanceEnd;
  end.reason = "Resolved by stop maintenance";
  batch.db.execute_later("DELETE FROM maintenance_groups WHERE group_id = $1", {group});
  std::ignore = apply_to_group(batch, group, command::Resolve{}, end);  // it may have been deleted
}

std::optional<AlertGroupId> group_of(Batch& batch, const IntegrationId& integration) {
  const store::Rows rows =
      batch.db.query("SELECT group_id FROM maintenance_groups WHERE integration_id = $1", {integration});
  if (rows.empty()) return std::nullopt;
  return rows[0].id<AlertGroupId>(0);
}

}  // namespace

void begin_maintenance(Batch& batch, Integration& integration, const Maintenance& maintenance,
                       const Actor& actor) {
  integration.maintenance = maintenance;
  store::update_integration(batch.db, integration);
  batch.configuration_changed();
  if (maintenance.mode == MaintenanceMode::Maintenance) open_group_for(batch, integration, actor);
}

void end_maintenance(Batch& batch, Integration& integration, const Actor& actor) {
  if (!integration.maintenance) return;
  integration.maintenance.reset();
  store::update_integration(batch.db, integration);
  batch.configuration_changed();
  if (const auto group = group_of(batch, integration.id)) resolve_group(batch, *group, actor);
}

void end_maintenance_of(Batch& batch, const AlertGroupId& group, const Actor& actor) {
  const store::Rows rows =
      batch.db.query("SELECT integration_id FROM maintenance_groups WHERE group_id = $1", {group});
  if (!rows.empty()) {
    if (auto integration = store::find_integration(batch.db, rows[0].id<IntegrationId>(0)))
      return end_maintenance(batch, *integration, actor);
  }
  resolve_group(batch, group, actor);  // the integration is gone; what it left behind is ended all the same
}

std::optional<AlertGroup> maintenance_group(Batch& batch, const IntegrationId& integration) {
  const auto id = group_of(batch, integration);
  return id ? store::find_group(batch.db, *id) : std::nullopt;
}

std::optional<Instant> next_maintenance_end(const Configuration& configuration) {
  std::optional<Instant> next;
  for (const auto& [id, configured] : configuration.by_id) {
    const auto& maintenance = configured->integration.maintenance;
    if (maintenance && (!next || maintenance->end_at < *next)) next = maintenance->end_at;
  }
  return next;
}

void end_maintenance_by_time(Batch& batch, const IntegrationId& id) {
  auto integration = store::find_integration(batch.db, id);
  if (!integration || !integration->maintenance || batch.now() < integration->maintenance->end_at) return;
  end_maintenance(batch, *integration, Actor{.by = AnsweredBy::MaintenanceEnd});
  batch.log.info("maintenance ended", {{"integration", id.str()}});
}

}  // namespace tocsin::engine
