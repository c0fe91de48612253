// What the public API refuses to do to an alert group, in its exact words, and what bulk actions leave out.
//
// Source: docs/spec/api-alerting.md, section 4.3; docs/spec/alert-groups.md, sections 2.2 and 2.3.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "domain/model/alert_group.h"
#include "language/json/value.h"

namespace tocsin::grouping {

enum class GroupAction { Acknowledge, Unacknowledge, Resolve, Unresolve, Silence, Unsilence };

// The first refusal that applies, as the 400 answer's detail.
[[nodiscard]] Result<void> check_action(GroupAction action, const AlertGroup& group);

// `delay` of a silence request, nullptr when it is missing; checked before check_action. The value: nullopt
// is forever
// (-1 and, as in OnCall, 0).
[[nodiscard]] Result<std::optional<std::chrono::seconds>> parse_silence_delay(const json::Value* delay);

enum class BulkAction { Acknowledge, Resolve, Silence, Restart };

// Whether a bulk action touches the group. `may_resolve`: notes are not required, or it has one.
[[nodiscard]] bool bulk_takes(BulkAction action, const AlertGroup& group, bool may_resolve);

}  // namespace tocsin::grouping
