// Limits on what an integration, and all together, may send. Off unless an operator asks for them (RULINGS
// 12).
//
// Fixed windows, as OnCall counts; a refused request still counts for its integration
// (docs/spec/ingestion.md, section 4).
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/instant.h"

namespace tocsin::inbound {

struct IngestLimit {
  std::size_t requests = 300;
  std::chrono::seconds period{300};
};

enum class LimitHit { Integration, Total };

struct Refusal {
  LimitHit which = LimitHit::Integration;
  std::int64_t retry_after_s = 1;
};

class IngestLimiter {
 public:
  IngestLimiter(std::optional<IngestLimit> integration, std::optional<IngestLimit> total)
      : integration_(integration), total_(total) {}

  // Counts `units` for the integration, then for all. nullopt: within the limits.
  std::optional<Refusal> admit(const std::string& integration, Instant now, std::size_t units = 1);

 private:
  struct Window {
    std::int64_t number = -1;
    std::size_t count = 0;
  };
  static bool count(Window& window, const IngestLimit& limit, Instant now, std::size_t units);

  std::optional<IngestLimit> integration_;
  std::optional<IngestLimit> total_;
  std::mutex mutex_;  // guards the windows
  std::unordered_map<std::string, Window> windows_;
  Window total_window_;
};

}  // namespace tocsin::inbound
