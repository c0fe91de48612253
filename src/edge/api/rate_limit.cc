#include "edge/api/rate_limit.h"

#include <charconv>

namespace tocsin::api {
namespace {

std::optional<std::int64_t> seconds_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<Rate> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 >= text.size()) return std::nullopt;
  std::size_t requests = 0;
  const char* const slash_at = text.data() + slash;
  if (const auto read = std::from_chars(text.data(), slash_at, requests);
      read.ec != std::errc() || read.ptr != slash_at) {
    return std::nullopt;
  }
  const auto unit = seconds_of(text.back());
  const char* const end = text.data() + text.size() - (unit ? 1 : 0);
  std::int64_t count = 1;
  if (end > slash_at + 1) {
    const auto read = std::from_chars(slash_at + 1, end, count);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  }
  if (requests == 0 || count <= 0) return std::nullopt;
  return Rate{requests, std::chrono::seconds(count * unit.value_or(1))};
}

std::optional<std::int64_t> RateLimiter::admit(const std::string& caller, Instant now,
                                               const std::optional<Bucket>& own) {
  if (!rate_) return std::nullopt;
  const Rate rate = own ? own->rate : *rate_;
  const std::lock_guard lock(mutex_);
  auto& times = times_[own ? caller + "/" + std::string(own->name) : caller];
  while (!times.empty() && times.front() + rate.period <= now) times.pop_front();
  if (times.size() < rate.requests) {
    times.push_back(now);
    return std::nullopt;
  }
  const auto wait = times.front() + rate.period - now;
  return std::chrono::ceil<std::chrono::seconds>(wait).count();
}

}  // namespace tocsin::api
