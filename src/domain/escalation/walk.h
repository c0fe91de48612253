// Escalation: when a group's walk along its chain starts, stops, and which of its ticks is alive.
//
// Pure: no I/O, no clock, no locks. `now` comes in; whatever must happen outside leaves as an Effect.
// The generation is the whole concurrency story: every start, stop and tick makes a new one, so whatever was
// set before is stale. Source: docs/spec/escalation.md, section 2.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "domain/model/alert_group.h"
#include "domain/model/effect.h"
#include "domain/model/escalation.h"

namespace tocsin::escalation {

// Between steps, and after a step that failed.
inline constexpr std::chrono::seconds kNextStepDelay{5};
inline constexpr std::chrono::seconds kDefaultWait{300};
inline constexpr int kMaxRepeats = 5;

// What is configured now, for a fresh snapshot.
struct StartFacts {
  std::optional<RouteId> route;  // nullopt: deleted
  std::string route_name;        // as logs show it
  std::optional<EscalationChainId> chain;
  std::string chain_name;
  std::vector<EscalationPolicy> policies;  // by position, with the live round-robin pointers
  bool in_maintenance = false;             // the integration is in maintenance or debug mode
};

struct Changed {
  Escalation escalation;
  Effects effects;
};

// Sets a tick at `at` on a fresh snapshot; a walk paused at a threshold keeps its snapshot and evaluates that
// step again. Without a chain, and in maintenance or debug mode, the escalation is finished at once and
// nothing is set.
[[nodiscard]] Changed start(Escalation escalation, const StartFacts& facts, Instant at);

// Nothing that was set before will do anything. The snapshot stays, for the record and for a paused walk.
[[nodiscard]] Escalation stop(Escalation escalation);

enum class TickGuard {
  Run,
  Ignore,  // stale, or the group is silenced for a while, attached or wiped: nothing happens
  Stop,    // answered for good: the escalation is finished
};
[[nodiscard]] TickGuard guard(const Escalation& escalation, const AlertGroup& group,
                              std::uint64_t generation);

}  // namespace tocsin::escalation
