#include "engine/ordered_ids.h"

#include <gtest/gtest.h>

#include <set>

#include "support/site_client.h"

namespace tocsin::engine {
namespace {

using std::chrono::seconds;

const Instant kNow = *parse_iso("2026-11-24T10:00:00");

class OrderedIdsTest : public testing::Test {
 protected:
  test::SeededRng rng_{7};
  IdSource source_{rng_};
  OrderedIds ids_{source_};
};

TEST_F(OrderedIdsTest, LookLikeEveryOtherPublicId) {
  const std::string id = ids_.next("A", kNow);
  EXPECT_EQ(id.size(), 13U);
  EXPECT_EQ(id[0], 'A');
  EXPECT_EQ(id.find_first_not_of("ABCDEFGHIJKLMNPQRSTUVWXYZ123456789"), std::string::npos) << id;
}

TEST_F(OrderedIdsTest, GrowWithinASecondAndFromSecondToSecond) {
  std::string last = ids_.next("A", kNow);
  for (int second = 0; second < 100; ++second) {
    for (int i = 0; i < 50; ++i) {
      const std::string id = ids_.next("A", kNow + seconds(second));
      ASSERT_LT(last, id) << second;
      last = id;
    }
  }
}

TEST_F(OrderedIdsTest, GrowFromYearToYearUntil2091) {
  std::string last = ids_.next("A", *parse_iso("2024-01-01T00:00:00"));
  for (int year = 2025; year <= 2091; ++year) {
    const std::string id = ids_.next("A", *parse_iso(std::to_string(year) + "-06-01T00:00:00"));
    ASSERT_LT(last, id) << year;
    ASSERT_EQ(id.size(), 13U);
    last = id;
  }
}

TEST_F(OrderedIdsTest, AreNeverGivenTwiceWhenTheClockGoesBack) {
  std::set<std::string> seen;
  for (const int second : {10, 11, 5, 5, 10, 11, 11, 4, 12, -2'000'000'000, 12}) {
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(seen.insert(ids_.next("A", kNow + seconds(second))).second);
  }
}

TEST_F(OrderedIdsTest, OfTwoNodesInOneSecondDoNotMeet) {
  test::SeededRng other_rng(8);
  IdSource other_source(other_rng);
  OrderedIds other(other_source);
  std::set<std::string> seen;
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(seen.insert(ids_.next("A", kNow)).second);
    ASSERT_TRUE(seen.insert(other.next("A", kNow)).second);
  }
}

}  // namespace
}  // namespace tocsin::engine
