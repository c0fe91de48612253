// Heartbeats: integrations that must be heard of, and the alerts that say when they are not and are again.
//
// Checked on even minutes of the clock, so an expiry shows within 120 s (docs/spec/alert-groups.md, section
// 8). Nodes check side by side; the row's own state decides which of them raises the alert.
#pragma once

#include <vector>

#include "engine/command.h"

namespace tocsin::engine {

inline constexpr std::chrono::seconds kHeartbeatCheckEvery{120};
// The first check at or after `now`.
Instant next_heartbeat_check(Instant now);

// One command for each heartbeat that has expired or returned by `now`.
std::vector<Command> due_heartbeats(store::Connection& db, Instant now);

}  // namespace tocsin::engine
