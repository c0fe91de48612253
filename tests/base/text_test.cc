#include "base/text.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

TEST(Hex, IsTwoDigitsAByteAndBack) {
  const std::string bytes("\x00\x09\x7f\xa0\xff", 5);
  EXPECT_EQ(to_hex(bytes), "00097fa0ff");
  EXPECT_EQ(from_hex("00097fa0ff"), bytes);
  EXPECT_EQ(from_hex(""), "");
}

TEST(Hex, RefusesWhatIsNoPairOfLowerCaseDigits) {
  for (const char* text : {"0", "0g", "0A", "a0b", " 0"}) EXPECT_EQ(from_hex(text), std::nullopt) << text;
}

TEST(Quoted, PutsMarksAroundAndEscapesNothing) {
  EXPECT_EQ(quoted("a \"b\""), "\"a \"b\"\"");
}

TEST(Markup, ThreeSignsAreEscapedQuotesAreNot) {
  EXPECT_EQ(escape_markup("a & <b> \"c\" 'd'"), "a &amp; &lt;b&gt; \"c\" 'd'");
}

}  // namespace
}  // namespace tocsin
