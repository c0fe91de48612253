// What OnCall's own tests of final schedules, swaps, feeds and gaps expect (engine/apps/schedules/tests/:
// test_on_call_schedule.py, test_ical_utils.py, test_ical_proxy.py, test_check_gaps_and_empty_shifts.py, the
// reports on gaps and empty shifts), by their facts.
#include <gtest/gtest.h>

#include "schedule/told.h"

namespace tocsin::schedule {
namespace {

using namespace std::chrono_literals;
using enum ShiftFrequency;

TEST(OnCallFinal, EachInstantBelongsToTheHighestLayer) {
  const struct {
    const char* name;
    std::vector<OnCallShift> shifts;
    const char* expected;
  } cases[] = {
      {"an override as long as what it covers",
       {on_6th("A", 0, 10, 15), override_on_6th("B", 0, 10, 15)},
       "gap 0-10, B* 10-15, gap 15-24"},
      {"a shorter override",
       {on_6th("A", 0, 10, 15), override_on_6th("B", 0, 10, 14)},
       "gap 0-10, B* 10-14, A 14-15, gap 15-24"},
      {"two of a level, cut by a third",
       {on_6th("A", 1, 10, 20), on_6th("B", 1, 12, 16), on_6th("C", 2, 15, 18)},
       "gap 0-10, A 10-15, B 12-15, C 15-18, A 18-20, gap 20-24"},
      {"all begin together",
       {on_6th("A", 1, 10, 20), on_6th("B", 1, 10, 20), on_6th("C", 2, 10, 13)},
       "gap 0-10, C 10-13, A 13-20, B 13-20, gap 20-24"},
      {"a higher level inside an event",
       {on_6th("A", 1, 9, 18), on_6th("B", 2, 12, 13)},
       "gap 0-9, A 9-12, B 12-13, A 13-18, gap 18-24"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(day_of(Sample{.shifts = c.shifts}.resolved(window("01-06", "01-07"))), c.expected) << c.name;
  }
  const FinalSchedule now =
      Sample{.shifts = cases[1].shifts}.resolved(window("01-06T10:00:01", "01-06T10:01"));
  EXPECT_EQ(long_form(now), "B* 01-06T10/01-06T14") << "one event, and whole";
}

TEST(OnCallFinal, AViewerInAShiftIsMissingBesideTheOthers) {
  OnCallShift shift = on_6th("A", 1, 8, 11);
  shift.users.emplace_back("Uviewer");
  const FinalSchedule got = Sample{.shifts = {shift}}.resolved(window("01-06", "01-07"));
  EXPECT_EQ(on_call(got, "01-06T08:05"), "A");
  EXPECT_EQ(got.events().at(0).missing_users, std::vector<std::string>{"viewer"});
  EXPECT_TRUE(got.empty_shifts().empty());
}

// As told.h tells events, with what swaps note: "C(A)" has A's time, "A?" offers theirs.
std::string with_notes(const FinalSchedule& schedule) {
  std::vector<std::string> lines;
  for (const Event& event : schedule.events()) {
    std::vector<std::string> users;
    for (const OnCallUser& user : event.users) {
      std::string text = letter(user.id);
      if (user.swap) text += user.swap->instead_of ? "(" + letter(*user.swap->instead_of) + ")" : "?";
      users.push_back(text);
    }
    lines.push_back(joined(users, "+") + " " + shown(event.start, event.end));
  }
  return joined(lines);
}

// Every day from 12 to 15, by A or by A and B; today is the 6th.
Sample at_noon(const char* users, std::vector<ShiftSwap> swaps = {}) {
  return {.shifts = {Shift::rolling(Daily, users, "01-06T12", 3h)}, .swaps = std::move(swaps)};
}

TEST(OnCallFinal, ASwapSplitsWhatItCoversInPart) {
  const struct {
    const char* name;
    const char* users;
    const char* from;
    const char* to;
    Range window;
    std::string expected;  // '#': who has the time of the swap
    const char* without;
  } cases[] = {
      {"its start", "A", "01-07T13", "01-07T18", window("01-06", "01-08"),
       "A 01-06T12/01-06T15; A 01-07T12/01-07T13; # 01-07T13/01-07T15",
       "A 01-06T12/01-06T15; A 01-07T12/01-07T15"},
      {"its end", "A", "01-07T10", "01-07T13", window("01-06", "01-08"),
       "A 01-06T12/01-06T15; # 01-07T12/01-07T13; A 01-07T13/01-07T15",
       "A 01-06T12/01-06T15; A 01-07T12/01-07T15"},
      {"both", "A", "01-07T13", "01-07T14", window("01-06", "01-08"),
       "A 01-06T12/01-06T15; A 01-07T12/01-07T13; # 01-07T13/01-07T14; A 01-07T14/01-07T15",
       "A 01-06T12/01-06T15; A 01-07T12/01-07T15"},
      {"a whole shift, from the end of one to the start of another", "A", "01-07T15", "01-09T12",
       window("01-07", "01-09"), "A 01-07T12/01-07T15; # 01-08T12/01-08T15",
       "A 01-07T12/01-07T15; A 01-08T12/01-08T15"},
      {"one of two", "A,B", "01-07T10", "01-07T13", window("01-06", "01-08"),
       "A+B 01-06T12/01-06T15; #+B 01-07T12/01-07T13; A+B 01-07T13/01-07T15",
       "A+B 01-06T12/01-06T15; A+B 01-07T12/01-07T15"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto expected = [&](const char* who) {
      std::string text = c.expected;
      return text.replace(text.find('#'), 1, who);
    };
    const Sample taken = at_noon(c.users, {swap("A", "C", c.from, c.to)});
    EXPECT_EQ(with_notes(taken.resolved(c.window, utc("01-06"))), expected("C(A)"));
    EXPECT_EQ(with_notes(taken.resolved(c.window)), expected("C(A)"));
    const Sample offered = at_noon(c.users, {swap("A", "", c.from, c.to)});
    EXPECT_EQ(with_notes(offered.resolved(c.window, utc("01-06"))), expected("A?"));
    EXPECT_EQ(with_notes(offered.resolved(c.window)), c.without) << "untaken ones are left out";
  }
}

TEST(OnCallFinal, SwapsThatConcernNobodyChangeNothing) {
  ShiftSwap deleted = swap("A", "C", "01-06", "01-07");
  deleted.deleted_at = utc("01-06");
  const std::vector<ShiftSwap> idle{swap("D", "", "01-06", "01-07"), deleted,
                                    swap("A", "", "2024-12-30", "2024-12-31"),
                                    swap("A", "", "01-05", "01-07")};
  const Range days = window("01-06", "01-08");
  EXPECT_EQ(with_notes(at_noon("A", idle).resolved(days, utc("01-06"))),
            with_notes(at_noon("A").resolved(days)));
}

TEST(OnCallFinal, FeedsAreExpandedAsOnCallsCalendarsAre) {
  const std::string from_24th =
      "UID:r\nSEQUENCE:0\nSUMMARY:a\nRRULE:FREQ=DAILY\nDTSTART;TZID=Asia/Yekaterinburg:20210124T130000\n"
      "DTEND;TZID=Asia/Yekaterinburg:20210124T220000\n";
  const std::string edited =
      "UID:r\nSEQUENCE:0\nSUMMARY:b\nRECURRENCE-ID;TZID=Asia/Yekaterinburg:20210127T130000\n"
      "DTSTART;TZID=Asia/Yekaterinburg:20210127T130000\nDTEND;TZID=Asia/Yekaterinburg:20210127T220000\n";
  const Range two_days = window("2021-01-26T15:27:14", "2021-01-28T15:27:13");
  const struct {
    const char* name;
    std::vector<std::string> events;
    Range window;
    const char* expected;
  } cases[] = {
      {"a recurring event",
       {from_24th},
       two_days,
       "A 2021-01-26T08/2021-01-26T17; A 2021-01-27T08/2021-01-27T17; A 2021-01-28T08/2021-01-28T17"},
      {"with one day edited, which comes first in the file",
       {edited, from_24th},
       two_days,
       "A 2021-01-26T08/2021-01-26T17; B 2021-01-27T08/2021-01-27T17; A 2021-01-28T08/2021-01-28T17"},
      // Ours (S7): all-day events end at midnight, not a second before.
      {"and all-day events of one and of two days",
       {"UID:d1\nSUMMARY:c\nDTSTART;VALUE=DATE:20210127\nDTEND;VALUE=DATE:20210128\n",
        "UID:d2\nSUMMARY:d\nDTSTART;VALUE=DATE:20210127\nDTEND;VALUE=DATE:20210129\n", edited, from_24th},
       two_days,
       "A 2021-01-26T08/2021-01-26T17; C 2021-01-27/2021-01-28; D 2021-01-27/2021-01-29; "
       "B 2021-01-27T08/2021-01-27T17; A 2021-01-28T08/2021-01-28T17"},
      {"an edit of 1970, of another length than the days it was made from",
       {"UID:e\nSEQUENCE:1\nSUMMARY:a\nDTSTART;VALUE=DATE:20230717\nDTEND;VALUE=DATE:20230725\n"
        "RRULE:FREQ=WEEKLY;WKST=MO;UNTIL=20230806;INTERVAL=3;BYDAY=MO\n",
        "UID:e\nSEQUENCE:2\nSUMMARY:b\nRECURRENCE-ID;TZID=Europe/Warsaw:19700101T010000\n"
        "DTSTART;TZID=Europe/Warsaw:20230717T100000\nDTEND;TZID=Europe/Warsaw:20230724T100000\n"},
       window("2023-07-17", "2023-07-24"),
       "A 2023-07-17/2023-07-25; B 2023-07-17T08/2023-07-24T08"},
      {"until a local time",
       {"SUMMARY:a\nSEQUENCE:4\nRRULE:FREQ=WEEKLY;UNTIL=20221231T010101\n"
        "DTSTART;TZID=Europe/Madrid:20220309T130000\nDTEND;TZID=Europe/Madrid:20220309T133000\n"},
       window("2022-12-20", "2023-02-01"),
       "A 2022-12-21T12/2022-12-21T12:30; A 2022-12-28T12/2022-12-28T12:30"},
      {"cancelled",
       {"SUMMARY:a\nSTATUS:CANCELLED\nDTSTART:20250106T090000Z\nDTEND:20250106T093000Z\n"},
       window("01-06", "01-07"),
       ""},
  };
  for (const auto& c : cases) {
    const Sample feed{.type = ScheduleType::Ical, .primary = calendar(c.events)};
    EXPECT_EQ(long_form(feed.resolved(c.window)), c.expected) << c.name;
  }
  const Sample by_mail{
      .type = ScheduleType::Calendar,
      .overrides = calendar({"SUMMARY:A@Example.COM\nDTSTART:20250206T110000Z\nDTEND:20250206T120000Z\n"})};
  EXPECT_EQ(on_call(by_mail.resolved(window("02-06", "02-07")), "02-06T11:30"), "A");
}

// Days of 24 hours, the first of them from `start` on; "viewer" is nobody who can be on call.
OnCallShift days(const char* who, const char* start, int interval = 1, const char* until = nullptr) {
  static int number = 0;
  Shift shift = Shift::rolling(Daily, "A", start, kDay).every(interval).at_level(1);
  if (std::string_view(who) == "viewer") shift.rolling_users = {{UserId("Uviewer")}};
  if (until != nullptr) shift.until = wall(until);
  shift.id = OnCallShiftId("O" + std::to_string(number++));
  return shift;
}

TEST(OnCallFinal, GapsAndEmptyShiftsAreThoseOfTheNextThirtyDays) {
  const struct {
    const char* name;
    std::vector<OnCallShift> shifts;
    bool has_gaps;
    bool has_empty_shifts;
  } cases[] = {
      {"all is well", {days("A", "01-25T12")}, false, false},
      {"a gap now", {days("A", "01-31T12", 2)}, true, false},
      {"a gap in three days", {days("A", "01-25T12", 1, "02-04T12:01")}, true, false},
      {"nobody valid", {days("viewer", "01-25T12")}, false, true},
      {"nobody valid, every other day", {days("viewer", "01-25T12", 2)}, true, true},
      {"what is past", {days("viewer", "01-25T12", 2, "01-30T12:01"), days("A", "01-28T12")}, false, false},
      {"a gap in the past", {days("A", "01-31T12"), days("A", "01-27T12", 1, "01-30T12")}, false, false},
      {"what is farther ahead",
       {days("viewer", "03-03T12:02", 2), days("A", "01-02T12", 1, "03-03T12:02")},
       false,
       false},
      {"a gap farther ahead", {days("A", "01-02T12", 1, "03-04T12:01")}, false, false},
      {"hidden by a higher level",
       {[] {
          OnCallShift above = days("A", "01-25T12");
          above.level = 2;
          return above;
        }(),
        days("viewer", "01-25T12")},
       false,
       true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const FinalSchedule got = Sample{.shifts = c.shifts}.resolved(window("02-01T12:01", "03-03T12:01"));
    EXPECT_EQ(!gaps(got, EmptyShifts::CountAsCover).empty(), c.has_gaps);
    EXPECT_EQ(!got.empty_shifts().empty(), c.has_empty_shifts);
  }
}

}  // namespace
}  // namespace tocsin::schedule
