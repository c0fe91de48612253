// The configuration snapshot: integrations, their routes and compiled templates, immutable behind a shared
// pointer.
//
// Rebuilt when this process changed configuration, or when the version in the database says that somebody
// else did (command line, another node). Compiled templates are shared between snapshots by their text.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/integration/type.h"
#include "domain/model/integration.h"
#include "domain/routing/choose.h"
#include "domain/templating/behaviour.h"
#include "store/connection.h"

namespace tocsin::engine {

struct ConfiguredIntegration {
  Integration integration;
  const integration::Type* type = nullptr;
  templating::Behaviour behaviour;   // compiled grouping key, signals, title, labels
  std::vector<Route> routes;         // in order of evaluation, the default one last
  std::vector<routing::Rule> rules;  // parallel to routes
};

struct Configuration {
  std::int64_t version = 0;
  std::unordered_map<std::string, std::shared_ptr<const ConfiguredIntegration>> by_token;
  std::unordered_map<std::string, std::shared_ptr<const ConfiguredIntegration>> by_id;
  std::unordered_map<std::string, std::string> chain_names;  // by chain id
  bool posts_to_chat = false;                                // some route has a chat channel

  const ConfiguredIntegration* find(const IntegrationId& id) const;
};

// One integration with its routes, compiled.
std::shared_ptr<const ConfiguredIntegration> configure(Integration integration, const integration::Type& type,
                                                       std::vector<Route> routes,
                                                       templating::TemplateCache& templates);

// What remembered things are good for.
struct Versions {
  std::int64_t configuration = 0;
  std::int64_t people = 0;  // changes with anybody's row or notification rule
};
Versions read_versions(store::Connection& db);

class ConfigurationLoader {
 public:
  // Reads everything in the connection's transaction.
  std::shared_ptr<const Configuration> load(store::Connection& db);

 private:
  templating::TemplateCache templates_;
};

// The current snapshot, for many readers and one writer.
class ConfigurationHolder {
 public:
  std::shared_ptr<const Configuration> get() const;
  void set(std::shared_ptr<const Configuration> next);

 private:
  mutable std::mutex mutex_;  // guards current_
  std::shared_ptr<const Configuration> current_;
};

}  // namespace tocsin::engine
