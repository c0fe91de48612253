// Hand-overs, announcements and reports as rules.
#include "domain/schedule/notices.h"

#include <gtest/gtest.h>

#include "schedule/told.h"

namespace tocsin::schedule {
namespace {

using namespace std::chrono_literals;
using enum ShiftFrequency;

FinalSchedule resolved(const std::vector<OnCallShift>& shifts, Range range) {
  return Sample{.shifts = shifts}.resolved(range);
}

TEST(Notices, TellWhenAShiftBegins) {
  const FinalSchedule days = resolved({Shift::rolling(Daily, "A B", "01-06", 12h)}, window("01-06", "01-16"));
  ShiftNews news = look({}, days, utc("01-06T01"));
  ASSERT_TRUE(news.notice);
  EXPECT_EQ(news.notice->started.size(), 1U);
  EXPECT_EQ(shown(news.notice->next.at(0).start), "01-07");
  EXPECT_FALSE(look(news.state, days, utc("01-06T02")).notice) << "nothing new";

  ShiftNews gap = look(news.state, days, utc("01-06T12"));
  ASSERT_TRUE(gap.notice) << "nobody is on call";
  EXPECT_TRUE(gap.notice->started.empty());
  EXPECT_EQ(gap.notice->previous.size(), 1U);
  EXPECT_FALSE(look(gap.state, days, utc("01-06T13")).notice) << "told once";

  const ShiftNews next = look(gap.state, days, utc("01-07"));
  ASSERT_TRUE(next.notice);
  EXPECT_EQ(letter(next.notice->started[0].users[0]), "B");
}

TEST(Notices, AreSilentWhenSomebodyOnlyLeaves) {
  const FinalSchedule day = resolved(
      {Shift::single("01-06", 4h).by("A").named("O1"), Shift::single("01-06", 8h).by("B").named("O2")},
      window("01-06", "01-10"));
  const ShiftNews both = look({}, day, utc("01-06"));
  ASSERT_TRUE(both.notice);
  EXPECT_EQ(both.notice->started.size(), 2U);
  const ShiftNews one = look(both.state, day, utc("01-06T05"));
  EXPECT_FALSE(one.notice);
  EXPECT_EQ(one.state.current.size(), 1U);
  EXPECT_EQ(shown(look_ahead(day.on_call_at(utc("01-06")).because, utc("01-06"))), "01-09");
}

std::string noticed(const std::vector<NoticedShift>& shifts) {
  std::vector<std::string> lines;
  for (const NoticedShift& shift : shifts)
    lines.push_back(letter(shift.users.at(0)) + " " + shown(shift.start, shift.end));
  return joined(lines);
}

// The next two are what OnCall's test_notify_ical_schedule_shift.py expects, by its facts.
TEST(Notices, NameTheNextHoweverLongShiftsAreAndWhereASwapBegins) {
  const auto first_look = [](const Sample& sample, const char* now) {
    const ShiftNews news = look({}, sample.resolved({utc(now), utc(now) + 7 * kDay}), utc(now));
    return noticed(news.notice->started) + " | " + noticed(news.notice->next);
  };
  const Sample long_and_short{.shifts = {Shift::rolling(Weekly, "A B", "01-06", 7 * kDay).named("O1"),
                                         Shift::rolling(Weekly, "C", "01-06T23", kDay).named("O2")}};
  EXPECT_EQ(first_look(long_and_short, "01-07"), "A 01-06/01-13; C 01-06T23/01-07T23 | B 01-13/01-20");
  const auto week = [](const char* who, const char* from, const char* to) {
    return "UID:" + std::string(who) + "\nSUMMARY:" + who + "\nDTSTART;VALUE=DATE:" + from +
           "\nDTEND;VALUE=DATE:" + to + "\nRRULE:FREQ=WEEKLY;WKST=SU;INTERVAL=7;BYDAY=WE\n";
  };
  const Sample from_tuesdays{
      .type = ScheduleType::Ical,
      .primary = calendar({week("a", "20211005", "20211012"), week("b", "20210928", "20211005")})};
  EXPECT_EQ(first_look(from_tuesdays, "2021-09-29T12"),
            "B 2021-09-28/2021-10-05; B 2021-09-29/2021-10-06 | A 2021-10-05/2021-10-12");
  const Sample swapped{.shifts = {Shift::rolling(Weekly, "A", "01-06", 3 * kDay)},
                       .swaps = {swap("A", "B", "01-07", "01-08")}};
  EXPECT_EQ(first_look(swapped, "01-06T12"), "A 01-06/01-07 | B 01-07/01-08");
}

TEST(Notices, AreSilentWhenOnlyTheNextOrALowerLevelChanges) {
  const auto told_again = [](const OnCallShift& now, OnCallShift other) {
    const Instant at = utc("01-06T12");
    const ShiftNews before = look({}, resolved({now, other}, window("01-06T12", "01-09T12")), at);
    other.rolling_users = groups("B");
    return look(before.state, resolved({now, other}, window("01-06T12", "01-09T12")), at).notice.has_value();
  };
  const Shift daily = Shift::rolling(Daily, "A", "01-01T11", kDay).at_level(1).named("O1");
  EXPECT_FALSE(told_again(daily, Shift::rolling(Daily, "A", "01-06T13", kDay).at_level(2).named("O2")));
  EXPECT_FALSE(told_again(daily, Shift::rolling(Daily, "A", "01-01T11", kDay).at_level(0).named("O2")));
  EXPECT_TRUE(told_again(daily, Shift::rolling(Daily, "A", "01-01T11", kDay).at_level(1).named("O2")));
}

TEST(Notices, ListARepeatedEmptyShiftOnce) {
  const FinalSchedule week =
      resolved({Shift::recurrent(Daily, "01-06", 1h).by("Z")}, window("01-06", "01-13"));
  EXPECT_EQ(week.empty_shifts().size(), 7U);
  EXPECT_EQ(distinct_empty_shifts(week).size(), 1U);
}

TEST(Notices, ALookIsDueAtTheNextStartOrEnd) {
  const FinalSchedule days = resolved({Shift::rolling(Daily, "A B", "01-06", 12h)}, window("01-05", "01-09"));
  EXPECT_EQ(shown(next_change(days, utc("01-05"))), "01-06");
  EXPECT_EQ(shown(next_change(days, utc("01-06"))), "01-06T12");
  EXPECT_EQ(shown(next_change(days, utc("01-06T12"))), "01-07");
  EXPECT_EQ(shown(next_change(days, utc("01-08T12"))), "01-09") << "nothing comes: the window's end";
}

// Every hand-over is seen whatever the instants of the looks, and none twice: looks at their due times see
// exactly the events of the final schedule that begin. (An event that goes on after an interruption is told
// with the start of its shift, so the ends are compared.)
TEST(Notices, LooksAtTheirDueTimesTellEachEventOnce) {
  const std::vector<OnCallShift> shifts{
      Shift::rolling(Daily, "A B C", "01-06T09", 24h).named("O1"),
      Shift::rolling(Hourly, "D E", "01-06T13", 3h).every(7).at_level(2).named("O2"),
      Shift::recurrent(Weekly, "01-07T10", 5h).by("F").on("TU TH SA").at_level(1).named("O3")};
  const Instant from = utc("01-06"), to = utc("01-20");
  ShiftState state;
  std::vector<NoticedShift> told;
  for (Instant now = from; now < to;) {
    const FinalSchedule ahead = resolved(shifts, {now, now + std::chrono::days{4}});
    ShiftNews news = look(state, ahead, now);
    state = std::move(news.state);
    if (news.notice) told.insert(told.end(), news.notice->started.begin(), news.notice->started.end());
    now = next_change(ahead, now);
  }
  std::vector<std::string> told_ends, ends;
  for (const NoticedShift& shift : told) told_ends.push_back(shift.shift + " " + shown(shift.end));
  const FinalSchedule all = resolved(shifts, {from, to});
  for (const Event& event : all.events()) {
    ends.push_back(event.shift + " " + shown(event.end));
  }
  std::sort(told_ends.begin(), told_ends.end());
  std::sort(ends.begin(), ends.end());
  EXPECT_EQ(told_ends, ends);
  EXPECT_GT(ends.size(), 60U);
}

std::string told_to(const FinalSchedule& schedule, const LeadTimes& lead_times,
                    std::optional<Instant> looked_at, const char* now) {
  std::vector<std::string> lines;
  for (const Announcement& a : announcements(schedule, lead_times, looked_at, utc(now))) {
    lines.push_back(letter(a.user) + " " + shown(a.shift.start) + " " + std::to_string(a.ahead.count() / 60));
  }
  return joined(lines);
}

TEST(Announcements, ComeWithTheLeadTime) {
  const FinalSchedule days =
      resolved({Shift::rolling(Daily, "A B", "01-06", kDay)}, window("01-06T12", "01-10"));
  const LeadTimes minutes{{user("B"), {15min}}};
  EXPECT_EQ(told_to(days, minutes, utc("01-06T12"), "01-06T23:44"), "");
  EXPECT_EQ(told_to(days, minutes, utc("01-06T12"), "01-06T23:45"), "B 01-07 15");
  EXPECT_EQ(told_to(days, minutes, utc("01-06T23:45"), "01-06T23:53"), "") << "told before";
  EXPECT_EQ(told_to(days, minutes, utc("01-06T12"), "01-06T23:59"), "B 01-07 15") << "the look came late";
  EXPECT_EQ(told_to(days, minutes, utc("01-06T12"), "01-07"), "") << "it has begun";
  EXPECT_EQ(shown(*next_announcement(days, minutes, utc("01-06T12"))), "01-06T23:45");
  EXPECT_EQ(shown(*next_announcement(days, minutes, utc("01-06T23:45"))), "01-08T23:45");
  EXPECT_EQ(next_announcement(days, {{user("B"), {}}}, utc("01-06T12")), std::nullopt);
}

TEST(Announcements, ANewScheduleTellsOnlyWhatJustCameDue) {
  const FinalSchedule days =
      resolved({Shift::rolling(Daily, "A B", "01-06", kDay)}, window("01-06T12", "01-10"));
  const LeadTimes both{{user("B"), {24h, 15min}}};
  EXPECT_EQ(told_to(days, both, std::nullopt, "01-06T12"), "") << "a day ahead is long past";
  EXPECT_EQ(told_to(days, both, std::nullopt, "01-06T23:51"), "B 01-07 15") << "6 minutes late";
  EXPECT_EQ(told_to(days, both, utc("01-05"), "01-06T23:51"), "B 01-07 15") << "both have come: the shorter";
  EXPECT_EQ(told_to(days, both, utc("01-05"), "01-06T12"), "B 01-07 1440");
}

TEST(Announcements, WhoeverIsOnCallAlreadyIsNotTold) {
  const FinalSchedule days = resolved({Shift::recurrent(Daily, "01-06", kDay).by("A,B"),
                                       Shift::single("01-08", 2h).by("C").at_level(3).named("O2")},
                                      window("01-06T12", "01-10"));
  const LeadTimes all{{user("A"), {15min}}, {user("C"), {15min}}};
  EXPECT_EQ(told_to(days, all, utc("01-06T12"), "01-06T23:50"), "");
  EXPECT_EQ(told_to(days, all, utc("01-07T12"), "01-07T23:50"), "C 01-08 15");
  EXPECT_EQ(told_to(days, all, utc("01-08T00:30"), "01-08T01:50"), "A 01-08T02 15")
      << "C hid A for two hours";
}

TEST(Reports, AreWeeklyOnMondaysAtNoon) {
  EXPECT_EQ(shown(next_weekly_report(utc("01-06T11:59"))), "01-06T12");  // a Monday
  EXPECT_EQ(shown(next_weekly_report(utc("01-06T12"))), "01-13T12");
  EXPECT_EQ(shown(next_weekly_report(utc("01-12T23:59"))), "01-13T12");
  EXPECT_FALSE(is_reported_this_week(std::nullopt, utc("01-13T12")));
  EXPECT_FALSE(is_reported_this_week(utc("01-06T12"), utc("01-13T12")));
  EXPECT_TRUE(is_reported_this_week(utc("01-07T00"), utc("01-13T12")));
}

}  // namespace
}  // namespace tocsin::schedule
