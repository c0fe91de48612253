#include "store/mask.h"

#include <algorithm>
#include <cstring>

// A byte may be anybody's, for all the compiler knows: where bytes are written, sizes and pointers are taken
// out of the loop first, or it goes entry by entry.
namespace tocsin::store {
namespace {

constexpr std::size_t kBlock = 64;

std::int64_t count_block(const std::uint8_t* bytes, std::size_t size) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t sums = 0;  // eight at once, each at most 8
  std::size_t at = 0;
  for (; at + sizeof(sums) <= size; at += sizeof(sums)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes + at, sizeof(eight));
    sums += eight;
  }
  auto count = static_cast<std::int64_t>(sums * kOnes >> 56);
  for (; at < size; ++at) count += bytes[at];
  return count;
}

}  // namespace

std::int64_t count_set(const Mask& mask) {
  std::int64_t count = 0;
  for (std::size_t begin = 0; begin < mask.size(); begin += kBlock)
    count += count_block(mask.data() + begin, std::min(kBlock, mask.size() - begin));
  return count;
}

void set_equal(Mask& mask, const std::uint8_t* column, std::uint8_t wanted) {
  std::uint8_t* const bytes = mask.data();
  for (std::size_t i = 0, size = mask.size(); i < size; ++i) bytes[i] = column[i] == wanted ? 1 : 0;
}

void set_unequal(Mask& mask, const std::uint8_t* column, std::uint8_t unwanted) {
  std::uint8_t* const bytes = mask.data();
  for (std::size_t i = 0, size = mask.size(); i < size; ++i) bytes[i] = column[i] == unwanted ? 0 : 1;
}

void keep_equal(Mask& mask, const std::uint32_t* column, std::uint32_t wanted) {
  std::uint8_t* const bytes = mask.data();
  for (std::size_t i = 0, size = mask.size(); i < size; ++i) {
    const auto is_it = static_cast<std::uint8_t>(column[i] == wanted ? 1 : 0);
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & is_it);
  }
}

void keep_fitting(Mask& mask, const std::uint32_t* column, const Mask& fits) {
  std::uint8_t* const bytes = mask.data();
  const std::uint8_t* const says = fits.data();
  const std::size_t size = mask.size();
  for (std::size_t begin = 0; begin < size; begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, size);
    if (count_block(bytes + begin, end - begin) == 0) continue;
    for (std::size_t i = begin; i < end; ++i)
      bytes[i] = static_cast<std::uint8_t>(bytes[i] & says[column[i]]);
  }
}

void keep_both(Mask& mask, const Mask& other) {
  std::uint8_t* const bytes = mask.data();
  const std::uint8_t* const others = other.data();
  for (std::size_t i = 0, size = mask.size(); i < size; ++i)
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & others[i]);
}

std::vector<std::size_t> last_set(const Mask& mask, std::int64_t offset, std::int64_t limit) {
  std::vector<std::size_t> places;
  std::int64_t passed = 0;
  std::size_t end = mask.size();
  while (end > 0 && passed < offset + limit) {
    const std::size_t begin = end > kBlock ? end - kBlock : 0;
    const std::int64_t here = count_block(mask.data() + begin, end - begin);
    if (here == 0 || passed + here <= offset) {
      passed += here;
      end = begin;
      continue;
    }
    for (; end > begin && passed < offset + limit; --end) {
      if (mask[end - 1] != 0 && passed++ >= offset) places.push_back(end - 1);
    }
  }
  return places;
}

}  // namespace tocsin::store
