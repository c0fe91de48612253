// The worked examples of docs/spec/schedules.md, sections 16.4 and 16.5, by their numbers; expected values
// are the column "Ours".
#include <gtest/gtest.h>

#include <map>

#include "domain/schedule/swaps.h"
#include "schedule/told.h"

namespace tocsin::schedule {
namespace {

using namespace std::chrono_literals;
using enum ShiftFrequency;

TEST(Layers, HigherOnesHideLowerOnes) {
  const auto l01 = std::vector{on_6th("A", 1, 8, 20), on_6th("B", 2, 10, 14)};
  const struct {
    const char* number;
    std::vector<OnCallShift> shifts;
    const char* expected;
  } examples[] = {
      {"L01", l01, "gap 0-8, A 8-10, B 10-14, A 14-20, gap 20-24"},
      {"L02", {on_6th("A", 1, 8, 12), on_6th("B", 1, 10, 14)}, "gap 0-8, A 8-12, B 10-14, gap 14-24"},
      {"L03",
       {on_6th("A", 0, 0, 24), on_6th("B", 1, 6, 18), on_6th("C", 2, 9, 12), on_6th("D", 3, 11, 15)},
       "A 0-6, B 6-9, C 9-11, D 11-15, B 15-18, A 18-24"},
      {"L04", {on_6th("A", 9, 0, 24), override_on_6th("X", 0, 10, 12)}, "A 0-10, X* 10-12, A 12-24"},
      {"L05",
       {on_6th("A", 1, 8, 12), on_6th("B", 2, 10, 16), on_6th("C", 1, 18, 22),
        override_on_6th("X", 99, 11, 19)},
       "gap 0-8, A 8-10, B 10-11, X* 11-19, C 19-22, gap 22-24"},
      {"L06",
       {on_6th("A", 1, 0, 24), override_on_6th("X", 1, 10, 14), override_on_6th("Y", 2, 12, 16)},
       "A 0-10, X* 10-12, Y* 12-16, A 16-24"},
      {"L07",
       {on_6th("A", 1, 0, 24), override_on_6th("X", 99, 10, 14), override_on_6th("Y", 99, 12, 16)},
       "A 0-10, X* 10-14, Y* 12-16, A 16-24"},
      {"L08", {on_6th("A", 1, 8, 12), on_6th("B", 2, 12, 16)}, "gap 0-8, A 8-12, B 12-16, gap 16-24"},
      {"L09", {on_6th("A", 1, 8, 12), on_6th("Z", 2, 10, 16)}, "gap 0-8, A 8-12, gap 16-24"},
      {"L13",
       {on_6th("A", 0, 8, 10), at("B", 0, "01-06T10:00:59", "01-06T12:00:59"), on_6th("C", 0, 13, 14)},
       "gap 0-8, A 8-10, B 10:00:59-12:00:59, gap 12:00:59-13, C 13-14, gap 14-24"},
      {"L14", {}, ""},
      {"hidden from its first instant",
       {on_6th("A", 1, 0, 24), on_6th("B", 1, 8, 12), on_6th("C", 2, 8, 10)},
       "A 0-8, C 8-10, A 10-24, B 10-12"},
      {"L15",
       {on_6th("A", 1, 10, 15), on_6th("B", 1, 11, 13), on_6th("A", 1, 16, 19), on_6th("A", 1, 21, 22),
        on_6th("B", 1, 22, 24), on_6th("C", 2, 12, 14), on_6th("D", 2, 14, 15), on_6th("D", 2, 17, 18),
        on_6th("D", 2, 20, 23), override_on_6th("E", 0, 22, 23),
        [] {
          OnCallShift s = override_on_6th("A", 1, 22, 23);
          s.duration = 30min;
          return s;
        }()},
       "gap 0-10, A 10-12, B 11-12, C 12-14, D 14-15, gap 15-16, A 16-17, D 17-18, A 18-19, gap 19-20, D "
       "20-22, "
       "A* 22-22:30, E* 22:30-23, B 23-24"},
  };
  for (const auto& e : examples) {
    EXPECT_EQ(day_of(Sample{.shifts = e.shifts}.resolved(window("01-06", "01-07"))), e.expected) << e.number;
  }
  EXPECT_EQ(day_of(Sample{.shifts = l01}.resolved(window("01-06T09", "01-06T11"))), "A 8-10, B 10-14")
      << "L11";
}

TEST(Layers, L10_AWeekIsCutByEachNight) {
  Sample sample;
  sample.shifts.push_back(Shift::rolling(Weekly, "A B", "01-06", 7 * kDay).at_level(1).named("O1"));
  sample.shifts.push_back(Shift::recurrent(Daily, "01-06T18", 6h).by("N").at_level(2).named("O2"));
  EXPECT_EQ(long_form(sample.resolved(window("01-06", "01-08"))),
            "A 01-06/01-06T18; N 01-06T18/01-07; A 01-07/01-07T18; N 01-07T18/01-08");
}

TEST(Layers, L12_TheIncomingPersonIsOnCallAtTheExactInstantOfTheHandOver) {
  const Sample l01{.shifts = {on_6th("A", 1, 8, 20), on_6th("B", 2, 10, 14)}};
  EXPECT_EQ(on_call(l01.resolved(window("01-06", "01-07")), "01-06T10:30"), "B");
  const Sample l12b{.shifts = {on_6th("A", 0, 8, 10), on_6th("B", 0, 10, 14)}};
  const FinalSchedule day = l12b.resolved(window("01-06", "01-07"));
  EXPECT_EQ(on_call(day, "01-06T09:59:59"), "A");
  EXPECT_EQ(on_call(day, "01-06T10:00:00"), "B");
  EXPECT_EQ(on_call(day, "01-06T13:59:59"), "B");
  EXPECT_EQ(on_call(day, "01-06T14:00:00"), "");
  EXPECT_EQ(on_call(day, "01-06T07:59:59"), "");
  ASSERT_EQ(day.on_call_at(utc("01-06T10")).because.size(), 1U);
  EXPECT_EQ(day.on_call_at(utc("01-06T10")).because[0]->shift, l12b.shifts[1].id.str());
}

TEST(Layers, PeopleOnCallComeInTheirOwnOrderAndOnce) {
  const Sample sample{.shifts = {on_6th("C,A", 0, 8, 10), on_6th("B,A", 0, 9, 11)}};
  EXPECT_EQ(on_call(sample.resolved(window("01-06", "01-07")), "01-06T09:30"), "A+B+C");
}

TEST(Swaps, MoveTimeFromOnePersonToAnother) {
  const OnCallShift weekly = Shift::rolling(Weekly, "A B", "01-06", 7 * kDay).at_level(1).named("O1");
  const struct {
    const char* number;
    std::vector<OnCallShift> shifts;
    std::vector<ShiftSwap> swaps;
    Range window;
    const char* expected;
  } examples[] = {
      {"W01",
       {weekly},
       {swap("A", "C", "01-08T12", "01-10T12")},
       window("01-06", "01-20"),
       "A 01-06/01-08T12; C 01-08T12/01-10T12; A 01-10T12/01-13; B 01-13/01-20"},
      {"W02",
       {weekly},
       {swap("A", "C", "01-10", "01-22")},
       window("01-06", "01-27"),
       "A 01-06/01-10; C 01-10/01-13; B 01-13/01-20; C 01-20/01-22; A 01-22/01-27"},
      {"W03",
       {weekly},
       {swap("A", "B", "01-07", "01-09"), swap("B", "C", "01-08", "01-14")},
       window("01-06", "01-20"),
       "A 01-06/01-07; B 01-07/01-08; C 01-08/01-09; A 01-09/01-13; C 01-13/01-14; B 01-14/01-20"},
      {"W05",
       {weekly,
        [] {
          Shift s = Shift::make(ShiftType::Override, "01-14T09", 4h).by("A").named("O2");
          return s;
        }()},
       {swap("A", "C", "01-14T10", "01-14T12")},
       window("01-14", "01-15"),
       "B 01-13/01-14T09; A* 01-14T09/01-14T10; C* 01-14T10/01-14T12; A* 01-14T12/01-14T13; B "
       "01-14T13/01-20"},
      {"W06",
       {Shift::rolling(Daily, "A,B C", "01-06", kDay).named("O1")},
       {swap("A", "C", "01-06", "01-06T12")},
       window("01-06", "01-08"),
       "C+B 01-06/01-06T12; A+B 01-06T12/01-07; C 01-07/01-08"},
      {"W07",
       {weekly, Shift::single("01-08", kDay).by("N").at_level(2).named("O2")},
       {swap("A", "C", "01-07T12", "01-09T12")},
       window("01-06", "01-13"),
       "A 01-06/01-07T12; C 01-07T12/01-08; N 01-08/01-09; C 01-09/01-09T12; A 01-09T12/01-13"},
      {"a benefactor of the same group comes once",
       {Shift::rolling(Daily, "A,B C", "01-06", kDay).named("O1")},
       {swap("A", "B", "01-06", "01-06T12")},
       window("01-06", "01-07"),
       "B 01-06/01-06T12; A+B 01-06T12/01-07"},
  };
  for (const auto& e : examples) {
    EXPECT_EQ(long_form(Sample{.shifts = e.shifts, .swaps = e.swaps}.resolved(e.window)), e.expected)
        << e.number;
  }
}

TEST(Swaps, W04_AnOfferLeavesANoteUntilItBegins) {
  const Sample sample{.shifts = {Shift::rolling(Weekly, "A B", "01-06", 7 * kDay)},
                      .swaps = {swap("A", "", "01-08", "01-09")}};
  const FinalSchedule open = sample.resolved(window("01-06", "01-13"), utc("01-08"));
  EXPECT_EQ(long_form(open), "A 01-06/01-08; A 01-08/01-09; A 01-09/01-13");
  EXPECT_FALSE(open.events()[0].users[0].swap);
  ASSERT_TRUE(open.events()[1].users[0].swap);
  EXPECT_EQ(open.events()[1].users[0].swap->swap, sample.swaps[0].id);
  EXPECT_FALSE(open.events()[1].users[0].swap->instead_of);
  EXPECT_EQ(long_form(sample.resolved(window("01-06", "01-13"), utc("01-08T00:00:01"))), "A 01-06/01-13");
  EXPECT_EQ(long_form(sample.resolved(window("01-06", "01-13"))), "A 01-06/01-13");
}

TEST(Swaps, ATakenSwapSaysWhoseTimeItWas) {
  Sample sample{.shifts = {Shift::rolling(Weekly, "A B", "01-06", 7 * kDay)},
                .swaps = {swap("A", "C", "01-06", "01-13")}};
  const FinalSchedule taken = sample.resolved(window("01-06", "01-13"));
  ASSERT_TRUE(taken.events()[0].users[0].swap);
  EXPECT_EQ(taken.events()[0].users[0].swap->instead_of, user("A"));
  sample.swaps[0].deleted_at = utc("01-05");
  EXPECT_EQ(long_form(sample.resolved(window("01-06", "01-13"))), "A 01-06/01-13");
}

TEST(Swaps, HaveAStatus) {
  ShiftSwap s = swap("A", "", "01-08", "01-09");
  EXPECT_EQ(status(s, utc("01-07")), SwapStatus::Open);
  EXPECT_EQ(status(s, utc("01-08")), SwapStatus::PastDue);
  s.benefactor = user("B");
  EXPECT_EQ(status(s, utc("01-10")), SwapStatus::Taken);
  s.deleted_at = utc("01-10");
  EXPECT_EQ(status(s, utc("01-07")), SwapStatus::Deleted);
}

TEST(Layers, AnOverrideHidesThePrimaryEventWhoseUidItReuses) {
  const std::string lines = "UID:same\nDTSTART:20250106T090000Z\nDTEND:20250106T170000Z\n";
  const Sample sample{.type = ScheduleType::Ical,
                      .primary = calendar({"SUMMARY:a\n" + lines}),
                      .overrides = calendar({"SUMMARY:b\n" + lines})};
  EXPECT_EQ(long_form(sample.resolved(window("01-06", "01-07"))), "B* 01-06T09/01-06T17");
}

TEST(Layers, ACalendarTakesItsOverridesFromOnePlaceOnly) {
  Sample sample{.type = ScheduleType::Calendar,
                .shifts = {on_6th("A", 0, 0, 24), override_on_6th("B", 0, 8, 9)},
                .overrides = calendar({"SUMMARY:c\nDTSTART:20250106T090000Z\nDURATION:PT1H\n"})};
  EXPECT_EQ(day_of(sample.resolved(window("01-06", "01-07"))), "A 0-9, C* 9-10, A 10-24");
  Schedule schedule = a_schedule(ScheduleType::Calendar);
  schedule.enable_web_overrides = true;
  const auto with_own =
      resolve({.schedule = schedule, .people = people(), .shifts = sample.shifts}, window("01-06", "01-07"));
  EXPECT_EQ(day_of(with_own), "A 0-8, B* 8-9, A 9-24");
}

TEST(Layers, E10_E10e_AShiftWithoutZoneIsReadInTheCalendarsZoneOrUtc) {
  Shift shift = Shift::single("01-06T09", 8h);
  Schedule schedule = a_schedule(ScheduleType::Calendar);
  schedule.time_zone = "Europe/Riga";
  const auto start = [&] {
    const std::vector<OnCallShift> shifts{shift};
    return shown(
        resolve({.schedule = schedule, .people = people(), .shifts = shifts}, window("01-06", "01-07"))
            .events()
            .at(0)
            .start);
  };
  EXPECT_EQ(start(), "01-06T07");
  shift.time_zone = "Asia/Tokyo";
  EXPECT_EQ(start(), "01-06");
  shift.time_zone.reset();
  schedule.type = ScheduleType::Web;
  EXPECT_EQ(start(), "01-06T09");
  shift.type = ShiftType::Override;
  schedule.type = ScheduleType::Calendar;
  schedule.enable_web_overrides = true;
  EXPECT_EQ(start(), "01-06T09");
}

TEST(Layers, AnOverrideIsForAllItsPeople) {
  OnCallShift by_api = override_on_6th("A,B", 0, 8, 9);
  EXPECT_EQ(day_of(Sample{.shifts = {by_api}}.resolved(window("01-06", "01-07")), false), "A+B* 8-9");
  OnCallShift by_web = by_api;
  by_web.users.clear();
  by_web.rolling_users = groups("A B");
  by_web.source = ShiftSource::Web;
  EXPECT_EQ(day_of(Sample{.shifts = {by_web}}.resolved(window("01-06", "01-07")), false), "A+B* 8-9");
}

TEST(Layers, DeletedPeopleAndViewersAreMissing) {
  OnCallShift shift = on_6th("A", 0, 8, 9);
  shift.users = {UserId("Ugone"), UserId("Uviewer")};
  const FinalSchedule got = Sample{.shifts = {shift}}.resolved(window("01-06", "01-07"));
  EXPECT_TRUE(got.events().empty());
  ASSERT_EQ(got.empty_shifts().size(), 1U);
  EXPECT_EQ(got.empty_shifts()[0].missing_users, (std::vector<std::string>{"(missing)", "viewer"}));
}

TEST(Layers, TheNextShiftOfAPersonMayBeRunning) {
  const Sample sample{.shifts = {Shift::rolling(Daily, "A B", "01-06", kDay)}};
  const FinalSchedule week = sample.resolved(window("01-06", "01-13"));
  EXPECT_EQ(shown(week.next_shift(user("A"), utc("01-06T12"))->start), "01-06");
  EXPECT_EQ(shown(week.next_shift(user("A"), utc("01-07"))->start), "01-08");
  EXPECT_EQ(week.next_shift(user("C"), utc("01-07")), nullptr);
  EXPECT_EQ(week.related_users(), (std::vector<UserId>{user("A"), user("B")}));
}

TEST(FinalShifts, AreCutToTheWindowAndOneForEachPerson) {
  const Sample day{.shifts = {Shift::recurrent(Weekly, "01-06T09", kDay).by("A,B")}};
  const auto rows = final_shifts(day.resolved(window("01-07", "01-07T12")));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(letter(rows[1].user), "B");
  EXPECT_EQ(shown(rows[0].start, rows[0].end), "01-07/01-07T09");
  EXPECT_TRUE(final_shifts(day.resolved(window("01-07", "01-07"))).empty());
}

// docs/spec/api-people.md, section 9.6, "TEST".
TEST(FinalShifts, AddUpToTheReferencesHours) {
  const auto hours_of = [](const Sample& sample, Range range) {
    std::map<std::string, std::int64_t> sums;
    for (const FinalShift& row : final_shifts(sample.resolved(range))) {
      sums[letter(row.user)] += std::chrono::duration_cast<std::chrono::hours>(row.end - row.start).count();
    }
    std::vector<std::string> lines;
    for (const auto& [who, sum] : sums) lines.push_back(who + " " + std::to_string(sum));
    return joined(lines);
  };
  const Sample by_day{.shifts = {Shift::rolling(Daily, "A B", "01-06T09", 8h).on("MO WE FR")}};
  EXPECT_EQ(hours_of(by_day, window("01-06", "02-03")), "A 48; B 48");
  const Sample until{
      .shifts = {Shift::rolling(Daily, "A B", "2023-01-01T09", 8h).on("MO WE FR").ending("2023-01-29T09")}};
  EXPECT_EQ(hours_of(until, window("2023-01-01T18", "2023-02-01")), "A 48; B 48") << "from a Sunday on";
  const Sample second_first{.shifts = {Shift::rolling(Daily, "A B", "2023-01-01T09", 2h).first_group(1)}};
  EXPECT_EQ(hours_of(second_first, window("2023-07-01T09", "2023-07-31T11")), "A 32; B 30");
  const Sample all_day{.shifts = {Shift::rolling(Daily, "A", "2023-01-01T09", kDay).on("MO WE FR")}};
  EXPECT_EQ(hours_of(all_day, window("2023-01-03", "2023-01-03T09")), "A 9") << "Monday's, on Tuesday";
  const Sample feeds{
      .type = ScheduleType::Ical,
      .primary = calendar({"UID:1\nSUMMARY:a\nRRULE:FREQ=DAILY\nDTSTART:20250101T090000Z\nDURATION:PT9H\n",
                           "UID:2\nSUMMARY:b\nRRULE:FREQ=DAILY\nDTSTART:20250101T180000Z\nDURATION:PT3H\n"})};
  EXPECT_EQ(hours_of(feeds, window("01-01", "02-01")), "A 279; B 93");
}

}  // namespace
}  // namespace tocsin::schedule
