#include "edge/inbound/ingest_limit.h"

namespace tocsin::inbound {
namespace {

std::int64_t window_number(const IngestLimit& limit, Instant now) {
  return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count() / limit.period.count();
}

std::int64_t seconds_left(const IngestLimit& limit, Instant now) {
  const Instant end{std::chrono::seconds((window_number(limit, now) + 1) * limit.period.count())};
  return std::chrono::ceil<std::chrono::seconds>(end - now).count();
}

}  // namespace

bool IngestLimiter::count(Window& window, const IngestLimit& limit, Instant now, std::size_t units) {
  const std::int64_t number = window_number(limit, now);
  if (window.number != number) window = {number, 0};
  window.count += units;
  return window.count <= limit.requests;
}

std::optional<Refusal> IngestLimiter::admit(const std::string& integration, Instant now, std::size_t units) {
  if (!integration_ && !total_) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (integration_ && !count(windows_[integration], *integration_, now, units)) {
    return Refusal{LimitHit::Integration, seconds_left(*integration_, now)};
  }
  if (total_ && !count(total_window_, *total_, now, units))
    return Refusal{LimitHit::Total, seconds_left(*total_, now)};
  return std::nullopt;
}

}  // namespace tocsin::inbound
