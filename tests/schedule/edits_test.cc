// Changing a schedule: what is past stays, what comes is new.
#include "domain/schedule/edits.h"

#include <gtest/gtest.h>

#include <functional>

#include "domain/schedule/history.h"
#include "schedule/support.h"

namespace tocsin::schedule {
namespace {

using namespace std::chrono_literals;
using enum ShiftFrequency;

std::string long_form(const std::vector<Event>& events) {
  std::vector<std::string> lines;
  for (const Event& e : events) {
    std::string who;
    for (const OnCallUser& u : e.users) who += letter(u.id);
    lines.push_back(who + " " + shown(e.start, e.end));
  }
  return joined(lines);
}

Schedule web_schedule(const char* created = "2020-01-01") {
  Schedule schedule = a_schedule(ScheduleType::Web);
  schedule.created_at = utc(created);
  return schedule;
}

Shift owned(Shift shift) {
  shift.schedule = ScheduleId("S1");
  return shift;
}

TEST(Edits, R16_P8_MovingTheStartMovesTheStartOfTheRotationWithIt) {
  const Shift stored = Shift::rolling(Daily, "A B C", "01-10", kDay);
  Shift edited = stored;
  edited.start = wall("01-06");
  EXPECT_EQ(turns_of(with_rotation_start(stored, edited, false), window("01-01", "01-08")),
            "A 01-06/01-07; B 01-07/01-08");
  EXPECT_EQ(with_rotation_start(stored, edited, true).rotation_start, wall("01-10"));
  Shift apart = stored;
  apart.rotation_start = wall("01-12");
  edited.rotation_start = wall("01-12");
  EXPECT_EQ(with_rotation_start(apart, edited, false).rotation_start, wall("01-12"));
}

TEST(Edits, R19_DeletingARunningRotationEndsItNow) {
  const Shift shift = owned(Shift::rolling(Weekly, "A B", "01-06", 7 * kDay).from_the_web());
  const Removal removal = remove(shift, web_schedule(), utc("01-22T12"));
  ASSERT_TRUE(std::holds_alternative<EndShift>(removal));
  EXPECT_EQ(turns_of(std::get<EndShift>(removal).ended, window("01-13", "03-01")),
            "B 01-13/01-20; A 01-20/01-22T12");
}

TEST(Edits, DeletingLeavesThePastAndRemovesWhatHasNone) {
  const Shift shift = owned(Shift::rolling(Weekly, "A B", "01-06", 7 * kDay).from_the_web());
  const auto kind = [&](const OnCallShift& s, const Schedule& schedule, const char* now) {
    return remove(s, schedule, utc(now)).index();
  };
  constexpr std::size_t kDelete = 0, kEnd = 1, kLeave = 2;
  EXPECT_EQ(kind(shift, web_schedule(), "01-05"), kDelete);
  EXPECT_EQ(kind(shift, web_schedule(), "01-06"), kEnd);
  EXPECT_EQ(kind(shift, a_schedule(ScheduleType::Calendar), "01-08"), kDelete);
  EXPECT_EQ(kind(Shift::single("01-06", 1h), web_schedule(), "01-06T00:30"), kDelete) << "not owned";
  EXPECT_EQ(kind(owned(Shift::single("01-06", 1h)), web_schedule(), "01-06T00:30"), kEnd);
  EXPECT_EQ(kind(owned(Shift::single("01-06", 1h)), web_schedule(), "01-06T01"), kLeave);
  EXPECT_EQ(kind(owned(Shift::recurrent(Daily, "01-06", 1h).ending("01-08")), web_schedule(), "01-09"),
            kLeave);
}

TEST(Edits, DeletingARunningOverrideShortensItInItsOwnZone) {
  Shift shift = owned(Shift::make(ShiftType::Override, "01-06T09", 8h).by("A").in("Asia/Tokyo"));
  const OnCallShift ended = std::get<EndShift>(remove(shift, web_schedule(), utc("01-06T02:00:00"))).ended;
  EXPECT_EQ(ended.duration, 2h);
  EXPECT_EQ(turns_of(ended, window("01-01", "02-01"), false), "01-06/01-06T02");
}

TEST(Edits, AContinuedRotationGoesOnWithTheGroupWhoseTurnItIs) {
  const Shift old_rule = Shift::rolling(Daily, "A B C", "01-06", kDay).from_the_web().named("O1");
  Shift edited = old_rule;
  edited.id = OnCallShiftId("O2");
  edited.rolling_users = groups("X A B C");
  const Instant now = utc("01-10T12");  // B's day
  const Continuation rules = continue_from(old_rule, edited, web_schedule(), now);
  EXPECT_EQ(turns_of(rules.old_rule, window("01-09", "01-20")), "A 01-09/01-10; B 01-10/01-10T12");
  EXPECT_EQ(turns_of(rules.new_rule, window("01-01", "01-14")),
            "B 01-10T12/01-11; C 01-11/01-12; X 01-12/01-13; A 01-13/01-14");
}

TEST(Edits, AContinuedRotationKeepsItsRhythmAcrossTimeOfDayAndZone) {
  const Shift old_rule = Shift::rolling(Weekly, "A B", "01-06T09", 7 * kDay).in("Europe/Riga").from_the_web();
  Shift edited = old_rule;
  edited.start = edited.rotation_start = wall("01-06T12");
  const Continuation rules = continue_from(old_rule, edited, web_schedule(), utc("01-15"));
  EXPECT_EQ(turns_of(rules.old_rule, window("01-13T07", "02-20")), "B 01-13T07/01-15");
  EXPECT_EQ(turns_of(rules.new_rule, window("01-01", "01-28")),
            "B 01-15/01-20T10; A 01-20T10/01-27T10; B 01-27T10/02-03T10");
}

struct Story {
  Schedule schedule = web_schedule("01-01");
  std::vector<OnCallShift> shifts = {};
  std::vector<ShiftSwap> swaps = {};
  History history = {};

