// docs/spec/api-alerting.md, section 2.3, row by row.
#include "edge/api/positions.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tocsin::api {
namespace {

using store::Slot;

// The whole group after the move: "a0 b1 c2".
std::string after(std::vector<Slot> group, const std::string& id, Placement placement) {
  const auto moved = place(group, id, placement);
  if (!moved) return moved.error().message;
  for (const Slot& slot : *moved) {
    std::find_if(group.begin(), group.end(), [&](const Slot& s) { return s.id == slot.id; })->position =
        slot.position;
  }
  std::string text;
  for (const Slot& slot : group) text += (text.empty() ? "" : " ") + slot.id + std::to_string(slot.position);
  return text;
}

const std::vector<Slot> kThree = {{"a", 0}, {"b", 1}, {"c", 2}};
const std::vector<Slot> kFour = {{"a", 0}, {"b", 1}, {"c", 2}, {"d", 3}};
const std::vector<Slot> kGaps = {{"a", 0}, {"b", 5}, {"c", 9}};

TEST(Positions, AreTakenAsDocumented) {
  const struct {
    const char* name;
    std::vector<Slot> group;
    const char* id;
    std::int64_t to;
    Order order;
    const char* expected;
  } cases[] = {
      {"a new one at 0 pushes the others up", kFour, "d", 0, Order::Shifting, "a1 b2 c3 d0"},
      {"a new one at 0 swaps with its occupant", kFour, "d", 0, Order::Swapping, "a3 b1 c2 d0"},
      {"moving up shifts only those between", kThree, "b", 0, Order::Shifting, "a1 b0 c2"},
      {"moving down shifts only those between", kThree, "a", 1, Order::Shifting, "a1 b0 c2"},
      {"the second to 0 swaps", kThree, "b", 0, Order::Swapping, "a1 b0 c2"},
      {"the first to the end swaps", kThree, "a", 2, Order::Swapping, "a2 b1 c0"},
      {"a free one is taken and the gap stays", kGaps, "a", 3, Order::Shifting, "a3 b5 c9"},
      {"a free one is taken when swapping, too", kGaps, "c", 7, Order::Swapping, "a0 b5 c7"},
      {"gaps between survive a shift", kGaps, "c", 0, Order::Shifting, "a1 b6 c0"},
      {"-1 is the end", kThree, "a", -1, Order::Shifting, "a2 b0 c1"},
      {"-1 of the last one stays", kThree, "c", -1, Order::Shifting, "a0 b1 c2"},
      {"its own place changes nothing", kThree, "b", 1, Order::Shifting, "a0 b1 c2"},
      {"-1 is refused when swapping", kThree, "a", -1, Order::Swapping, "Invalid value for position field"},
      {"-2 is refused", kThree, "a", -2, Order::Shifting, "Invalid value for position field"},
      {"the largest is 2147483647", kThree, "a", 2147483647, Order::Swapping, "a2147483647 b1 c2"},
      {"beyond it is refused", kThree, "a", 2147483648, Order::Shifting, "Invalid value for position field"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(after(c.group, c.id, {c.to, c.order}), c.expected);
  }
  EXPECT_EQ(after(kThree, "a", {}), "a0 b1 c2");
}

TEST(Positions, SwapsEndInTheSameOrderWhateverTheirSequence) {
  // Three creations by Terraform in parallel: each is appended, then asks for its own place.
  std::vector<std::string> ids = {"a", "b", "c"};
  std::sort(ids.begin(), ids.end());
  std::vector<std::string> outcomes;
  do {
    std::vector<Slot> group;
    for (const std::string& id : ids) {
      group.push_back({id, end_position(group)});
      const auto moved = place(group, id, {id[0] - 'a', Order::Swapping});
      ASSERT_TRUE(moved.has_value());
      for (const Slot& slot : *moved) {
        for (Slot& s : group) {
          if (s.id == slot.id) s.position = slot.position;
        }
      }
    }
    std::sort(group.begin(), group.end(), [](const Slot& x, const Slot& y) { return x.id < y.id; });
    EXPECT_EQ(group, kThree);
  } while (std::next_permutation(ids.begin(), ids.end()));
}

TEST(Positions, TheEndIsBehindTheLast) {
  EXPECT_EQ(end_position({}), 0);
  EXPECT_EQ(end_position(kGaps), 10);
}

}  // namespace
}  // namespace tocsin::api
