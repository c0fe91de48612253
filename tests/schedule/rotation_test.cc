// The worked examples of docs/spec/schedules.md, sections 16.1 to 16.3, by their numbers; expected values are
// the column "Ours".
#include "domain/schedule/rotation.h"

#include <gtest/gtest.h>

#include "schedule/support.h"

namespace tocsin::schedule {
namespace {

using namespace std::chrono_literals;
using enum ShiftFrequency;

constexpr const char* kNewYork = "America/New_York";

struct Example {
  const char* number;
  Shift shift;
  Range window;
  const char* expected;
};

TEST(Rotation, KeepsWallClockTimesThroughEveryChangeOfTheClock) {
  const Example examples[] = {
      {"E01", Shift::single("03-08T22", 8h).in(kNewYork), window("03-01", "04-01"), "03-09T03/03-09T10"},
      {"E02", Shift::recurrent(Daily, "03-06T09", kDay).in(kNewYork), window("03-08T14", "03-11T13"),
       "03-08T14/03-09T13; 03-09T13/03-10T13; 03-10T13/03-11T13"},
      {"E03", Shift::recurrent(Daily, "10-30T09", kDay).in(kNewYork), window("11-01T13", "11-03T14"),
       "11-01T13/11-02T14; 11-02T14/11-03T14"},
      {"E04", Shift::recurrent(Daily, "03-08T09", kDay).in(kNewYork), window("03-01", "03-11T13"),
       "03-08T14/03-09T13; 03-09T13/03-10T13; 03-10T13/03-11T13"},
      {"E04b", Shift::recurrent(Daily, "11-01T09", kDay).in(kNewYork), window("10-01", "11-03T14"),
       "11-01T13/11-02T14; 11-02T14/11-03T14"},
      {"E05", Shift::recurrent(Daily, "03-01T02:30", 1h).in(kNewYork), window("03-08", "03-11"),
       "03-08T07:30/03-08T08:30; 03-09T07/03-09T07:30; 03-10T06:30/03-10T07:30"},
      {"E06", Shift::recurrent(Daily, "03-01T01:30", 1h).in(kNewYork), window("03-09", "03-10"),
       "03-09T06:30/03-09T07"},
      {"E07", Shift::recurrent(Daily, "10-25T01:30", 1h).in(kNewYork), window("11-01", "11-04"),
       "11-01T05:30/11-01T06:30; 11-02T06:30/11-02T07:30; 11-03T06:30/11-03T07:30"},
      {"E08 A", Shift::recurrent(Daily, "10-25T00:30", 1h).in(kNewYork), window("11-02", "11-03"),
       "11-02T04:30/11-02T06:30"},
      {"E08 B", Shift::recurrent(Daily, "10-25T01:30", 1h).in(kNewYork), window("11-02", "11-03"),
       "11-02T06:30/11-02T07:30"},
      {"E09", Shift::single("03-09T02:30", 1h).in(kNewYork), window("03-01", "04-01"),
       "03-09T07/03-09T07:30"},
      {"E09 in autumn", Shift::single("11-02T01:30", 1h).in(kNewYork), window("11-01", "12-01"),
       "11-02T06:30/11-02T07:30"},
      {"E10", Shift::recurrent(Daily, "01-06T09", 8h).in("Asia/Tokyo"), window("01-05", "01-08"),
       "01-06/01-06T08; 01-07/01-07T08"},
      {"E10b", Shift::recurrent(Daily, "03-30", kDay).in("Australia/Lord_Howe"),
       window("04-04T13", "04-07T13:30"), "04-04T13/04-05T13; 04-05T13/04-06T13:30; 04-06T13:30/04-07T13:30"},
      {"E10c", Shift::recurrent(Hourly, "11-02", 30min).in(kNewYork), window("11-02", "11-02T09"),
       "11-02T04/11-02T04:30; 11-02T06/11-02T06:30; 11-02T07/11-02T07:30; 11-02T08/11-02T08:30"},
  };
  for (const Example& e : examples) EXPECT_EQ(turns_of(e.shift, e.window, false), e.expected) << e.number;
}

TEST(Rotation, E10d_KeepsWeeksWholeForALoneUser) {
  const Shift shift = Shift::rolling(Weekly, "A", "2024-10-01", 7 * kDay).in("America/Chicago");
  EXPECT_EQ(turns_of(shift, window("2024-10-29T05", "2024-11-05T06")), "A 2024-10-29T05/2024-11-05T06");
  EXPECT_EQ(turns_of(shift, window("03-04T06", "03-11T05")), "A 03-04T06/03-11T05");
}

TEST(Rotation, RecursAsItsRuleSays) {
  const Example examples[] = {
      {"E11", Shift::recurrent(Monthly, "01-31", kDay), window("01-01", "09-01"),
       "01-31; 03-31; 05-31; 07-31; 08-31"},
      {"E12", Shift::recurrent(Monthly, "01-31", kDay).of_month({-1}), window("01-01", "06-01"),
       "01-31; 02-28; 03-31; 04-30; 05-31"},
      {"E13", Shift::recurrent(Monthly, "01-29", kDay).of_month({29, 30, 31}), window("02-01", "05-01"),
       "03-29; 03-30; 03-31; 04-29; 04-30"},
      {"E14", Shift::recurrent(Weekly, "01-07T09", 1h).every(2).on("TU SU"), window("01-01", "02-10"),
       "01-07T09; 01-12T09; 01-21T09; 01-26T09; 02-04T09; 02-09T09"},
      {"E14b", Shift::recurrent(Weekly, "01-07T09", 1h).every(2).on("TU SU").weeks_from("SU"),
       window("01-01", "02-10"), "01-07T09; 01-19T09; 01-21T09; 02-02T09; 02-04T09"},
      {"E15", Shift::recurrent(Weekly, "01-08T09", 1h).on("MO"), window("01-01", "02-01"),
       "01-08T09; 01-13T09; 01-20T09; 01-27T09"},
      {"E16", Shift::recurrent(Daily, "01-30T09", 1h).in_months({1, 3}), window("01-01", "03-03"),
       "01-30T09; 01-31T09; 03-01T09; 03-02T09"},
      {"E17", Shift::recurrent(Weekly, "01-06T09", 1h).every(3).on("MO WE"), window("01-01", "02-20"),
       "01-06T09; 01-08T09; 01-27T09; 01-29T09; 02-17T09; 02-19T09"},
      {"E17b", Shift::recurrent(Monthly, "01-06T09", 1h).on("MO").of_month({1, 2, 3, 4, 5, 6, 7}),
       window("01-01", "06-01"), "01-06T09; 02-03T09; 03-03T09; 04-07T09; 05-05T09"},
      {"E17c", Shift::recurrent(Monthly, "2024-12-31", kDay).every(2), window("2024-12-01", "2026-01-01"),
       "2024-12-31; 08-31; 10-31; 12-31"},
      {"E17d", Shift::recurrent(Monthly, "2024-02-29", kDay), window("2024-02-01", "2024-06-01"),
       "2024-02-29; 2024-03-29; 2024-04-29; 2024-05-29"},
  };
  for (const Example& e : examples) EXPECT_EQ(starts_of(e.shift, e.window, false), e.expected) << e.number;
}

TEST(Rotation, ReadsUntilAsALimitInUtcAndAsAnEndOnTheWall) {
  const Example examples[] = {
      {"E18", Shift::recurrent(Daily, "01-06T09", 1h).in(kNewYork).ending("01-08T09"),
       window("01-01", "02-01"), "01-06T14/01-06T15; 01-07T14/01-07T15"},
      {"E18b", Shift::recurrent(Daily, "01-06T09", 1h).ending("01-08T09"), window("01-01", "02-01"),
       "01-06T09/01-06T10; 01-07T09/01-07T10; 01-08T09/01-08T10"},
      {"E18c", Shift::recurrent(Daily, "01-06T09", 1h).in("Asia/Tokyo").ending("01-08"),
       window("01-01", "02-01"), "01-06/01-06T01; 01-07/01-07T01; 01-08/01-08T01"},
      {"E19", Shift::recurrent(Daily, "01-06T09", 8h).in(kNewYork).ending("01-06T15"),
       window("01-01", "02-01"), "01-06T14/01-06T20"},
      {"E20", Shift::recurrent(Daily, "01-06", kDay).ending("01-08T12"), window("01-01", "02-01"),
       "01-06/01-07; 01-07/01-08; 01-08/01-09"},
      {"E20 from the web", Shift::recurrent(Daily, "01-06", kDay).ending("01-08T12").from_the_web(),
       window("01-01", "02-01"), "01-06/01-07; 01-07/01-08; 01-08/01-08T12"},
      {"E21", Shift::single("01-06T09", 8h).ending("01-06T12"), window("01-01", "02-01"),
       "01-06T09/01-06T12"},
      {"E22", Shift::recurrent(Daily, "01-06", 2 * kDay), window("01-06", "01-08"),
       "01-06/01-08; 01-07/01-09"},
  };
  for (const Example& e : examples) EXPECT_EQ(turns_of(e.shift, e.window, false), e.expected) << e.number;
}

TEST(Rotation, TakesTurns) {
  const Example examples[] = {
      {"R01", Shift::rolling(Weekly, "A B C", "2024-12-16T09", 7 * kDay), window("2024-12-01", "01-28"),
       "A 2024-12-16T09; B 2024-12-23T09; C 2024-12-30T09; A 01-06T09; B 01-13T09; C 01-20T09; A 01-27T09"},
      {"R03", Shift::rolling(Daily, "A B", "01-06", kDay).every(2), window("01-01", "01-11"),
       "A 01-06; B 01-08; A 01-10"},
      {"R04", Shift::rolling(Daily, "A B", "01-06T09", 8h).on("MO WE FR"), window("01-01", "01-21"),
       "A 01-06T09; B 01-08T09; A 01-10T09; B 01-13T09; A 01-15T09; B 01-17T09; A 01-20T09"},
      {"R05", Shift::rolling(Daily, "A B", "01-06T09", 8h).on("MO WE FR").every(2), window("01-01", "01-25"),
       "A 01-06T09; A 01-08T09; B 01-10T09; B 01-13T09; A 01-15T09; A 01-17T09; B 01-20T09; B 01-22T09; A "
       "01-24T09"},
      {"R06", Shift::rolling(Weekly, "A B", "01-02", kDay).on("MO TU WE TH FR"), window("01-01", "01-18"),
       "A 01-02; A 01-03; B 01-06; B 01-07; B 01-08; B 01-09; B 01-10; A 01-13; A 01-14; A 01-15; A 01-16; A "
       "01-17"},
      {"R06b", Shift::rolling(Weekly, "A B", "01-02", kDay).on("MO TU WE TH FR SU").weeks_from("SU"),
       window("01-01", "01-14"),
       "A 01-02; A 01-03; B 01-05; B 01-06; B 01-07; B 01-08; B 01-09; B 01-10; A 01-12; A 01-13"},
      {"R06c", Shift::rolling(Weekly, "A B", "01-02", kDay).on("MO TU WE TH FR SU"), window("01-01", "01-14"),
       "A 01-02; A 01-03; A 01-05; B 01-06; B 01-07; B 01-08; B 01-09; B 01-10; B 01-12; A 01-13"},
      {"R06d", Shift::rolling(Weekly, "A B", "01-08", kDay).on("MO TU"), window("01-01", "01-29"),
       "A 01-13; A 01-14; B 01-20; B 01-21; A 01-27; A 01-28"},
      {"R07", Shift::rolling(Weekly, "A B", "01-06", kDay).on("MO TU").every(2), window("01-01", "02-19"),
       "A 01-06; A 01-07; B 01-20; B 01-21; A 02-03; A 02-04; B 02-17; B 02-18"},
      {"R07c", Shift::rolling(Weekly, "A B", "01-09", 7 * kDay), window("01-01", "01-31"),
       "A 01-09; B 01-16; A 01-23; B 01-30"},
      {"R08", Shift::rolling(Daily, "A B C", "01-06", kDay).rotating_from("01-07T12"),
       window("01-01", "01-11"), "C 01-08; A 01-09; B 01-10"},
      {"R09", Shift::rolling(Daily, "A  C", "01-06", kDay), window("01-01", "01-10"),
       "A 01-06; C 01-08; A 01-09"},
      {"R09b", Shift::rolling(Daily, "A B  D", "01-06", kDay), window("01-01", "01-11"),
       "A 01-06; B 01-07; D 01-09; A 01-10"},
      {"R10", Shift::rolling(Hourly, "A B C", "01-06", 12h).every(12), window("01-01", "01-08T12"),
       "A 01-06; B 01-06T12; C 01-07; A 01-07T12; B 01-08"},
      {"R10b", Shift::rolling(Daily, "A B C", "01-06", kDay).first_group(2), window("01-01", "01-10"),
       "C 01-06; A 01-07; B 01-08; C 01-09"},
      {"R10c", Shift::rolling(Daily, "A B C", "01-06", kDay).first_group(5), window("01-01", "01-09"),
       "A 01-06; B 01-07; C 01-08"},
      {"R11", Shift::rolling(Monthly, "A B", "01-31", kDay), window("01-01", "09-01"),
       "A 01-31; B 03-31; A 05-31; B 07-31; A 08-31"},
      {"R11b", Shift::rolling(Monthly, "A B C", "01-15", kDay), window("01-01", "05-01"),
       "A 01-15; B 02-15; C 03-15; A 04-15"},
      {"R12", Shift::rolling(Monthly, "A B", "01-27", kDay).on("MO"), window("01-01", "04-01"),
       "A 01-27; B 02-03; B 02-10; B 02-17; B 02-24; A 03-03; A 03-10; A 03-17; A 03-24; A 03-31"},
      {"R13", Shift::rolling(Daily, "A B C D E F", "01-06", kDay).every(7).ending("01-24"),
       window("01-01", "03-01"), "A 01-06; B 01-13; C 01-20"},
      {"R14", Shift::rolling(Daily, "A,B C", "01-06", kDay), window("01-01", "01-09"),
       "A+B 01-06; C 01-07; A+B 01-08"},
      {"R15", Shift::rolling(Hourly, "A B C", "01-06", 6h).every(6).in("Asia/Tokyo"),
       window("01-01", "01-06T21"), "A 01-05T15; B 01-05T21; C 01-06T03; A 01-06T09; B 01-06T15"},
      {"R16 as the reference reads it", Shift::rolling(Daily, "A B C", "01-06", kDay).rotating_from("01-10"),
       window("01-01", "01-13"), "B 01-10; C 01-11; A 01-12"},
      {"R17", Shift::rolling(Daily, "A B", "01-06T22", 4h).on("MO TH").in("America/Los_Angeles"),
       window("01-01", "01-18"), "A 01-07T06; B 01-10T06; A 01-14T06; B 01-17T06"},
      {"R20", Shift::rolling(Weekly, "A B", "01-06", 7 * kDay).in_months({1, 3}), window("01-01", "03-18"),
       "A 01-06; B 01-13; A 01-20; B 01-27; A 03-03; B 03-10; A 03-17"},
      {"R20b", Shift::rolling(Weekly, "A B", "01-27", 7 * kDay).in_months({1, 3}), window("01-01", "03-17"),
       "A 01-27; B 03-03; A 03-10"},
  };
  for (const Example& e : examples) EXPECT_EQ(starts_of(e.shift, e.window), e.expected) << e.number;
}

TEST(Rotation, TurnsEndWhereTheyShould) {
  const Example examples[] = {
      {"R02", Shift::rolling(Weekly, "A B C", "03-10T09", 7 * kDay).in("Europe/London"),
       window("03-24T09", "04-21T08"),
       "C 03-24T09/03-31T08; A 03-31T08/04-07T08; B 04-07T08/04-14T08; C 04-14T08/04-21T08"},
      {"R02b", Shift::rolling(Daily, "A B", "03-08", kDay).in(kNewYork), window("03-08T05", "03-12T04"),
       "A 03-08T05/03-09T05; B 03-09T05/03-10T04; A 03-10T04/03-11T04; B 03-11T04/03-12T04"},
      {"R07b", Shift::rolling(Weekly, "A B", "01-06", 7 * kDay).every(2), window("01-01", "02-10"),
       "A 01-06/01-13; B 01-20/01-27; A 02-03/02-10"},
      {"R08b", Shift::rolling(Daily, "A B C", "01-06", kDay).rotating_from("01-07T12").from_the_web(),
       window("01-01", "01-10"), "B 01-07T12/01-08; C 01-08/01-09; A 01-09/01-10"},
      {"R17", Shift::rolling(Daily, "A B", "01-06T22", 4h).on("MO TH").in("America/Los_Angeles"),
       window("01-01", "01-11"), "A 01-07T06/01-07T10; B 01-10T06/01-10T10"},
      {"R18", Shift::rolling(Daily, "A B C", "01-06", kDay).ending("01-07T12"), window("01-01", "02-01"),
       "A 01-06/01-07; B 01-07/01-07T12"},
      {"R19", Shift::rolling(Weekly, "A B", "01-06", 7 * kDay).ending("01-22T12").from_the_web(),
       window("01-15", "02-20"), "B 01-13/01-20; A 01-20/01-22T12"},
  };
  for (const Example& e : examples) EXPECT_EQ(turns_of(e.shift, e.window), e.expected) << e.number;
}

TEST(Rotation, ReadsAShiftWithoutLengthAsNothing) {
  EXPECT_EQ(turns_of(Shift::recurrent(Daily, "01-06", 0s), window("01-01", "02-01")), "");
  EXPECT_EQ(turns_of(Shift::recurrent(Daily, "01-06", -1h), window("01-01", "02-01")), "");
  EXPECT_EQ(turns_of(Shift::single("01-06", -1h), window("01-01", "02-01")), "");
}

TEST(Rotation, CostsWhatLiesInTheWindowHoweverFarItIs) {
  for (const ShiftFrequency frequency : {Hourly, Daily, Weekly, Monthly}) {
    const Shift shift = Shift::rolling(frequency, "A B C", "1971-01-04", 1h);
    Allowance allowance;
    const auto found = turns(shift, timezone::Zone{}, window("2871-05-01", "2871-05-08"), allowance);
    EXPECT_LE(allowance.search.periods, 1'000'000);
    EXPECT_GE(allowance.search.periods, 1'000'000 - 400) << "periods looked at";
    EXPECT_FALSE(allowance.exceeded);
    EXPECT_FALSE(found.empty());
  }
}

TEST(Rotation, SaysWhenThereIsMoreThanItMayTell) {
  Allowance allowance;
  allowance.events = 10;
  const Shift shift = Shift::recurrent(Hourly, "01-06", 1h);
  EXPECT_EQ(turns(shift, timezone::Zone{}, window("01-06", "01-08"), allowance).size(), 10U);
  EXPECT_TRUE(allowance.exceeded);
}

TEST(Rotation, SurvivesLengthsAndIntervalsOfAnySize) {
  Shift shift = Shift::rolling(Monthly, "A B", "01-31", std::chrono::seconds{86399999999999});
  shift.interval = 2147483647;
  EXPECT_EQ(starts_of(shift, window("02-01", "02-02")), "A 01-31");
  shift.frequency = Hourly;
  EXPECT_EQ(starts_of(shift, window("02-01", "02-02")), "A 01-31");
  shift.start = shift.rotation_start = wall("9999-12-31T23");
  EXPECT_EQ(starts_of(shift, window("02-01", "02-02")), "");
}

}  // namespace
}  // namespace tocsin::schedule
