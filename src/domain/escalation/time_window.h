// "Continue escalation only if time is from ... to ...": UTC, by the time of day at the tick.
//
// Source: docs/spec/escalation.md, section 3.11.
#pragma once

#include <optional>

#include "base/instant.h"
#include "domain/model/escalation.h"

namespace tocsin::escalation {

// nullopt: inside the window, go on. Else the moment at which the walk continues: the next `from`.
[[nodiscard]] std::optional<Instant> wait_for_window(step::TimeOfDay from, step::TimeOfDay to, Instant now);

}  // namespace tocsin::escalation
