// Any bytes, read as a feed: no crash, bounded work, and instances that make sense.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/schedule/feed.h"
#include "language/ical/calendar.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const auto calendar = ical::read_calendar({reinterpret_cast<const char*>(data), size});
  if (!calendar) return 0;
  for (const int year : {1970, 2025}) {
    const Instant from = std::chrono::sys_days{std::chrono::year{year} / 1 / 1};
    const Instant to = from + std::chrono::days{90};
    constexpr std::size_t kMost = 500;
    const ical::Expansion found = ical::expand(*calendar, from, to, kMost);
    if (found.instances.size() > kMost) std::abort();
    for (const ical::Instance& instance : found.instances) {
      if (instance.start >= instance.end || instance.start >= to || instance.end <= from) std::abort();
      schedule::read_summary(instance.series->summary);
    }
  }
  return 0;
}
