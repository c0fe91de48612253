#include "language/regex/pattern.h"

#include "support/cpu_time.h"

namespace tocsin::regex {
namespace {

// "1" match, "0" none, "limit", or the error.
std::string searched(std::string_view pattern, std::string_view subject, Dialect dialect,
                     bool anchored = false) {
  const auto compiled = Pattern::compile(pattern, dialect);
  if (!compiled) return compiled.error().message;
  switch (anchored ? compiled->match(subject) : compiled->search(subject)) {
    case Outcome::Match:
      return "1";
    case Outcome::NoMatch:
      return "0";
    case Outcome::LimitExceeded:
      return "limit";
  }
  return "?";
}

std::string replaced(std::string_view pattern, std::string_view subject, std::string_view with) {
  const auto compiled = Pattern::compile(pattern, Dialect::Regex);
  if (!compiled) return compiled.error().message;
  const Replaced out = compiled->replace(subject, with);
  return out.kind == Replaced::Kind::LimitExceeded ? "limit" : out.text;
}

TEST(Pattern, SearchesAsPythonDoes) {
  const struct {
    const char* pattern;
    std::string subject;
    const char* re;
    const char* regex;
  } cases[] = {
      {"a.b", "a\nb", "0", "0"},
      {"(?s)a.b", "a\nb", "1", "1"},
      {"a$", "a\n", "1", "1"},
      {R"(a\Z)", "a\n", "0", "0"},
      {"(?m)^b$", "a\nb", "1", "1"},
      {R"(^\w+$)", "é日", "1", "1"},
      {R"(^\d$)", "٣", "1", "1"},
      {R"((?a)^\d$)", "٣", "0", "0"},
      {R"(a\sb)",
       "a\xC2\xA0"
       "b",
       "1", "1"},
      {R"(a\sb)",
       "a\x1c"
       "b",
       "1", "0"},
      {R"(a\vb)",
       "a\x0b"
       "b",
       "1", "1"},
      {R"(a\vb)", "a\nb", "0", "0"},
      {"^a{,2}$", "aa", "1", "1"},
      {"^a{,2}$", "a{,2}", "0", "0"},
      {R"(\u0041\U00000042)", "AB", "1", "1"},
      {R"((?P<x>ab)(?P=x))", "abab", "1", "1"},
      {"(?x) x # c (", "x", "1", "1"},
      {"[[:alpha:]]", "a", "0", "1"},
      {"[[:alpha:]]", "a]", "1", "1"},
      {R"(\p{Lu})", "Ω", R"(bad escape \p at position 0)", "1"},
      {"(?i)É", "é", "1", "1"},
      {"a(?i:B)c", "Abc", "0", "0"},
      {R"(\((?:[^()]|(?R))*\))", "((a)b)", "unknown extension ?R at position 12", "1"},
      {"(?|(a)|(b))", "b", "unknown extension ?| at position 1", "1"},
      {"(?<=a+)b", "aab", "look-behind requires fixed-width pattern", "1"},
      {"(?<!a*x)b", "xb", "look-behind requires fixed-width pattern", "0"},
      {"(?:colour){e<=1}", "color", "0", "fuzzy matching is not supported at position 10"},
      {"(*LIMIT_MATCH=1)a", "a", "nothing to repeat at position 1", "nothing to repeat at position 1"},
      {R"(\Qa\E)", "a", R"(bad escape \Q at position 0)", R"(bad escape \Q at position 2)"},
      {"(", "a", "missing ), unterminated subpattern at position 0", "missing ) at position 1"},
      {"a(b(c)", "a", "missing ), unterminated subpattern at position 1", "missing ) at position 6"},
      {"(aa)(?", "a", "unexpected end of pattern at position 6", "unexpected end of pattern at position 6"},
      {"a)", "a", "unbalanced parenthesis at position 1", "unbalanced parenthesis at position 1"},
      {"a|(?i)b", "B", "global flags not at the start of the expression at position 2", "1"},
      {R"(\bhost\b)", "the host.", "1", "1"},
      {"a++a", "aaa", "0", "0"},
      {R"("severity": "crit)", R"({"severity": "critical"})", "1", "1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    EXPECT_EQ(searched(c.pattern, c.subject, Dialect::Re), c.re);
    EXPECT_EQ(searched(c.pattern, c.subject, Dialect::Regex), c.regex);
  }
}

TEST(Pattern, MatchIsAnchoredAtTheStartOnly) {
  EXPECT_EQ(searched("CPU", "CPU high", Dialect::Regex, true), "1");
  EXPECT_EQ(searched("CPU", "x CPU", Dialect::Regex, true), "0");
}

TEST(Pattern, ReplacesEveryMatch) {
  const struct {
    const char *pattern, *subject, *with, *expected;
  } cases[] = {
      {"[0-9]+", "foo-123-bar-4", "N", "foo-N-bar-N"},
      {R"((\w+) (\w+))", "John Smith", R"(\2 \1)", "Smith John"},
      {R"((?P<k>\w)=(?P<v>\w))", "k=v", R"(\g<v>=\g<k>)", "v=k"},
      {"(a)|(b)", "ab", R"([\1\2])", "[a][b]"},
      {"x*", "abc", "-", "-a-b-c-"},
      {"x*", "abxd", "-", "-a-b--d-"},
      {"", "日本", "-", "-日-本-"},
      {"a", "a", R"(\1)", "invalid group reference"},
      {"a", "a", R"(\g<n>)", "unknown group"},
      {"a", "a", R"(\n\\\g<0>)", "\n\\a"},
      {"(?|(a)|(b))", "ab", R"(<\1>)", "<a><b>"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    EXPECT_EQ(replaced(c.pattern, c.subject, c.with), c.expected);
  }
}

TEST(Pattern, LoneSurrogatesAreSearchedOver) {
  EXPECT_EQ(replaced("b",
                     "a\xED\xA0\x80"
                     "b",
                     "c"),
            "a\xED\xA0\x80"
            "c");
}

TEST(Pattern, CostlyPatternsEndAtTheLimit) {
  const std::string many(30, 'a');
  const std::string line(20'000, 'a');
  std::string blocks;
  for (const std::size_t size : {10'000U, 10'000U, 20'000U}) blocks.append(size, 'a') += 'b';
  const struct {
    const char* pattern;
    std::string subject;
  } cases[] = {
      {"(a+)+$", many + "b"},
      {"(a|aa)+$", many + many + "b"},
      {"(a|a?)+$", many + "b"},
      {"(.*)(.*)(.*)(.*)(.*)[xyz]$", line},
      {"a*[bc]", line},
      {"(?:(?:(?:a+)+)+)+[bc]", many},
      {R"(\((?:[^()]|(?R))*[)x])", std::string(5000, '(')},
      // What passes over much without a way back.
      {"a*+[bd]", line + "c"},
      {"(?>a+)[bd]", line + "c"},
      {"(?=a*[cd])(?!a)[xy]", line + "c"},
      {R"([^\n]*xq)", line + "q"},
      {R"((a+)\1[bc])", line},
      {"a{10001}", blocks},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    const double start = cpu_ms();
    EXPECT_EQ(searched(c.pattern, c.subject, Dialect::Regex), "limit");
    EXPECT_LT(cpu_ms() - start, 500) << "normally below 15 ms; the margin is for sanitizers";
  }
}

TEST(Pattern, CallsShareAnAllowance) {
  const auto pattern = Pattern::compile("[ab]+[cd]", Dialect::Regex);
  ASSERT_TRUE(pattern);
  std::int64_t allowance = 1000;
  EXPECT_EQ(pattern->search("xx abc", &allowance), Outcome::Match);
  const std::int64_t first = 1000 - allowance;
  EXPECT_GT(first, 2);
  EXPECT_LT(first, 50);
  EXPECT_EQ(pattern->match("abc", &allowance), Outcome::Match);
  EXPECT_EQ(pattern->replace("abc abc", "-", &allowance).text, "- -");
  EXPECT_LT(allowance, 1000 - 2 * first);
  EXPECT_EQ(pattern->search(std::string(2000, 'a'), &allowance), Outcome::LimitExceeded);
  EXPECT_LE(allowance, 0);
  EXPECT_EQ(pattern->search("abc", &allowance), Outcome::LimitExceeded);
}

TEST(Pattern, OrdinarySearchesOfLongTextsStayWithinTheLimit) {
  std::string text;
  while (text.size() < 1'000'000)
    text += R"({"labels": {"severity": "warning", "host": "db-17"}, "value": 3.25}, )";
  EXPECT_EQ(searched(R"("severity": "critical")", text, Dialect::Re), "0");
  EXPECT_EQ(searched(R"(\d+ms)", text, Dialect::Re), "0");
  EXPECT_EQ(searched(R"(\w+@\w+)", text, Dialect::Re), "0");
}

}  // namespace
}  // namespace tocsin::regex
