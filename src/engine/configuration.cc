#include "engine/configuration.h"

#include <map>

#include "store/integrations.h"

namespace tocsin::engine {

const ConfiguredIntegration* Configuration::find(const IntegrationId& id) const {
  const auto found = by_id.find(id.str());
  return found == by_id.end() ? nullptr : found->second.get();
}

Versions read_versions(store::Connection& db) {
  const store::Rows rows = db.query("SELECT config_version, people_stamp FROM organization");
  return {rows[0].integer(0), rows[0].integer(1)};
}

std::shared_ptr<const ConfiguredIntegration> configure(Integration integration, const integration::Type& type,
                                                       std::vector<Route> routes,
                                                       templating::TemplateCache& templates) {
  auto configured = std::make_shared<ConfiguredIntegration>();
  configured->type = &type;
  configured->behaviour = templating::compile_behaviour(integration, type, templates);
  configured->routes = std::move(routes);
  routing::sort_routes(configured->routes);
  for (const Route& route : configured->routes)
    configured->rules.push_back(routing::make_rule(route, templates));
  configured->integration = std::move(integration);
  return configured;
}

std::shared_ptr<const Configuration> ConfigurationLoader::load(store::Connection& db) {
  auto configuration = std::make_shared<Configuration>();
  configuration->version = read_versions(db).configuration;
  for (const EscalationChain& chain : store::all_chains(db))
    configuration->chain_names[chain.id.str()] = chain.name;
  std::map<IntegrationId, std::vector<Route>> routes;
  for (Route& route : store::all_routes(db)) routes[route.integration].push_back(std::move(route));
  for (Integration& integration : store::all_integrations(db)) {
    const integration::Type* type = integration::find_type(integration.type);
    if (type == nullptr) continue;  // a type that only a newer program knows: its link answers as unknown
    auto found = routes.find(integration.id);
    auto configured =
        configure(std::move(integration), *type,
                  found == routes.end() ? std::vector<Route>() : std::move(found->second), templates_);
    for (const Route& route : configured->routes)
      configuration->posts_to_chat |= route.slack_enabled && route.slack_channel_id;
    configuration->by_token[configured->integration.token] = configured;
    configuration->by_id[configured->integration.id.str()] = configured;
  }
  return configuration;
}

std::shared_ptr<const Configuration> ConfigurationHolder::get() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void ConfigurationHolder::set(std::shared_ptr<const Configuration> next) {
  const std::lock_guard lock(mutex_);
  current_ = std::move(next);
}

}  // namespace tocsin::engine
