// Integrations of Tocsin's own, made when they are first needed: alerts that the program raises by itself go
// the way of every alert.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/batch.h"

namespace tocsin::engine {

struct InternalIntegration {
  std::string_view type;
  std::string name;
  std::optional<TeamId> team = {};
  TemplateTexts templates = {};  // where they differ from the type's
};
std::shared_ptr<const ConfiguredIntegration> internal_integration(Batch& batch,
                                                                  const InternalIntegration& wanted);

// Raises an alert there, in the batch's transaction; answers its group.
AlertGroupId raise_alert(Batch& batch, std::shared_ptr<const ConfiguredIntegration> integration,
                         json::Value payload);

}  // namespace tocsin::engine
