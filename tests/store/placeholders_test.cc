#include "store/placeholders.h"

#include <gtest/gtest.h>

namespace tocsin::store {
namespace {

std::string bound(const std::vector<Param>& params) {
  std::string text;
  for (const Param& param : params) text += std::string(std::get<std::string_view>(param.data())) + " ";
  return text;
}

TEST(Placeholders, AListIsFilledUpToAPowerOfTwoWithItsLast) {
  const std::vector<std::string> ids = {"a", "b", "c"};
  std::vector<Param> params = {"node"};
  EXPECT_EQ(add_list(params, ids), "($2, $3, $4, $5)");
  EXPECT_EQ(bound(params), "node a b c c ");
  EXPECT_EQ(add_list(params, std::vector<std::string>{"d"}), "($6)");
}

TEST(Placeholders, RowsAreFilledUpWithTheLastRow) {
  std::vector<Param> params = {"node"};
  EXPECT_EQ(add_rows(params, {"a", "1", "b", "2", "c", "3"}, 2), "($2, $3), ($4, $5), ($6, $7), ($8, $9)");
  EXPECT_EQ(bound(params), "node a 1 b 2 c 3 c 3 ");
}

}  // namespace
}  // namespace tocsin::store
