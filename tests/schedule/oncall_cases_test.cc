// What OnCall's own tests of shifts expect (engine/apps/schedules/tests/test_custom_on_call_shift.py and
// custom_shift_test_cases.py), by their facts. Days are counted from Monday, January 6, 2025, in the table of
// numbered cases from the day they name.
#include <gtest/gtest.h>

#include "schedule/support.h"

namespace tocsin::schedule {
namespace {

using namespace std::chrono_literals;
using enum ShiftFrequency;

TEST(OnCallCases, ALateRotationStartBeginsWithTheGroupWhoseTurnItIs) {
  const struct {
    const char* name;
    OnCallShift shift;
    const char* starts;
  } cases[] = {
      {"hourly",
       Shift::rolling(Hourly, "A B C", "01-06", 30min).rotating_from("01-06T02").ending("01-06T06:59"),
       "C 01-06T02; A 01-06T03; B 01-06T04; C 01-06T05; A 01-06T06"},
      {"daily",
       Shift::rolling(Daily, "A B C", "01-06", 30min).rotating_from("01-07T01").ending("01-12T00:10"),
       "C 01-08; A 01-09; B 01-10; C 01-11; A 01-12"},
      {"weekly",
       Shift::rolling(Weekly, "A B C", "01-06", 30min).rotating_from("01-13T01").ending("02-17T00:10"),
       "C 01-20; A 01-27; B 02-03; C 02-10; A 02-17"},
      {"weekends, from a Wednesday",
       Shift::rolling(Weekly, "A B C", "01-08", 30min)
           .on("SA SU")
           .rotating_from("01-13")
           .ending("02-12T00:01"),
       "B 01-18; B 01-19; C 01-25; C 01-26; A 02-01; A 02-02; B 02-08; B 02-09"},
      {"weekends, from a Sunday",
       Shift::rolling(Weekly, "A B C", "01-12", 30min)
           .on("SA SU")
           .rotating_from("01-13")
           .ending("02-12T00:01"),
       "B 01-18; B 01-19; C 01-25; C 01-26; A 02-01; A 02-02; B 02-08; B 02-09"},
      {"two days of the week, the first turn half gone",
       Shift::rolling(Weekly, "A B C", "01-06", 30min)
           .on("TU TH")
           .rotating_from("01-14T01")
           .ending("01-29T00:01"),
       "B 01-16; C 01-21; C 01-23; A 01-28"},
      {"monthly",
       Shift::rolling(Monthly, "A B C", "2024-12-01T10:30", 30min)
           .rotating_from("2024-12-31T11:30")
           .ending("02-11T10:31"),
       "B 01-01T10:30; C 02-01T10:30"},
      {"the first four days of a month",
       Shift::rolling(Monthly, "A B C", "2024-12-01T10:30", 30min)
           .of_month({1, 2, 3, 4})
           .rotating_from("2024-12-31T11:30")
           .ending("02-11T10:31"),
       "B 01-01T10:30; B 01-02T10:30; B 01-03T10:30; B 01-04T10:30; C 02-01T10:30; C 02-02T10:30; C "
       "02-03T10:30; "
       "C 02-04T10:30"},
      {"days from a Saturday that is none of them",
       Shift::rolling(Daily, "A", "01-04", 1h)
           .on("MO SU")
           .weeks_from("SA")
           .rotating_from("01-05")
           .ending("01-09"),
       "A 01-05; A 01-06"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(starts_of(c.shift, window("2024-12-01", "03-15")), c.starts);
  }
}

TEST(OnCallCases, AWebRotationIsCutToItsRotationStartAndUntil) {
  const struct {
    const char* name;
    OnCallShift shift;
    const char* turns;
  } cases[] = {
      {"hourly",
       Shift::rolling(Hourly, "A", "01-06", 1h)
           .rotating_from("01-06T00:10")
           .ending("01-06T00:40")
           .from_the_web(),
       "A 01-06T00:10/01-06T00:40"},
      {"daily",
       Shift::rolling(Daily, "A", "01-06", kDay).rotating_from("01-06T05").ending("01-06T15").from_the_web(),
       "A 01-06T05/01-06T15"},
      {"weekly",
       Shift::rolling(Weekly, "A", "01-06", 7 * kDay).rotating_from("01-07").ending("01-12").from_the_web(),
       "A 01-07/01-12"},
      {"days of the week",
       Shift::rolling(Weekly, "A", "01-06", 12h)
           .on("MO TU WE SA")
           .rotating_from("01-07")
           .ending("01-10T23")
           .from_the_web(),
       "A 01-07/01-07T12; A 01-08/01-08T12"},
      {"monthly",
       Shift::rolling(Monthly, "A", "01-06", 30 * kDay).rotating_from("01-11").ending("01-21").from_the_web(),
       "A 01-11/01-21"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(turns_of(c.shift, window("2024-12-01", "03-15")), c.turns);
  }
}

// A letter for each day from `start`, '.' for nobody, a space after each week.
std::string grid(const OnCallShift& shift, std::string_view start, int days) {
  Allowance allowance;
  const Range range{utc(start), utc(start) + days * kDay};
  const auto order = groups_in_turn(shift);
  std::string cells(static_cast<std::size_t>(days), '.');
  for (const Turn& turn : turns(shift, timezone::Zone{}, range, allowance)) {
    const auto day = static_cast<std::size_t>((turn.start - range.from) / kDay);
    cells[day] = letter(order[turn.group].at(0))[0];
  }
  for (std::size_t at = 7; at < cells.size(); at += 8) cells.insert(at, " ");
  return cells;
}

TEST(OnCallCases, TurnsFallOnTheDaysOfTheNumberedCases) {
  const char* const work_days = "MO TU WE TH FR";
  const char* const weekend = "SA SU";
  const char* const all_days = "MO TU WE TH FR SA SU";
  const char* const ten = "A B C D E F G H I J";
  const struct {
    int number;
    ShiftFrequency frequency;
    const char* groups;
    const char* start;
    int interval;
    const char* by_day;
    int days;
    const char* grid;
  } cases[] = {
      {0, Daily, "A B C", "2024-08-01", 1, "FR", 21, ".A..... .B..... .C....."},
      {1, Daily, "A B C D E", "2024-08-05", 1, work_days, 14, "ABCDE.. ABCDE.."},
      {2, Daily, "A B C D", "2024-08-05", 2, work_days, 14, "AABBC.. CDDAA.."},
      {3, Weekly, "A B C D E", "2024-08-05", 1, work_days, 14, "AAAAA.. BBBBB.."},
      {4, Monthly, "A B C D E", "2024-08-26", 1, work_days, 14, "AAAAA.. BBBBB.."},
      {5, Daily, "A B C D E", "2024-08-08", 1, work_days, 14, "AB..CDE AB..CDE"},
      {6, Weekly, "A B C D E", "2024-08-08", 1, work_days, 14, "AA..BBB BB..CCC"},
      {7, Monthly, "A B C D E", "2024-08-29", 1, work_days, 14, "AA..BBB BB..BBB"},
      {8, Daily, "A,B C", "2024-08-14", 1, "", 9, "ACACACA CA"},
      {9, Daily, "A B C", "2024-08-03", 1, weekend, 15, "AB..... CA..... B"},
      {10, Daily, "A B C D E", "2024-08-03", 1, weekend, 14, "AB..... CD....."},
      {12, Daily, "A", "2024-08-01", 1, weekend, 5, "..AA."},
      {13, Daily, "A B C", "2024-08-01", 1, weekend, 17, "..AB... ..CA... ..B"},
      {14, Daily, "A B C D E F", "2024-08-01", 1, weekend, 17, "..AB... ..CD... ..E"},
      {15, Daily, "A B C", "2024-08-01", 2, weekend, 17, "..AA... ..BB... ..C"},
      {16, Weekly, "A B C", "2024-08-01", 1, weekend, 18, "..AA... ..BB... ..CC"},
      {17, Weekly, "A B C", "2024-08-01", 2, weekend, 18, "..AA... ....... ..BB"},
      {18, Monthly, "A B C", "2024-08-29", 1, weekend, 18, "..AB... ..BB... ..BB"},
      {19, Daily, ten, "2024-09-30", 1, "", 18, "ABCDEFG HIJABCD EFGH"},
      {20, Daily, ten, "2024-09-30", 1, all_days, 18, "ABCDEFG HIJABCD EFGH"},
      // Ours (S3): OnCall goes on with D, E and F on the last three days, and says that it should not.
      {21, Daily, ten, "2024-09-30", 7, "", 18, "A...... B...... C..."},
      {22, Daily, ten, "2024-09-30", 7, all_days, 18, "AAAAAAA BBBBBBB CCCC"},
      {23, Daily, "A", "2024-08-01", 1, "MO", 14, "....A.. ....A.."},
  };
  for (const auto& c : cases) {
    OnCallShift shift = Shift::rolling(c.frequency, c.groups, c.start, 12h).every(c.interval).on(c.by_day);
    shift.until = wall(c.start) + c.days * kDay;
    EXPECT_EQ(grid(shift, c.start, c.days), c.grid) << c.number;
  }
}

TEST(OnCallCases, AnIntervalLeavesPauses) {
  const struct {
    const char* name;
    OnCallShift shift;
    const char* starts;
  } cases[] = {
      {"every other day", Shift::recurrent(Daily, "01-06T09", 3h).every(2).ending("01-09"),
       "A 01-06T09; A 01-08T09"},
      {"hours, the rotation an hour late",
       Shift::rolling(Hourly, "A B", "01-06", 10min).every(2).rotating_from("01-06T01").ending("01-06T07"),
       "B 01-06T02; A 01-06T04; B 01-06T06"},
      {"weeks, the rotation an hour late",
       Shift::rolling(Weekly, "A B", "01-06T09", 3h).every(2).rotating_from("01-06T10").ending("02-18"),
       "B 01-20T09; A 02-03T09; B 02-17T09"},
      {"months, the rotation an hour late",
       Shift::rolling(Monthly, "A B", "2024-10-01T10:30", 3h)
           .every(2)
           .rotating_from("2024-10-01T11:30")
           .ending("02-02"),
       "B 2024-12-01T10:30; A 02-01T10:30"},
      {"two days of three for five weeks",
       Shift::rolling(Daily, "A B", "01-06", 3h).on("MO WE FR").every(2).ending("02-10"),
       "A 01-06; A 01-08; B 01-10; B 01-13; A 01-15; A 01-17; B 01-20; B 01-22; A 01-24; A 01-27; B 01-29; "
       "B 01-31; A 02-03; A 02-05; B 02-07; B 02-10"},
      {"listed days from a day that is none",
       Shift::rolling(Daily, "A", "01-06", 3h).on("WE FR").ending("01-14"), "A 01-08; A 01-10"},
      {"over before the first listed day",
       Shift::rolling(Daily, "A", "01-08T12", 1h).on("MO").rotating_from("01-13").ending("01-08"), ""},
      {"over before the rotation starts",
       Shift::rolling(Daily, "A B", "01-08", 4h).on("SU").rotating_from("01-11").ending("01-08T08"), ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(starts_of(c.shift, window("2024-10-01", "03-15")), c.starts);
  }
  EXPECT_EQ(turns_of(Shift::make(ShiftType::Override, "01-06T09", 3h).by("A").ending("01-06T10"),
                     window("01-01", "02-01")),
            "A 01-06T09/01-06T10");
}

}  // namespace
}  // namespace tocsin::schedule
