#include <gtest/gtest.h>

#include "language/json/read.h"
#include "language/json/utf8.h"
#include "language/json/write.h"

namespace tocsin::json {
namespace {

std::string round_trip(std::string_view text, const Style& style = kCompact) {
  const auto value = read(text);
  return value ? write(*value, style) : "error: " + value.error().message;
}

TEST(Json, KeepsOrderNumbersAndUnboundedIntegers) {
  EXPECT_EQ(round_trip(R"({"b":1,"a":1.0,"c":[12345678901234567890123,-0.0,1e16,1E-5,9223372036854775807]})"),
            R"({"b":1,"a":1.0,"c":[12345678901234567890123,-0.0,1e+16,1e-05,9223372036854775807]})");
}

TEST(Json, LastDuplicateWinsAtTheFirstPosition) {
  EXPECT_EQ(round_trip(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
}

TEST(Json, ManyKeysAreIndexed) {
  Object object;
  for (int i = 0; i < 1000; ++i) object.set("k" + std::to_string(i), i);
  object.set("k500", "new");
  ASSERT_TRUE(object.erase("k3"));
  const Object copy = object;
  EXPECT_EQ(copy.size(), 999U);
  EXPECT_EQ(copy.find("k500")->as_string(), "new");
  EXPECT_EQ(copy.find("k999")->as_int(), 999);
  EXPECT_EQ(copy.find("k3"), nullptr);
}

TEST(Json, KeepsNulAndLoneSurrogates) {
  EXPECT_EQ(round_trip(R"("a\u0000b")"), R"("a\u0000b")");
  EXPECT_EQ(round_trip(R"("\ud800x\udc00")"), R"("\ud800x\udc00")");
  EXPECT_EQ(round_trip(R"("\ud83d\ude00")"), "\"😀\"");
  EXPECT_EQ(round_trip(R"("😀é")", kPython), R"("\ud83d\ude00\u00e9")");
}

// Runs of plain text are skipped eight bytes at a time: each place within a word must be seen.
TEST(Json, FindsSpecialSignsAtEveryPlaceOfALongText) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t at = 0; at <= length; ++at) {
      for (const std::string_view sign : {"\"", "\\", "\n", "\x7f", "é", "\xed\xa0\x80", "x"}) {
        std::string text(length, 'a');
        text.insert(at, sign);
        for (const Style& style : {kCompact, kPython}) {
          const std::string written = write(Value(text), style);
          const auto back = read(written);
          ASSERT_TRUE(back) << written;
          EXPECT_EQ(back->as_string(), text);
          if (style.ascii) {
            EXPECT_EQ(written.find_first_not_of("\"\\abcdefghijklmnopqrstuvwxyz0123456789"),
                      std::string::npos);
          }
        }
      }
      std::string broken = "\"" + std::string(length, 'a') + "\"";
      broken.insert(at + 1, "\x01");
      EXPECT_FALSE(read(broken));
      broken[at + 1] = '\xff';
      EXPECT_FALSE(read(broken));
    }
  }
}

TEST(Json, RefusesWithPythonsWords) {
  EXPECT_EQ(round_trip(""), "error: Expecting value: line 1 column 1 (char 0)");
  EXPECT_EQ(round_trip("{\"a\":1,\n}"),
            "error: Expecting property name enclosed in double quotes: line 2 column 1 (char 8)");
  EXPECT_EQ(round_trip("[1 2]"), "error: Expecting ',' delimiter: line 1 column 4 (char 3)");
  EXPECT_EQ(round_trip("\"abc"), "error: Unterminated string starting at: line 1 column 1 (char 0)");
  EXPECT_EQ(round_trip("1 2"), "error: Extra data: line 1 column 3 (char 2)");
  EXPECT_EQ(round_trip("NaN").substr(0, 12), "error: Out o");
  EXPECT_EQ(round_trip("\"\\x\"").substr(0, 24), "error: Invalid \\escape: ");
  for (const char* bad :
       {"01", "1.", "-", "tru", "{\"a\"}", "[", "\"\x01\"", "\"\\u12g4\"", "\"\xff\"", "\"\xed\xa0\x80\""}) {
    EXPECT_FALSE(read(bad)) << bad;
  }
}

TEST(Json, DeepNestingIsAnErrorNotACrash) {
  EXPECT_TRUE(read(std::string(900, '[') + std::string(900, ']')));
  EXPECT_FALSE(read(std::string(100000, '[') + std::string(100000, ']')));
  EXPECT_FALSE(read("[" + std::string(100000, '9') + "]"));
}

TEST(Json, HugeExponentsAreInfinityAsInPython) {
  const auto value = read("[1E400, -1E400, 1e-400]");
  ASSERT_TRUE(value);
  EXPECT_EQ(write(*value), "[Infinity,-Infinity,0.0]");
}

TEST(Json, PrettyIsSortedAndIndented) {
  EXPECT_EQ(round_trip(R"({"b":[1,{}],"a":{"y":"é"},"c":[]})", kPretty),
            "{\n    \"a\": {\n        \"y\": \"é\"\n    },\n    \"b\": [\n        1,\n        {}\n    ],\n   "
            " \"c\": []\n}");
}

TEST(Json, FloatsPrintAsPythonPrintsThem) {
  const std::pair<double, const char*> cases[] = {
      {2.0, "2.0"},          {0.1, "0.1"},       {1e15, "1000000000000000.0"},
      {1e16, "1e+16"},       {0.0001, "0.0001"}, {0.00001, "1e-05"},
      {1.5e300, "1.5e+300"}, {-0.0, "-0.0"},     {123456789.125, "123456789.125"}};
  for (const auto& [number, text] : cases) EXPECT_EQ(float_repr(number), text);
}

TEST(Utf8, CleanTextReplacesWhatADatabaseRefuses) {
  EXPECT_EQ(clean_text(std::string_view("a\0b\xed\xa0\x80\xff", 7)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(count_code_points("aé😀"), 3U);
  EXPECT_EQ(first_code_points("aé😀", 2), "aé");
}

}  // namespace
}  // namespace tocsin::json
