// What a simulation is asked: these alerts at this integration from this moment on; who answers, and when.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "domain/model/ids.h"

namespace tocsin::simulation {

// The body that a monitoring system would post, JSON.
struct Post {
  std::string payload;
};
// Somebody acknowledges every alert group that fires then.
struct Acknowledge {
  UserId user;
};

struct Input {
  std::chrono::seconds after{0};  // the start
  std::variant<Post, Acknowledge> what;
};

inline constexpr std::chrono::seconds kDefaultHorizon = std::chrono::hours{24};
// Finished deliveries are kept for as long; and whatever has not paged by then is no paging.
inline constexpr std::chrono::seconds kLongestHorizon = std::chrono::hours{24 * 7};

struct Request {
  IntegrationId integration;
  Instant start;
  std::chrono::seconds horizon = kDefaultHorizon;
  std::vector<Input> inputs;
};

// What a simulation may cost; of real time and of instants at which something happens.
struct Limits {
  std::chrono::milliseconds time{5'000};
  std::size_t instants = 10'000;
};

}  // namespace tocsin::simulation
