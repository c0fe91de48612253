// Where a row stands in its ordering group: a route in its integration, a policy in its chain. The rule that
// moves rows is edge/api/positions.h.
#pragma once

#include <cstdint>
#include <string>

namespace tocsin::store {

struct Slot {
  std::string id;
  std::int64_t position = 0;
  friend bool operator==(const Slot&, const Slot&) = default;
};

}  // namespace tocsin::store
