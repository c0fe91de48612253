// Rules against occurrences known from RFC 5545, section 3.8.5.3, and computed with dateutil 2.8.2. Random
// rules are compared in bulk by tests/schedule/differential.py.
#include "language/ical/recurrence.h"

#include <gtest/gtest.h>

#include "base/instant.h"

namespace tocsin::ical {
namespace {

using namespace std::chrono;

Wall wall(const std::string& text) {
  const std::string full = text.size() == 10 ? text + "T00:00:00" : text;
  return Wall{floor<seconds>(parse_iso(full).value().time_since_epoch())};
}

std::string shown(Wall at) {
  return to_iso(Instant{at.time_since_epoch()}).substr(0, 16);
}

std::string walk(const Recurrence& rule, const std::string& start, const std::string& from, int count,
                 const std::string& limit = "2100-01-01") {
  Budget budget;
  Occurrences occurrences(rule, wall(start), wall(from), budget);
  std::string all;
  while (count-- > 0) {
    const auto at = occurrences.next(wall(limit));
    if (!at) break;
    std::string text = shown(*at);
    if (text.ends_with("T09:00")) text.resize(10);
    all += (all.empty() ? "" : " ") + text;
  }
  return all;
}

TEST(Recurrence, FollowsTheExamplesOfTheStandard) {
  using enum Frequency;
  const struct {
    const char* name;
    Recurrence rule;
    const char* start;
    const char* expected;
  } cases[] = {
      {"every other day",
       {.frequency = Daily, .interval = 2},
       "1997-09-02T09:00:00",
       "1997-09-02 1997-09-04 1997-09-06"},
      {"first Friday of the month",
       {.frequency = Monthly, .by_day = {{Friday, 1}}},
       "1997-09-05T09:00:00",
       "1997-09-05 1997-10-03 1997-11-07"},
      {"first and last Sunday of every other month",
       {.frequency = Monthly, .interval = 2, .by_day = {{Sunday, 1}, {Sunday, -1}}},
       "1997-09-07T09:00:00",
       "1997-09-07 1997-09-28 1997-11-02 1997-11-30"},
      {"third to last day of the month",
       {.frequency = Monthly, .by_monthday = {-3}},
       "1997-09-28T09:00:00",
       "1997-09-28 1997-10-29 1997-11-28 1997-12-29"},
      {"Friday the 13th",
       {.frequency = Monthly, .by_day = {{Friday, 0}}, .by_monthday = {13}},
       "1997-09-02T09:00:00",
       "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13"},
      {"yearly in June and July",
       {.frequency = Yearly, .by_month = {6, 7}},
       "1997-06-10T09:00:00",
       "1997-06-10 1997-07-10 1998-06-10"},
      {"days 1, 100 and 200 of every third year",
       {.frequency = Yearly, .interval = 3, .by_yearday = {1, 100, 200}},
       "1997-01-01T09:00:00",
       "1997-01-01 1997-04-10 1997-07-19 2000-01-01"},
      {"20th Monday of the year",
       {.frequency = Yearly, .by_day = {{Monday, 20}}},
       "1997-05-19T09:00:00",
       "1997-05-19 1998-05-18 1999-05-17"},
      {"Monday of week 20",
       {.frequency = Yearly, .by_day = {{Monday, 0}}, .by_weekno = {20}},
       "1997-05-12T09:00:00",
       "1997-05-12 1998-05-11 1999-05-17"},
      {"Thursdays of the summer",
       {.frequency = Yearly, .by_day = {{Thursday, 0}}, .by_month = {6, 7, 8}},
       "1997-06-05T09:00:00",
       "1997-06-05 1997-06-12 1997-06-19"},
      {"election day",
       {.frequency = Yearly,
        .interval = 4,
        .by_day = {{Tuesday, 0}},
        .by_month = {11},
        .by_monthday = {2, 3, 4, 5, 6, 7, 8}},
       "1996-11-05T09:00:00",
       "1996-11-05 2000-11-07 2004-11-02"},
      {"second to last weekday of the month",
       {.frequency = Monthly,
        .by_day = {{Monday, 0}, {Tuesday, 0}, {Wednesday, 0}, {Thursday, 0}, {Friday, 0}},
        .by_setpos = {-2}},
       "1997-09-29T09:00:00",
       "1997-09-29 1997-10-30 1997-11-27"},
      {"either plain or counted days",
       {.frequency = Monthly, .by_day = {{Monday, 1}, {Friday, 0}}},
       "1997-09-01T09:00:00",
       "1997-09-01 1997-09-05 1997-09-12"},
      {"a moment that few years have",
       {.frequency = Yearly},
       "2024-02-29T09:00:00",
       "2024-02-29 2028-02-29 2032-02-29"},
  };
  for (const auto& c : cases) {
    const std::string expected = c.expected;
    const int count = static_cast<int>(std::count(expected.begin(), expected.end(), ' ')) + 1;
    EXPECT_EQ(walk(c.rule, c.start, c.start, count), expected) << c.name;
  }
}

TEST(Recurrence, StepsWithinTheDay) {
  using enum Frequency;
  EXPECT_EQ(walk({.frequency = Minutely, .interval = 90}, "1997-09-02T09:00:00", "1997-09-02", 3),
            "1997-09-02 1997-09-02T10:30 1997-09-02T12:00");
  EXPECT_EQ(
      walk({.frequency = Hourly, .interval = 5, .by_hour = {9, 10}}, "1997-09-02T09:00:00", "1997-09-02", 3),
      "1997-09-02 1997-09-03T10:00 1997-09-07");
  EXPECT_EQ(walk({.frequency = Daily, .by_hour = {9, 17}, .by_minute = {0, 30}}, "1997-09-02T09:00:00",
                 "1997-09-02", 5),
            "1997-09-02 1997-09-02T09:30 1997-09-02T17:00 1997-09-02T17:30 1997-09-03");
  EXPECT_EQ(
      walk({.frequency = Minutely, .interval = 7, .by_month = {3}}, "1997-09-02T09:00:00", "1997-09-02", 1),
      "1998-03-01T00:04");
}

TEST(Recurrence, JumpsToWhereItIsAsked) {
  const Recurrence rule{.frequency = Frequency::Secondly, .interval = 7};
  Budget budget;
  Occurrences occurrences(rule, wall("1970-01-01"), wall("2095-01-01"), budget);
  const auto at = occurrences.next(wall("2096-01-01"));
  ASSERT_TRUE(at);
  EXPECT_EQ((*at - wall("1970-01-01")).count() % 7, 0);
  EXPECT_LT(*at - wall("2095-01-01"), 7s);
  EXPECT_GE(budget.periods, 1'000'000 - 3);
}

TEST(Recurrence, GivesUpOnARuleThatNeverMatches) {
  for (const Frequency frequency :
       {Frequency::Secondly, Frequency::Hourly, Frequency::Daily, Frequency::Monthly}) {
    const Recurrence rule{.frequency = frequency, .by_month = {2}, .by_monthday = {30}};
    Budget budget{50'000};
    Occurrences occurrences(rule, wall("2025-01-01"), wall("2025-01-01"), budget);
    EXPECT_EQ(occurrences.next(Wall::max()), std::nullopt);
    EXPECT_GE(budget.periods, 0);
  }
}

}  // namespace
}  // namespace tocsin::ical
