#include "engine/direct_paging.h"

#include "base/check.h"
#include "base/text.h"
#include "engine/effects.h"
#include "engine/receive.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/integrations.h"
#include "store/people.h"

namespace tocsin::engine {
namespace {

constexpr std::string_view kType = "direct_paging";
constexpr std::size_t kLinkTokenLength = 25;

Integration make_integration(Batch& batch, const std::optional<TeamId>& team) {
  const auto named = team ? store::find_team(batch.db, *team) : std::nullopt;
  Integration integration;
  integration.id = IntegrationId(batch.ids.public_id("C"));
  integration.type = kType;
  integration.token = batch.ids.link_token(kLinkTokenLength);
  integration.name = named ? "Direct paging (" + named->name + " team)" : "Direct paging (No team)";
  integration.team = team;
  integration.created_at = batch.next_instant();
  Route route;
  route.id = RouteId(batch.ids.public_id("R"));
  route.integration = integration.id;
  route.is_default = true;
  route.created_at = integration.created_at;
  store::insert_integration(batch.db, integration);
  store::insert_route(batch.db, route);
  batch.configuration_changed();
  batch.log.info("integration created", {{"integration", integration.id.str()}, {"type", kType}});
  return integration;
}

std::shared_ptr<const ConfiguredIntegration> direct_paging_of(Batch& batch,
                                                              const std::optional<TeamId>& team) {
  auto integration = store::find_integration_of_type(batch.db, kType, team);
  if (!integration) integration = make_integration(batch, team);
  const integration::Type* type = integration::find_type(kType);
  TOCSIN_CHECK(type != nullptr);
  auto routes = store::routes_of(batch.db, integration->id);
  templating::TemplateCache templates;
  return configure(*std::move(integration), *type, std::move(routes), templates);
}

json::Value payload_of(Batch& batch, const DirectPage& page, const Actor& actor) {
  const auto text = [](const std::optional<std::string>& t) { return t ? json::Value(*t) : json::Value(); };
  json::Object oncall;
  oncall.set("title", escape_markup(page.title));
  oncall.set("message", page.message ? json::Value(escape_markup(*page.message)) : json::Value());
  oncall.set("uid", batch.ids.uuid());  // so that no page joins another one's group
  oncall.set("author_username", actor.username);
  oncall.set("permalink", text(page.source_url));
  oncall.set("important", page.important);
  return json::Object{{"oncall", json::Value(std::move(oncall))}};
}

}  // namespace

AlertGroupId open_direct_page(Batch& batch, const DirectPage& page, const Actor& actor) {
  json::Value payload = payload_of(batch, page, actor);
  std::string text = json::write(payload);
  PreparedAlert alert = prepare(direct_paging_of(batch, page.team), batch.config->version, std::move(payload),
                                std::move(text), batch.now(), batch.ids);
  const Received received = receive_alerts(batch, {&alert});
  TOCSIN_CHECK(received.groups.size() == 1);
  return received.groups.front();
}

Result<void> page_users(Batch& batch, const AlertGroupId& id,
                        const std::vector<notification::PageRequest>& requests, const Actor& actor) {
  const auto group = store::lock_group(batch.db, id);
  TOCSIN_CHECK(group.has_value());
  TRY_AS(const Effects effects, notification::page(*group, requests, actor, batch.next_instant()));
  carry_out(batch, effects);
  return {};
}

}  // namespace tocsin::engine
