// Public ids that grow with time, for the rows that arrive by the thousand: the newest lie side by side in
// the index of ids, so a batch writes a few of its pages instead of one page a row (docs/decisions/0006).
//
// Shape as in docs/spec/api-common.md, section 9: prefix + 12 signs of the same 34. The ids of one second
// ascend from a random place, so that two nodes do not meet; a clock that goes back makes no id twice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/world.h"

namespace tocsin::engine {

class OrderedIds {
 public:
  explicit OrderedIds(IdSource& ids) : ids_(ids) {}
  // Not thread-safe.
  std::string next(std::string_view prefix, Instant now);

 private:
  IdSource& ids_;
  std::uint64_t second_ = 0;  // of the last id, counted from kEpoch
  std::uint64_t last_ = 0;
};

}  // namespace tocsin::engine
