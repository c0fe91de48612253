// Where paging will reach nobody in the time ahead: holes in schedules, steps without people, people without
// a working contact point, chains that end in silence, routes without a chain.
//
// Reads only. What can change meanwhile (a phone that is lost, a swap) is not foreseen.
// Source: docs/spec/ui.md, "Coverage"; ours.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model/ids.h"
#include "domain/schedule/event.h"
#include "store/connection.h"

namespace tocsin::engine {

enum class FindingKind {
  ScheduleHole,         // nobody is on call for some time
  ScheduleEmpty,        // nor for the whole time
  StepReachesNobody,    // a step of a chain that names nobody who can be notified
  ChainEndsInSilence,   // a route leads to a chain that reaches nobody
  RouteWithoutChain,    // alerts of the route page nobody
  PersonWithoutContact  // none of their notification rules can work
};
std::string_view to_text(FindingKind kind);  // "schedule_hole"

struct Finding {
  FindingKind kind;
  std::string text;  // one sentence that names everything by name
  std::optional<TeamId> team = {};
  std::optional<ScheduleId> schedule = {};
  std::optional<schedule::Range> when = {};
  std::optional<EscalationChainId> chain = {};
  std::optional<EscalationPolicyId> policy = {};
  std::optional<RouteId> route = {};
  std::optional<IntegrationId> integration = {};
  std::optional<UserId> user = {};
};

inline constexpr std::chrono::days kCoverageAhead{90};

// Chains and routes first, then schedules, then people.
std::vector<Finding> look_ahead(store::Connection& db, Instant now, std::chrono::days ahead = kCoverageAhead);

}  // namespace tocsin::engine
