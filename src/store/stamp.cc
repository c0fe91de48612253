#include "store/stamp.h"

#include <atomic>
#include <random>

namespace tocsin::store {
namespace {

// Processes begin at random places among 2^62 and count from there.
std::uint64_t random_start() {
  std::random_device device;
  return (std::uint64_t{device()} << 32 | device()) >> 2;
}

}  // namespace

std::int64_t fresh_stamp() {
  static std::atomic<std::uint64_t> next = random_start();
  return static_cast<std::int64_t>(++next);
}

}  // namespace tocsin::store
