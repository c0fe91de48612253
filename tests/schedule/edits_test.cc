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
  EXPECT_EQ(
      kind(Shift::rolling(Weekly, "A B", "01-06", 7 * kDay), a_schedule(ScheduleType::Calendar), "01-08"),
      kDelete)
      << "listed, not owned";
  EXPECT_EQ(kind(owned(Shift::make(ShiftType::Override, "01-06", kDay)), a_schedule(ScheduleType::Calendar),
                 "01-06T12"),
            kEnd);
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

// ------------------------------------------------------------------------- keeping today's person

// A list as the turns of one day each from January 6, edited on the 10th at noon (turn 4), from the 9th to
// the 15th.
std::string edited_list(const char* before, const char* after, int index = 0) {
  const Shift stored = Shift::rolling(Daily, before, "01-06", kDay).first_group(index);
  Shift edited = stored;
  edited.rolling_users = groups(after);
  return starts_of(with_turn_kept(stored, edited, web_schedule(), utc("01-10T12")), window("01-10", "01-14"));
}

TEST(TurnKept, AnEditedListGoesOnWithWhoeverHasTheTurn) {
  const struct {
    const char* name;
    const char* before;
    const char* after;
    const char* turns;
  } cases[] = {
      {"unchanged", "A B C", "A B C", "B 01-10; C 01-11; A 01-12; B 01-13"},
      {"somebody joins in front", "A B C", "X A B C", "B 01-10; C 01-11; X 01-12; A 01-13"},
      {"somebody joins behind", "A B C", "A B C X", "B 01-10; C 01-11; X 01-12; A 01-13"},
      {"somebody else leaves", "A B C", "B C", "B 01-10; C 01-11; B 01-12; C 01-13"},
      {"another order", "A B C", "C B A", "B 01-10; A 01-11; C 01-12; B 01-13"},
      {"the person is replaced", "A B C", "A X C", "X 01-10; C 01-11; A 01-12; X 01-13"},
      {"the person leaves: the next one's turn", "A B C", "A C", "C 01-10; A 01-11; C 01-12; A 01-13"},
      {"the person and the next leave", "A B C D", "B C D", "B 01-10; C 01-11; D 01-12; B 01-13"},
      {"a group loses one", "A B,D C", "A D C", "D 01-10; C 01-11; A 01-12; D 01-13"},
      {"a group gains one", "A B C", "A B,X C", "B+X 01-10; C 01-11; A 01-12; B+X 01-13"},
      {"all are new", "A B C", "X Y", "X 01-10; Y 01-11; X 01-12; Y 01-13"},
      {"an empty turn stays empty", "A - C", "A - C D", "C 01-11; D 01-12; A 01-13"},
      {"nobody is left", "A B C", "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(edited_list(c.before, c.after), c.turns);
  }
}

TEST(TurnKept, ThePlaceOfSomebodyNamedTwiceIsTheOneWithTheSameNeighbour) {
  // From index 1 the turn on the 10th is the fifth of B C D B A ...: B again, the one before A.
  EXPECT_EQ(edited_list("B C D B A", "X B C D B A", 4), "B 01-10; A 01-11; X 01-12; B 01-13");
}

TEST(TurnKept, RhythmAndStartCanChangeUnderTheSamePerson) {
  const Shift stored = Shift::rolling(Daily, "A B C", "01-06", kDay);
  const auto turns_after = [&](const std::function<void(Shift&)>& change) {
    Shift edited = stored;
    change(edited);
    return turns_of(with_turn_kept(stored, edited, web_schedule(), utc("01-10T12")),
                    window("01-10T12", "01-14"));
  };
  EXPECT_EQ(turns_after([](Shift& s) { s.start = s.rotation_start = wall("01-05"); }),
            "B 01-10/01-11; C 01-11/01-12; A 01-12/01-13; B 01-13/01-14");
  EXPECT_EQ(turns_after([](Shift& s) {
              s.interval = 2;
              s.duration = 2 * kDay;
            }),
            "B 01-10/01-12; C 01-12/01-14");
  EXPECT_EQ(turns_after([](Shift& s) {
              s.frequency = Weekly;
              s.duration = 7 * kDay;
            }),
            "B 01-06/01-13; C 01-13/01-20");
  EXPECT_EQ(turns_after([](Shift& s) { s.time_zone = "Asia/Tokyo"; }),
            "B 01-09T15/01-10T15; C 01-10T15/01-11T15; A 01-11T15/01-12T15; B 01-12T15/01-13T15; "
            "C 01-13T15/01-14T15");
  // Shortened below what has passed of it: the turn is over, and the next is the next.
  EXPECT_EQ(turns_after([](Shift& s) {
              s.duration = 8h;
              s.rolling_users = groups("A B C D");
            }),
            "C 01-11/01-11T08; D 01-12/01-12T08; A 01-13/01-13T08");
}

TEST(TurnKept, InAPauseTheNextTurnIsKept) {
  const Shift stored = Shift::rolling(Weekly, "A B C", "01-06T09", 8h).on("MO TU WE TH FR");
  Shift edited = stored;
  edited.rolling_users = groups("X A B C");
  const auto turns_after = [&](const char* now) {
    return starts_of(with_turn_kept(stored, edited, web_schedule(), utc(now)), window("01-17", "01-22"));
  };
  EXPECT_EQ(turns_after("01-15T20"), "B 01-17T09; C 01-20T09; C 01-21T09") << "the night in B's week";
  EXPECT_EQ(turns_after("01-18"), "B 01-17T09; C 01-20T09; C 01-21T09") << "the weekend before C's week";
}

TEST(TurnKept, AMovedIndexAndARotationThatHasNotBegunFollowStartAndIndex) {
  const Shift stored = Shift::rolling(Daily, "A B C", "01-06", kDay);
  const auto first_turns = [&](const Shift& edited, const char* now) {
    return starts_of(with_turn_kept(stored, edited, web_schedule(), utc(now)), window("01-10", "01-12"));
  };
  EXPECT_EQ(first_turns(Shift(stored).first_group(2), "01-10T12"), "A 01-10; B 01-11");
  Shift longer = stored;
  longer.rolling_users = groups("X A B C");
  EXPECT_EQ(first_turns(longer, "01-05"), "X 01-10; A 01-11") << "before its first turn";
  Shift later = stored;
  later.start = later.rotation_start = wall("01-11");
  EXPECT_EQ(first_turns(later, "01-10T12"), "A 01-11") << "it begins anew";
}

TEST(TurnKept, EditsThatDoNotTouchTheTurnsLeaveTheOffset) {
  Shift stored = Shift::rolling(Daily, "A B C", "01-06", kDay);
  stored.turn_offset = 2;
  Shift edited = stored;
  edited.name = "renamed";
  edited.level = 4;
  edited.until = wall("01-20");
  edited.duration = kDay / 2;
  edited.turn_offset = 0;
  for (const char* now : {"01-01", "01-10", "03-01"}) {
    EXPECT_EQ(with_turn_kept(stored, edited, web_schedule(), utc(now)).turn_offset, 2) << now;
  }
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
