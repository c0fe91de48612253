// What OnCall's own tests of shifts expect (engine/apps/schedules/tests/test_custom_on_call_shift.py), by
// their facts: rotations whose `rotation_start` or `until` does not fall on a turn. Days are counted from
// Monday, January 6, 2025.
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

}  // namespace
}  // namespace tocsin::schedule
