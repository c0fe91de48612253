// Lists of alerts, newest first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "store/connection.h"
#include "store/window.h"

namespace tocsin::store {

struct ListedAlert {
  std::string id;
  std::string group;
  Instant created_at;
  std::string payload;  // JSON text as received
};

// `first`: the column of the first of id, group_id, created_at, payload.
ListedAlert read_alert(const Row& row, std::size_t first);

struct AlertFilter {
  std::optional<std::string> id;
  std::optional<std::string> group;
  std::optional<std::string> search;  // in the payload's text, ignoring case
};
struct FoundAlerts {
  std::int64_t count = 0;           // all that fit
  std::vector<ListedAlert> alerts;  // those in the window
};
FoundAlerts find_alerts(Connection& db, const AlertFilter& filter, const WindowOf& window_of);

std::optional<ListedAlert> find_alert(Connection& db, const std::string& id);

}  // namespace tocsin::store
