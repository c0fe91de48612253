#include "engine/internal_integration.h"

#include "base/check.h"
#include "engine/receive.h"
#include "language/json/write.h"
#include "store/integrations.h"

namespace tocsin::engine {
namespace {

constexpr std::size_t kLinkTokenLength = 25;

std::optional<Integration> find_one(Batch& batch, const InternalIntegration& wanted) {
  const store::Rows rows = batch.db.query(
      "SELECT id FROM integrations WHERE type = $1 AND name = $2 AND deleted_at IS NULL "
      "AND COALESCE(team_id, '') = $3 ORDER BY created_at LIMIT 1",
      {wanted.type, wanted.name, wanted.team ? wanted.team->str() : std::string()});
  if (rows.empty()) return std::nullopt;
  return store::find_integration(batch.db, rows[0].id<IntegrationId>(0));
}

Integration make_one(Batch& batch, const InternalIntegration& wanted) {
  Integration integration;
  integration.id = IntegrationId(batch.ids.public_id("C"));
  integration.type = wanted.type;
  integration.token = batch.ids.link_token(kLinkTokenLength);
  integration.name = wanted.name;
  integration.team = wanted.team;
  integration.templates = wanted.templates;
  integration.created_at = batch.next_instant();
  Route route;
  route.id = RouteId(batch.ids.public_id("R"));
  route.integration = integration.id;
  route.is_default = true;
  route.created_at = integration.created_at;
  store::insert_integration(batch.db, integration);
  store::insert_route(batch.db, route);
  batch.configuration_changed();
  batch.log.info("integration created", {{"integration", integration.id.str()}, {"name", wanted.name}});
  return integration;
}

}  // namespace

std::shared_ptr<const ConfiguredIntegration> internal_integration(Batch& batch,
                                                                  const InternalIntegration& wanted) {
  auto integration = find_one(batch, wanted);
  if (!integration) integration = make_one(batch, wanted);
  const integration::Type* type = integration::find_type(wanted.type);
  TOCSIN_CHECK(type != nullptr);
  auto routes = store::routes_of(batch.db, integration->id);
  templating::TemplateCache templates;
  return configure(*std::move(integration), *type, std::move(routes), templates);
}

AlertGroupId raise_alert(Batch& batch, std::shared_ptr<const ConfiguredIntegration> integration,
                         json::Value payload) {
  std::string text = json::write(payload);
  PreparedAlert alert = prepare(std::move(integration), batch.config->version, std::move(payload),
                                std::move(text), batch.now(), batch.ids);
  const Received received = receive_alerts(batch, {&alert});
  TOCSIN_CHECK(received.groups.size() == 1);
  return received.groups.front();
}

}  // namespace tocsin::engine
