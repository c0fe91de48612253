#include "base/text_set.h"

#include <gtest/gtest.h>

#include <random>

namespace tocsin {
namespace {

TEST(TextSet, KeepsEachTextOnceAndFindsIt) {
  TextSet set;
  EXPECT_EQ(set.find("a"), std::nullopt);
  for (int i = 0; i < 2'000; ++i)
    EXPECT_EQ(set.add("text " + std::to_string(i % 700)), static_cast<unsigned>(i % 700));
  EXPECT_EQ(set.size(), 700u);
  EXPECT_EQ(set.find("text 699"), 699u);
  EXPECT_EQ(set[699], "text 699");
  EXPECT_EQ(set.find("text 700"), std::nullopt);
  EXPECT_EQ(set.add(""), 700u);
  EXPECT_EQ(set.find(""), 700u);
  EXPECT_EQ(set[700], "");
}

// Against std::string::find: over three letters, so that texts nearly match everywhere and across their
// borders, and over many, so that most parts are rare.
class Letters : public ::testing::TestWithParam<std::string_view> {};

TEST_P(Letters, HoldersAreWhatFindSaysOfEachText) {
  std::mt19937 dice(20261130);
  const auto draw = [&](std::size_t longest) {
    std::string text(dice() % (longest + 1), ' ');
    for (char& c : text) c = GetParam()[dice() % GetParam().size()];
    return text;
  };
  TextSet set;
  const auto expect_right = [&](const std::string& part, const std::vector<std::uint8_t>& found) {
    ASSERT_EQ(found.size(), set.size());
    for (std::uint32_t number = 0; number < set.size(); ++number)
      ASSERT_EQ(found[number] != 0, set[number].find(part) != std::string_view::npos)
          << number << ' ' << part;
  };
  for (int i = 0; i < 3'000; ++i) set.add(draw(40));
  for (int i = 0; i < 300; ++i) {
    std::string part = draw(static_cast<std::size_t>(i % 30));
    if (i % 3 == 0) part = set[static_cast<std::uint32_t>(dice() % set.size())].substr(0, part.size());
    std::vector<std::uint8_t> found;
    set.find_holders(part, found);
    expect_right(part, found);
    if (i % 10 != 0) continue;
    set.add(draw(10) + part + draw(10));
    set.add(draw(40));
    set.find_holders(part, found);  // only what is new
    expect_right(part, found);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Of, Letters,
    ::testing::Values(std::string_view("ab\0", 3),
                      std::string_view("abcdefghijklmnopqrstuvwxyz 0123456789\xC3\xA9-")));

}  // namespace
}  // namespace tocsin
