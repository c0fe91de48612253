// When a failed attempt is repeated, and when it is not any more. Pure.
#pragma once

#include <optional>

#include "base/instant.h"
#include "edge/delivery/job.h"

namespace tocsin::delivery {

// Nullopt: given up. `attempts` are those made so far, `first` is when the row was written, `dice` in [0, 1).
// What the provider asked for is kept to; otherwise pauses double, with full jitter.
std::optional<Instant> next_attempt(const Patience& patience, const Retry& retry, std::int64_t attempts,
                                    Instant first, Instant now, double dice);

}  // namespace tocsin::delivery
