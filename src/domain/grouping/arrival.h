// An alert arrives at its group: what it changes there, and what a group that it opens begins with.
//
// find_group.h has decided where it goes; open_group() makes a new one, join() is for a stored one.
// Source: docs/spec/alert-groups.md, sections 1 (steps 5-10), 4 and 6.
#pragma once

#include <optional>
#include <string>

#include "base/instant.h"
#include "domain/grouping/transition.h"
#include "domain/model/alert_group.h"
#include "domain/model/integration.h"

namespace tocsin::grouping {

// A new group's first tick, and that of a paused walk after an alert.
inline constexpr std::chrono::seconds kFirstTickDelay{1};

struct Arrival {
  AlertId alert;
  bool acknowledge_signal = false;
  // Of the alert's own condition, or for v1 payloads the answer of resolved_by_payloads() on all of the
  // group's alerts. Already false where the integration does not allow resolving by source.
  bool resolve_signal = false;
  bool autoresolve_off = false;                   // resolved_by_payloads() said TooManyAlerts
  std::optional<MaintenanceMode> maintenance;     // of the integration, now
  bool escalation_awaits_alert = false;           // a stored group: Escalation::awaits_alert()
  const AlertGroup* maintenance_group = nullptr;  // a new group in Maintenance is attached to it
};

struct NewGroup {
  AlertGroup group;        // id, number, integration, route, distinction and title set; the rest as it begins
  std::string route_name;  // empty: the route was deleted
  std::optional<std::string> chain_name;  // nullopt: the route has no chain
};

[[nodiscard]] Transition open_group(NewGroup opened, const Arrival& arrival, Instant now);

// A late resolve signal that joins a resolved group changes nothing there.
[[nodiscard]] Transition join(AlertGroup group, const Arrival& arrival, Instant now);

}  // namespace tocsin::grouping
