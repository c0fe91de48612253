// Passes over columns, against the same entry by entry.
#include "store/mask.h"

#include <gtest/gtest.h>

#include <random>

namespace tocsin::store {
namespace {

struct Drawn {
  Mask mask, other, fits;
  std::vector<std::uint8_t> states;
  std::vector<std::uint32_t> column;
};

// Every `one_in`-th is set, over sizes that end within a block and at its end.
Drawn draw(std::size_t size, unsigned one_in, std::mt19937& dice) {
  Drawn drawn;
  for (int i = 0; i < 50; ++i) drawn.fits.push_back(dice() % 3 == 0);
  for (std::size_t i = 0; i < size; ++i) {
    drawn.mask.push_back(dice() % one_in == 0);
    drawn.other.push_back(dice() % 2);
    drawn.states.push_back(static_cast<std::uint8_t>(dice() % 5));
    drawn.column.push_back(static_cast<std::uint32_t>(dice() % 50));
  }
  return drawn;
}

template <class Pass>
void expect_each(const Mask& got, Pass pass) {
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i] != 0, pass(i)) << "entry " << i;
}

class Masks : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Of, Masks, testing::Values(0, 1, 7, 63, 64, 65, 128, 1000));

TEST_P(Masks, EachPassIsWhatItIsEntryByEntry) {
  std::mt19937 dice(20261130);
  for (const unsigned one_in : {1U, 3U, 200U}) {
    const Drawn drawn = draw(GetParam(), one_in, dice);
    Mask mask = drawn.mask;
    EXPECT_EQ(count_set(mask), std::count(mask.begin(), mask.end(), 1));
    keep_equal(mask, drawn.column.data(), 7);
    expect_each(mask, [&](std::size_t i) { return drawn.mask[i] != 0 && drawn.column[i] == 7; });
    mask = drawn.mask;
    keep_fitting(mask, drawn.column.data(), drawn.fits);
    expect_each(mask, [&](std::size_t i) { return drawn.mask[i] != 0 && drawn.fits[drawn.column[i]] != 0; });
    mask = drawn.mask;
    keep_both(mask, drawn.other);
    expect_each(mask, [&](std::size_t i) { return drawn.mask[i] != 0 && drawn.other[i] != 0; });
    set_equal(mask, drawn.states.data(), 3);
    expect_each(mask, [&](std::size_t i) { return drawn.states[i] == 3; });
    set_unequal(mask, drawn.states.data(), 3);
    expect_each(mask, [&](std::size_t i) { return drawn.states[i] != 3; });
  }
}

TEST_P(Masks, AWindowFromTheEndIsWhatItIsEntryByEntry) {
  std::mt19937 dice(1130);
  for (const unsigned one_in : {1U, 3U, 200U}) {
    const Mask mask = draw(GetParam(), one_in, dice).mask;
    std::vector<std::size_t> all;
    for (std::size_t i = mask.size(); i-- > 0;) {
      if (mask[i] != 0) all.push_back(i);
    }
    for (const std::size_t offset : {0, 1, 49, 64, 300, 5000}) {
      for (const std::size_t limit : {0, 1, 50}) {
        const std::size_t begin = std::min(offset, all.size()), end = std::min(offset + limit, all.size());
        const std::vector<std::size_t> wanted(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                              all.begin() + static_cast<std::ptrdiff_t>(end));
        EXPECT_EQ(last_set(mask, static_cast<std::int64_t>(offset), static_cast<std::int64_t>(limit)), wanted)
            << "offset " << offset << " limit " << limit;
      }
    }
  }
}

}  // namespace
}  // namespace tocsin::store