  ScheduleInput input() const {
    return {.schedule = schedule, .people = people(), .shifts = shifts, .swaps = swaps, .history = &history};
  }
  void at(const char* now, const std::function<void(Story&)>& change) {
    history = remember(std::move(history), input(), utc(now));
    change(*this);
  }
  std::string told(const char* from, const char* to) const {
    return long_form(resolve(input(), window(from, to)).events());
  }
};

TEST(History, EditsApplyFromNowOn) {
  Story story{.shifts = {Shift::rolling(Daily, "A B", "01-01", kDay)}};
  story.at("01-04T12", [](Story& s) { s.shifts[0].rolling_users = groups("C D"); });
  EXPECT_EQ(story.told("01-03", "01-06"), "A 01-03/01-04; B 01-04/01-04T12; D 01-04T12/01-05; C 01-05/01-06");
  story.at("01-05T06", [](Story& s) { s.shifts.clear(); });
  EXPECT_EQ(story.told("01-03", "01-08"),
            "A 01-03/01-04; B 01-04/01-04T12; D 01-04T12/01-05; C 01-05/01-05T06");
}

TEST(History, AnEventThatRunsOnStaysOneEvent) {
  Story story{.shifts = {Shift::rolling(Weekly, "A B", "01-06", 7 * kDay)}};
  for (const char* now : {"01-07", "01-08T12", "01-09"}) {
    story.at(now, [](Story& s) { s.schedule.name += "x"; });
  }
  EXPECT_EQ(story.told("01-06", "01-20"), "A 01-06/01-13; B 01-13/01-20");
  EXPECT_EQ(story.told("01-10", "01-11"), "A 01-06/01-13");
}

TEST(History, UndoingASwapOrMovingAZoneLeavesThePast) {
  Story story{.shifts = {Shift::rolling(Daily, "A B", "01-01", kDay)}};
  ShiftSwap swap;
  swap.beneficiary = user("A");
  swap.benefactor = user("C");
  swap.swap_start = utc("01-03");
  swap.swap_end = utc("01-04");
  story.swaps = {swap};
  story.at("01-03T12", [](Story& s) { s.swaps.clear(); });
  EXPECT_EQ(story.told("01-03", "01-04"), "C 01-03/01-03T12; A 01-03T12/01-04");
  story.at("01-04T12", [](Story& s) { s.shifts[0].time_zone = "Asia/Tokyo"; });
  EXPECT_EQ(story.told("01-04", "01-05"), "B 01-04/01-04T15; A 01-04T15/01-05T15");
}

TEST(History, TimeBeforeTheScheduleIsAnsweredByItsRules) {
  Story story{.schedule = web_schedule("01-10"), .shifts = {Shift::rolling(Daily, "A B", "01-06", kDay)}};
  story.at("01-10", [](Story& s) { s.schedule.name = "x"; });
  EXPECT_EQ(story.history.covered.from, story.history.covered.to);
  story.at("01-12", [](Story& s) { s.shifts[0].rolling_users = groups("C D"); });
  EXPECT_EQ(story.told("01-08", "01-13"),
            "C 01-08/01-09; D 01-09/01-10; A 01-10/01-11; B 01-11/01-12; C 01-12/01-13");
}

TEST(History, EmptyShiftsAreRememberedToo) {
  Story story{.shifts = {Shift::single("01-02", 4 * kDay).by("Z")}};
  story.at("01-04", [](Story& s) { s.shifts.clear(); });
  const FinalSchedule got = resolve(story.input(), window("01-01", "01-10"));
  ASSERT_EQ(got.empty_shifts().size(), 1U);
  EXPECT_EQ(shown(got.empty_shifts()[0].start, got.empty_shifts()[0].end), "01-02/01-04");
}

}  // namespace
}  // namespace tocsin::schedule
