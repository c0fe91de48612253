// An alert before it is written: everything that can be said about it without looking at other alerts. Pure
// and parallel: made on HTTP threads from the configuration snapshot, then handed to the engine.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/world.h"
#include "domain/routing/choose.h"
#include "domain/templating/behaviour.h"
#include "engine/configuration.h"
#include "language/json/value.h"

namespace tocsin::engine {

struct PreparedAlert {
  std::shared_ptr<const ConfiguredIntegration> integration;
  std::int64_t configuration_version = 0;
  json::Value payload;
  std::string text;  // the payload as received, what is stored
  Instant received_at;
  templating::Signals signals;
  routing::Choice route;
  std::string distinction;  // docs/spec/alert-groups.md, section 1.1
};

PreparedAlert prepare(std::shared_ptr<const ConfiguredIntegration> integration,
                      std::int64_t configuration_version, json::Value payload, std::string text, Instant now,
                      IdSource& ids);
// Again, under another snapshot.
PreparedAlert prepare_again(PreparedAlert alert, std::shared_ptr<const ConfiguredIntegration> integration,
                            std::int64_t configuration_version, IdSource& ids);

}  // namespace tocsin::engine
