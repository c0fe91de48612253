// Audit lines: who created, updated or deleted what, and which fields changed from what to what.
//
// One structured log line an operation (docs/spec/api-common.md, section 5): `changes` is a JSON object,
// {"name": {"before": "a", "after": "b"}}; a creation has only `after`, a deletion only `before`. Fields that
// hold secrets, or texts that often do (addresses, headers, bodies), show that they changed, not to what.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edge/api/call.h"
#include "engine/batch.h"
#include "language/json/value.h"

namespace tocsin::api {

struct Audited {
  std::string_view kind;  // "escalation chain"
  std::string id;
  json::Value before = {};  // null: created
  json::Value after = {};   // null: deleted
  std::span<const std::string_view> hidden = {};
  std::vector<std::string_view> rewritten = {};  // secrets that look alike on both sides and are not
};

// JSON text of what differs; members of nested objects are named "slack.channel_id".
std::string changes_of(const Audited& audited);

void audit(engine::Batch& batch, const access::Caller& caller, const Audited& audited);

}  // namespace tocsin::api
