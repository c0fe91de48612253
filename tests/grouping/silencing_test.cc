// Silences by matcher as rules; tests/api/silences_test.cc sees them from outside.
#include "domain/grouping/silencing.h"

#include <gtest/gtest.h>

namespace tocsin::grouping {
namespace {

using namespace std::chrono_literals;

constexpr Instant t0 = from_micros(1'933'135'628'000'000);

AlertGroup a_group() {
  AlertGroup group;
  group.id = AlertGroupId("I1");
  group.integration = IntegrationId("C1");
  group.title = "disk full";
  group.started_at = t0;
  return group;
}

SilenceRule a_rule(const std::string& id, std::vector<SilenceMatcher> matchers, Instant starts,
                   Instant ends) {
  auto rule = make_silence_rule({.id = SilenceId(id),
                                 .matchers = std::move(matchers),
                                 .starts_at = starts,
                                 .ends_at = ends,
                                 .comment = "rack 7",
                                 .author = UserId("U1"),
                                 .author_name = "ann",
                                 .created_at = starts});
  EXPECT_TRUE(rule.has_value());
  return std::move(rule).value();
}

SilenceMatcher title(const std::string& value, bool regex, bool negated = false) {
  SilenceMatcher matcher;
  matcher.on = MatchOn::Title;
  matcher.value = value;
  matcher.regex = regex;
  matcher.negated = negated;
  return matcher;
}

const SilenceMatcher kDisk = title("disk", true);

TEST(Silencing, TakesTheOneThatEndsLastOfThoseThatHold) {
  const std::vector<SilenceRule> rules = {
      a_rule("Q1", {kDisk}, t0, t0 + 1h), a_rule("Q2", {kDisk}, t0, t0 + 3h),
      a_rule("Q3", {kDisk}, t0 + 1h, t0 + 9h), a_rule("Q4", {title("fan", false)}, t0, t0 + 9h)};
  const struct {
    const char* name;
    Instant now;
    const char* expected;
  } cases[] = {{"before all", t0 - 1s, ""},
               {"at the start", t0, "Q2"},
               {"when the long one has begun", t0 + 1h, "Q3"},
               {"at its end it is over", t0 + 9h, ""}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const SilenceRule* found = find_silence(rules, a_group(), {}, c.now);
    EXPECT_EQ(found == nullptr ? std::string() : found->silence.id.str(), c.expected);
  }
}

TEST(Silencing, WithoutMatchersMatchesNothing) {
  EXPECT_FALSE(matches(a_rule("Q1", {}, t0, t0 + 1h), a_group(), {}));
}

TEST(Silencing, WouldRatherPageThanStopAtAPatternsLimit) {
  AlertGroup group = a_group();
  group.title = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
  for (const bool negated : {false, true}) {
    const SilenceMatcher slow = title("^(a+)+(a+)+(a+)+$", true, negated);
    EXPECT_FALSE(matches(a_rule("Q1", {slow}, t0, t0 + 1h), group, {}));
  }
}

TEST(Silencing, RefusesAPatternThatDoesNotCompile) {
  EXPECT_FALSE(make_silence_rule(Silence{.matchers = {title("(", true)}}));
}

TEST(Silencing, SilencesUntilTheEndAndSaysByWhom) {
  const SilenceRule rule = a_rule("Q1", {kDisk}, t0, t0 + 1h);
  const Transition next = silence_until_end(a_group(), rule.silence, t0 + 10min);
  EXPECT_TRUE(next.group.silenced);
  EXPECT_EQ(next.group.silenced_until, t0 + 1h);
  EXPECT_EQ(next.group.silenced_by_user, UserId("U1"));
  const auto* record = std::get_if<effect::AddRecord>(&next.effects.at(0));
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->record.type, GroupRecordType::Silenced);
  EXPECT_EQ(record->record.reason, "silence Q1: rack 7");
}

TEST(Silencing, LeavesAloneWhatIsAnsweredOrSilentForLonger) {
  const Silence silence = a_rule("Q1", {kDisk}, t0, t0 + 1h).silence;
  const struct {
    const char* name;
    void (*prepare)(AlertGroup&);
    bool silenced;
  } cases[] = {
      {"acknowledged", [](AlertGroup& g) { g.acknowledged = true; }, false},
      {"resolved", [](AlertGroup& g) { g.resolved = true; }, false},
      {"attached", [](AlertGroup& g) { g.root = AlertGroupId("I2"); }, false},
      {"a maintenance", [](AlertGroup& g) { g.maintenance = true; }, false},
      {"silent for ever", [](AlertGroup& g) { g.silenced = true; }, false},
      {"silent for longer", [](AlertGroup& g) { g.silenced = true, g.silenced_until = t0 + 2h; }, false},
      {"silent for less", [](AlertGroup& g) { g.silenced = true, g.silenced_until = t0 + 1min; }, true},
      {"firing", [](AlertGroup&) {}, true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    AlertGroup group = a_group();
    c.prepare(group);
    EXPECT_EQ(!silence_until_end(group, silence, t0).effects.empty(), c.silenced);
  }
}

}  // namespace
}  // namespace tocsin::grouping
