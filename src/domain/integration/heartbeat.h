// The alerts that a missed and a returned heartbeat make: payloads in the shape of the integration's type, so
// that they take the ordinary way through templates, routes and groups, and the returned one resolves the
// missed one.
//
// Pure. Shapes and fixed ids: docs/spec/alert-groups.md, section 8.
#pragma once

#include <string>

#include "domain/integration/type.h"
#include "language/json/value.h"

namespace tocsin::integration {

// What the heartbeat of the Grafana and legacy shapes is called, as in OnCall.
inline constexpr std::string_view kHeartbeatTitle = "Grafana OnCall heartbeat";

// One sentence for people.
std::string heartbeat_message(Heartbeat what, const HeartbeatFacts& facts);

// The shape of the webhook-like types. `Shown` adds a null image and link, for types whose templates read
// them.
enum class Links { Absent, Shown };
json::Value flat_heartbeat(std::string_view alert_uid, Heartbeat what, const HeartbeatFacts& facts,
                           Links links);

}  // namespace tocsin::integration
