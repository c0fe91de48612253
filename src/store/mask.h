// Which entries of a column fit: a byte for each, 1 or 0. Blocks in which nothing is left are passed over at
// once.
#pragma once

#include <cstdint>
#include <vector>

namespace tocsin::store {

using Mask = std::vector<std::uint8_t>;

std::int64_t count_set(const Mask& mask);

// Those are set whose entry is, or is not, this one. A column holds at least as many entries as the mask.
void set_equal(Mask& mask, const std::uint8_t* column, std::uint8_t wanted);
void set_unequal(Mask& mask, const std::uint8_t* column, std::uint8_t unwanted);
// Those stay whose entry is `wanted`.
void keep_equal(Mask& mask, const std::uint32_t* column, std::uint32_t wanted);
// Those stay of whose entry `fits`, by its number, says yes.
void keep_fitting(Mask& mask, const std::uint32_t* column, const Mask& fits);
// Those stay that stay in `other`, which is as long.
void keep_both(Mask& mask, const Mask& other);

// The places of up to `limit` entries that are set, from the last one back, after the first `offset` of them.
std::vector<std::size_t> last_set(const Mask& mask, std::int64_t offset, std::int64_t limit);

}  // namespace tocsin::store
