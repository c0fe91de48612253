#include "edge/delivery/backoff.h"

#include <algorithm>
#include <cmath>

namespace tocsin::delivery {

std::optional<Instant> next_attempt(const Patience& patience, const Retry& retry, std::int64_t attempts,
                                    Instant first, Instant now, double dice) {
  if (!retry.rate_limited && attempts >= patience.attempts) return std::nullopt;
  using Seconds = std::chrono::duration<double>;
  const double doubled = std::ldexp(1.0, static_cast<int>(std::clamp<std::int64_t>(attempts - 1, 0, 30)));
  Seconds pause = std::min(Seconds(patience.first_pause) * doubled, Seconds(patience.longest_pause));
  if (patience.jitter) pause *= dice;
  if (retry.after) pause = std::max(pause, Seconds(*retry.after));
  const Instant at = now + std::chrono::ceil<std::chrono::microseconds>(pause);
  if (at - first > patience.time) return std::nullopt;
  return at;
}

}  // namespace tocsin::delivery
