// The real clock, the real dice and the log on stderr.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/world.h"

namespace tocsin::app {

class SystemClock : public Clock {
 public:
  Instant now() const override;
};

// From the operating system's generator through OpenSSL: cryptographically strong, thread-safe.
class SystemRng : public Rng {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

enum class LogFormat { Text, Json };
// Lines on stderr; thread-safe.
std::unique_ptr<Log> make_log(LogFormat format);

}  // namespace tocsin::app
