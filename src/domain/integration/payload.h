// From the body that a monitoring system posted to the payloads that become alerts.
//
// Most types store the body as it came: one request, one alert. The Alertmanager family counts its alerts,
// the legacy shapes are split into their elements, Amazon SNS wraps the alarm in an envelope. Pure. Errors:
// Invalid, the message being the answer's text or `detail`. Source: docs/spec/ingestion.md, sections 2, 3.3
// to 3.6; docs/spec/alert-groups.md, section 4.3.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/integration/type.h"
#include "language/json/value.h"

namespace tocsin::integration {

struct Incoming {
  json::Value payload;
  bool changed = false;  // false: the payload is the whole body; the received bytes may be stored as they are
  // Changed only by members put behind the received ones (",\"numFiring\":1,..."): the received object with
  // these before its closing brace is what is stored.
  std::string appended = {};
};

// `view` is the one that the posted URL names (view_of_url); `type` is the integration's own.
// An empty result is no error: a legacy body with `alerts: []` is accepted and makes no alert.
Result<std::vector<Incoming>> split(AlertView view, const Type& type, json::Value body);
// At the type's own URL.
Result<std::vector<Incoming>> split(const Type& type, json::Value body);

// Whether alerts with this payload resolve their group element by element (every firing label set has to be
// matched by a resolved one) instead of by the resolve signal.
bool uses_element_resolution(const Type& type, const json::Value& payload);
// For those payloads: what names the element (its labels, whatever their order) and whether it says resolved.
struct Element {
  std::string identity;
  bool resolved = false;
};
Element read_element(const json::Value& payload);

// The alerts that a heartbeat makes. Precondition: type.has_heartbeat().
json::Value heartbeat_expired(const Type& type, const HeartbeatFacts& facts);
json::Value heartbeat_restored(const Type& type, const HeartbeatFacts& facts);

}  // namespace tocsin::integration
