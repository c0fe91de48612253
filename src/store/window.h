// The part of a list that is asked for.
#pragma once

#include <cstdint>
#include <functional>

namespace tocsin::store {

struct Window {
  std::int64_t limit = 0;
  std::int64_t offset = 0;
};

// Told how many there are, says which of them are wanted.
using WindowOf = std::function<Window(std::int64_t count)>;

}  // namespace tocsin::store
