#include "language/json/member.h"

#include <gtest/gtest.h>

#include "language/json/read.h"

namespace tocsin::json {
namespace {

TEST(TextMember, IsTheTextOrNothing) {
  const Value object = read(R"({"a":"x","b":1,"c":null,"d":""})").value();
  EXPECT_EQ(text_member(object, "a"), "x");
  for (const char* name : {"b", "c", "d", "e"}) EXPECT_EQ(text_member(object, name), "") << name;
  EXPECT_EQ(text_member(Value("a"), "a"), "") << "no object";
}

}  // namespace
}  // namespace tocsin::json
