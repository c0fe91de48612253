// Time, chance and identity, handed in by whoever builds the program (STYLE: given, never taken).
// Production implementations are in app/, simulated ones in tests/support/.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace tocsin {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// Must be cryptographically strong in production: tokens are drawn from it. Thread-safe.
class Rng {
 public:
  virtual ~Rng() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

// Public ids and link tokens (docs/spec/api-common.md, section 9).
class IdSource {
 public:
  explicit IdSource(Rng& rng) : rng_(rng) {}

  // `prefix` + 12 signs of "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789".
  std::string public_id(std::string_view prefix);
  // `length` signs of [A-Za-z0-9]; integration links use 25.
  std::string link_token(std::size_t length);
  // `bytes` random bytes as lower-case hex; API tokens use 32.
  std::string hex(std::size_t bytes);
  // A random version 4 UUID.
  std::string uuid();
  // Version 7 of RFC 9562: begins with the milliseconds of `now`, so rows of one moment lie side by side.
  std::string uuid_at(Instant now);

 private:
  std::string draw(std::string_view alphabet, std::size_t length);
  static std::string as_uuid(std::string digits, char version);
  Rng& rng_;
};

}  // namespace tocsin
