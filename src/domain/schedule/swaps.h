// Shift swaps: somebody's time, offered to others or taken by one of them.
//
// Pure. Source: docs/spec/schedules.md, section 11.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/schedule/event.h"

namespace tocsin::schedule {

// Applies taken swaps that touch `window`, in the order of their creation, each on the result of the one
// before: the beneficiary's part of an event goes to the benefactor, the rest stays. Untaken swaps only leave
// a note, and only when `show_offers_at` is given and they begin no earlier.
std::vector<Event> with_swaps(std::vector<Event> events, std::span<const ShiftSwap> swaps, Range window,
                              std::optional<Instant> show_offers_at);

enum class SwapStatus { Open, Taken, PastDue, Deleted };
SwapStatus status(const ShiftSwap& swap, Instant now);

}  // namespace tocsin::schedule
