// An alert group with what a message about it is made of, as the database has it now.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/configuration.h"
#include "language/json/value.h"
#include "store/group_lists.h"

namespace tocsin::delivery {

struct GroupView {
  store::ListedGroup listed;
  Integration integration;  // only its id when it was deleted
  const integration::Type* type = nullptr;
  std::optional<Route> route;
  std::optional<json::Value> first_payload;
  std::optional<json::Value> last_payload;
  std::string web_link;

  const AlertGroup& group() const { return listed.group; }
};

// `first_payload`: of the oldest alert.
GroupView make_view(store::ListedGroup listed, const std::optional<std::string>& first_payload,
                    const engine::Configuration& configuration, const std::string& base_url);
// Nullopt: deleted.
std::optional<GroupView> view_group(store::Connection& db, const engine::Configuration& configuration,
                                    const AlertGroupId& id, const std::string& base_url);

}  // namespace tocsin::delivery
