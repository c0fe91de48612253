#include "domain/model/natural_duration.h"

#include <cstdint>

namespace tocsin {
namespace {

std::string plural(std::int64_t n, const char* one, const char* many) {
  return n == 1 ? one : std::to_string(n) + " " + many;
}

}  // namespace

std::string natural_duration(std::chrono::seconds duration) {
  const std::int64_t s = duration.count() < 0 ? -duration.count() : duration.count();
  const std::int64_t days = s / 86400, years = days / 365, rest = days % 365,
                     months = rest * 2 / 61;  // 30.5 days
  if (s == 0) return "a moment";
  if (s < 60) return plural(s, "a second", "seconds");
  if (s < 3600) return plural(s / 60, "a minute", "minutes");
  if (s < 86400) return plural(s / 3600, "an hour", "hours");
  if (years == 0 && months == 0) return plural(days, "a day", "days");
  if (years == 0) return plural(months, "a month", "months");
  if (years > 1) return std::to_string(years) + " years";
  if (months > 0) return "1 year, " + plural(months, "1 month", "months");
  return rest == 0 ? "a year" : "1 year, " + plural(rest, "1 day", "days");
}

}  // namespace tocsin
