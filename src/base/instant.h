// A moment: microseconds since 1970-01-01 UTC. Stored as BIGINT, written in the API as
// docs/spec/api-common.md, section 9.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

using Instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

constexpr Instant from_micros(std::int64_t micros) {
  return Instant{std::chrono::microseconds{micros}};
}
constexpr std::int64_t to_micros(Instant at) {
  return at.time_since_epoch().count();
}

// "2031-04-05T06:07:08.123456Z"; the fraction is left out when zero.
std::string to_iso(Instant at);
// "2031-04-05T06:07:08Z": whole seconds, fraction cut (maintenance times).
std::string to_iso_seconds(Instant at);
// "2031-04-05T06:07:08" with an optional fraction (1-6 digits) and optional "Z"; nullopt when malformed.
std::optional<Instant> parse_iso(std::string_view text);

}  // namespace tocsin
