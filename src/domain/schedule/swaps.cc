#include "domain/schedule/swaps.h"

#include <algorithm>

namespace tocsin::schedule {
namespace {

bool is_considered(const ShiftSwap& swap, Range window, std::optional<Instant> show_offers_at) {
  if (swap.deleted_at || swap.swap_start >= swap.swap_end) return false;
  if (swap.swap_start >= window.to || swap.swap_end < window.from) return false;
  return swap.benefactor || (show_offers_at && swap.swap_start >= *show_offers_at);
}

auto find_user(std::vector<OnCallUser>& users, const UserId& id) {
  return std::find_if(users.begin(), users.end(), [&](const OnCallUser& user) { return user.id == id; });
}

// The part of an event that lies inside the swap.
void hand_over(Event& part, const ShiftSwap& swap) {
  const auto beneficiary = find_user(part.users, swap.beneficiary);
  if (!swap.benefactor) {
    beneficiary->swap = SwapNote{swap.id, std::nullopt};
    return;
  }
  const OnCallUser taker{*swap.benefactor, SwapNote{swap.id, swap.beneficiary}};
  // Ours: a benefactor who is in the group already is on call once, not twice.
  if (find_user(part.users, *swap.benefactor) != part.users.end()) {
    part.users.erase(beneficiary);
  } else {
    *beneficiary = taker;
  }
}

std::vector<Event> with_swap(std::vector<Event> events, const ShiftSwap& swap) {
  std::vector<Event> out;
  out.reserve(events.size() + 2);
  for (Event& event : events) {
    const bool touched = overlaps(event, {swap.swap_start, swap.swap_end}) &&
                         find_user(event.users, swap.beneficiary) != event.users.end();
    if (!touched || swap.benefactor == swap.beneficiary) {
      out.push_back(std::move(event));
      continue;
    }
    if (event.start < swap.swap_start) {
      out.push_back(event);
      out.back().end = swap.swap_start;
    }
    Event inside = event;
    inside.start = std::max(event.start, swap.swap_start);
    inside.end = std::min(event.end, swap.swap_end);
    hand_over(inside, swap);
    out.push_back(std::move(inside));
    if (event.end > swap.swap_end) {
      event.start = swap.swap_end;
      out.push_back(std::move(event));
    }
  }
  return out;
}

}  // namespace

std::vector<Event> with_swaps(std::vector<Event> events, std::span<const ShiftSwap> swaps, Range window,
                              std::optional<Instant> show_offers_at) {
  std::vector<const ShiftSwap*> considered;
  for (const ShiftSwap& swap : swaps) {
    if (is_considered(swap, window, show_offers_at)) considered.push_back(&swap);
  }
  std::stable_sort(considered.begin(), considered.end(),
                   [](const ShiftSwap* a, const ShiftSwap* b) { return a->created_at < b->created_at; });
  for (const ShiftSwap* swap : considered) events = with_swap(std::move(events), *swap);
  return events;
}

SwapStatus status(const ShiftSwap& swap, Instant now) {
  if (swap.deleted_at) return SwapStatus::Deleted;
  if (swap.benefactor) return SwapStatus::Taken;
  return swap.swap_start <= now ? SwapStatus::PastDue : SwapStatus::Open;
}

}  // namespace tocsin::schedule
