// Resolving by the alerts' own `status` and `labels`: payloads of the v1 form (legacy_*, grafana with
// `alerts`).
//
// The group is over when its last alert says resolved and every other label set that fired has been resolved,
// too. Asked for every alert, in its transaction: OnCall asks five seconds later and meanwhile pages for an
// alert that is already over. Source: docs/spec/alert-groups.md, section 4.3.
#pragma once

#include <vector>

#include "language/json/value.h"

namespace tocsin::grouping {

inline constexpr std::size_t kMostAlertsForAutoresolve = 500;

enum class PayloadVerdict { KeepOpen, Resolve, TooManyAlerts };

// Payloads of all alerts of the group, the new one included, in order of arrival.
[[nodiscard]] PayloadVerdict resolved_by_payloads(const std::vector<const json::Value*>& payloads);

}  // namespace tocsin::grouping
