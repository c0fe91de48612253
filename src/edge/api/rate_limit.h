// Request limits: a sliding window of request times per caller (docs/spec/api-common.md, section 8).
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/instant.h"

namespace tocsin::api {

struct Rate {
  std::size_t requests = 300;
  std::chrono::seconds period{60};
};
// "300/60s", "300/5m", "10/1h"; nullopt when malformed. "off" is the caller's business.
std::optional<Rate> parse_rate(std::string_view text);

// A limit of its own, beside the one that all other requests of a caller share.
struct Bucket {
  std::string_view name;
  Rate rate;
};

class RateLimiter {
 public:
  explicit RateLimiter(std::optional<Rate> rate) : rate_(rate) {}

  // Counts the request, or answers after how many whole seconds to come back. Refused requests are not
  // counted.
  std::optional<std::int64_t> admit(const std::string& caller, Instant now,
                                    const std::optional<Bucket>& own = std::nullopt);

 private:
  std::optional<Rate> rate_;  // none: no limit, for buckets of their own neither
  std::mutex mutex_;          // guards times_
  std::unordered_map<std::string, std::deque<Instant>> times_;
};

}  // namespace tocsin::api
