#include "domain/schedule/publish.h"

#include <gtest/gtest.h>

#include "domain/schedule/resolve.h"
#include "schedule/support.h"

namespace tocsin::schedule {
namespace {

using namespace std::chrono_literals;
using enum ShiftFrequency;

FinalSchedule resolved(const std::vector<OnCallShift>& shifts, Range range) {
  const Schedule schedule = a_schedule(ScheduleType::Web);
  return resolve({.schedule = schedule, .people = people(), .shifts = shifts}, range);
}

TEST(Publish, HasAWindowOfWholeDays) {
  const Range range = publish_window(utc("01-20T15:30"));
  EXPECT_EQ(shown(range.from, range.to), "01-05/07-18T23:59:59");
}

TEST(Publish, WritesOneEventForEachPerson) {
  const Instant now = utc("01-20T15:30:00");
  std::vector<OnCallShift> shifts{Shift::single("01-21T09:30", 1h).by("A,B").named("O1"),
                                  Shift::make(ShiftType::Override, "01-22T09", 1h).by("C").named("O2")};
  const auto events = publish(resolved(shifts, publish_window(now)), people(), {}, now);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].uid, "O1-20250121093000-UA");
  EXPECT_EQ(events[1].uid, "O1-20250121093000-UB");
  EXPECT_EQ(events[1].summary, "b");
  EXPECT_EQ(events[0].priority, 0);
  EXPECT_EQ(events[2].priority, 1);
  EXPECT_EQ(events[2].stamp, now);
  EXPECT_EQ(read_published(schedule_calendar({"core", events})), events);
}

TEST(Publish, KeepsWhatVanishedAsCancelledForAWhile) {
  const Instant first = utc("01-20");
  const std::vector<OnCallShift> shift{Shift::single("01-21T09", 1h).named("O1")};
  const auto before = publish(resolved(shift, publish_window(first)), people(), {}, first);
  const Instant second = utc("01-20T12");
  const auto after = publish(resolved({}, publish_window(second)), people(), before, second);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_TRUE(after[0].cancelled);
  EXPECT_EQ(after[0].end, after[0].start);
  EXPECT_EQ(after[0].stamp, second);
  EXPECT_EQ(read_published(schedule_calendar({"core", after})), after);
  const Instant third = utc("02-04T12");
  EXPECT_EQ(publish(resolved({}, publish_window(third)), people(), after, third), after);
  const Instant fourth = utc("02-05");
  EXPECT_TRUE(publish(resolved({}, publish_window(fourth)), people(), after, fourth).empty());
  // Back again, it is an event like any other.
  const auto back = publish(resolved(shift, publish_window(second)), people(), after, second);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_FALSE(back[0].cancelled);
}

// A day of two halves and an override, as OnCall's test_refresh_ical_final_schedule_* publish it.
TEST(Publish, CutsADayWhereItsLayersDo) {
  const Instant now = utc("01-20");
  const Range day = window("01-20", "01-21");
  const std::vector<OnCallShift> halves{
      Shift::rolling(Daily, "A", "01-20", 12h - 1s).at_level(1).named("O1"),
      Shift::rolling(Daily, "B", "01-20T12", 12h - 1s).at_level(1).named("O2")};
  std::vector<OnCallShift> covered = halves;
  covered.push_back(Shift::make(ShiftType::Override, "01-20T22", 1h).by("A").named("O3"));
  const auto told = [](const std::vector<ical::PublishedEvent>& events) {
    std::vector<std::string> lines;
    for (const ical::PublishedEvent& e : events) {
      lines.push_back(e.summary + std::to_string(e.priority) + " " + shown(e.start, e.end) +
                      (e.cancelled ? " cancelled" : ""));
    }
    return joined(lines);
  };
  const auto first = publish(resolved(covered, day), people(), {}, now);
  EXPECT_EQ(told(first),
            "a0 01-20/01-20T11:59:59; b0 01-20T12/01-20T22; a1 01-20T22/01-20T23; "
            "b0 01-20T23/01-20T23:59:59");
  EXPECT_EQ(publish(resolved(covered, day), people(), first, now), first) << "once more changes nothing";
  EXPECT_EQ(told(publish(resolved(halves, day), people(), first, now)),
            "a0 01-20/01-20T11:59:59; b0 01-20T12/01-20T23:59:59; a1 01-20T22/01-20T22 cancelled; "
            "b0 01-20T23/01-20T23 cancelled");
}

TEST(Publish, ForgetsWhatLeftTheWindow) {
  const Instant first = utc("01-20");
  const std::vector<OnCallShift> shift{Shift::single("01-10T09", 1h).named("O1")};
  const auto before = publish(resolved(shift, publish_window(first)), people(), {}, first);
  ASSERT_EQ(before.size(), 1U);
  EXPECT_TRUE(publish(resolved({}, publish_window(utc("01-27"))), people(), before, utc("01-27")).empty());
}

TEST(Publish, GivesEachPersonTheirOwnCalendar) {
  const Instant now = utc("01-20");
  const std::vector<OnCallShift> shifts{
      Shift::rolling(Weekly, "A B", "01-20", 7 * kDay).named("O1").ending("01-28")};
  const std::vector<PublishedSchedule> schedules{
      {"core", publish(resolved(shifts, publish_window(now)), people(), {}, now)}};
  const auto own = read_published(personal_calendar(*people().find(user("A")), schedules));
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own[0].summary, "core: a");
  EXPECT_EQ(own[0].uid, "O1-20250120000000-UA");
}

}  // namespace
}  // namespace tocsin::schedule
