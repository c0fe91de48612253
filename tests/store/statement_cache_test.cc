#include "store/statement_cache.h"

#include <gtest/gtest.h>

namespace tocsin::store {
namespace {

TEST(StatementCache, TheOneNotUsedForLongestLeaves) {
  StatementCache<int> cache(2);
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.add("a", 1), std::nullopt);
  EXPECT_EQ(cache.add("b", 2), std::nullopt);
  EXPECT_EQ(*cache.find("a"), 1);
  EXPECT_EQ(cache.add("c", 3), 2);
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(*cache.find("a"), 1);
  EXPECT_EQ(*cache.find("c"), 3);
  EXPECT_EQ(cache.size(), 2U);
}

TEST(StatementCache, KeepsItsOwnCopyOfTheText) {
  StatementCache<int> cache(2);
  {
    std::string passing = "SELECT something long enough to live on the heap";
    cache.add(passing, 1);
    passing.assign(passing.size(), 'x');
  }
  EXPECT_NE(cache.find("SELECT something long enough to live on the heap"), nullptr);
}

TEST(StatementCache, ForgetsOnDemand) {
  StatementCache<int> cache(4);
  cache.add("a", 1);
  cache.add("b", 2);
  cache.remove("a");
  cache.remove("never known");
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(*cache.find("b"), 2);
  cache.clear();
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(cache.size(), 0U);
}

}  // namespace
}  // namespace tocsin::store
