#include "domain/escalation/time_window.h"

namespace tocsin::escalation {

std::optional<Instant> wait_for_window(step::TimeOfDay from, step::TimeOfDay to, Instant now) {
  const auto midnight = std::chrono::floor<std::chrono::days>(now);
  const auto time = now - midnight;
  const bool inside = from < to   ? from <= time && time < to
                      : from > to ? time >= from || time < to
                                  : time == from;
  if (inside) return std::nullopt;
  const Instant today = midnight + from;
  return now < today ? today : today + std::chrono::days{1};
}

}  // namespace tocsin::escalation
