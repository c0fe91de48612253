// What holds for every schedule, tried on random ones. A failure names its seed.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "domain/schedule/edits.h"
#include "domain/schedule/history.h"
#include "domain/schedule/resolve.h"
#include "schedule/support.h"

namespace tocsin::schedule {
namespace {

using namespace std::chrono_literals;

constexpr int kSeeds = 300;
const char* const kZones[] = {
    "UTC", "America/New_York", "Europe/Riga", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"};

struct Dice {
  std::mt19937 engine;
  int to(int most) { return std::uniform_int_distribution<int>(0, most)(engine); }
  bool chance(int percent) { return to(99) < percent; }
};

// A rotation whose turns follow one another without overlap: length is at most the step.
Shift random_rotation(Dice& dice) {
  static constexpr ShiftFrequency kFrequencies[] = {ShiftFrequency::Hourly, ShiftFrequency::Daily,
                                                    ShiftFrequency::Weekly};
  static constexpr int kStepHours[] = {1, 24, 168};
  const int kind = dice.to(2);
  const int interval = 1 + dice.to(3);
  const std::string users = std::string("A B C D E").substr(0, static_cast<std::size_t>(1 + 2 * dice.to(4)));
  const int length = dice.chance(60) ? kStepHours[kind] : 1 + dice.to(kStepHours[kind] - 1);
  Shift shift = Shift::rolling(kFrequencies[kind], users, "01-06", std::chrono::hours{length});
  shift.interval = interval;
  shift.start += std::chrono::hours{dice.to(23)};
  if (dice.chance(40)) shift.start += std::chrono::minutes{30};
  shift.rotation_start = shift.start;
  shift.time_zone = kZones[dice.to(5)];
  if (kind > 0 && length <= 24 && dice.chance(50)) shift.by_day = week_days("MO TH SA");
  return shift;
}

TEST(Properties, ARotationNeverPutsTwoOfItsGroupsOnCallAtOnce) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    Dice dice{std::mt19937(static_cast<unsigned>(seed))};
    const Shift shift = random_rotation(dice);
    Allowance allowance;
    const auto zone = timezone::Zone::find(*shift.time_zone);
    const auto found = turns(shift, *zone, window("02-01", "11-30"), allowance);
    ASSERT_FALSE(found.empty()) << "seed " << seed;
    for (std::size_t i = 1; i < found.size(); ++i) {
      ASSERT_LE(found[i - 1].end, found[i].start) << "seed " << seed << " " << shown(found[i].start);
    }
  }
}

TEST(Properties, AFullRotationLeavesNoInstantUncovered) {
  for (const char* zone : kZones) {
    for (const auto& [frequency, hours] :
         {std::pair{ShiftFrequency::Hourly, 1}, {ShiftFrequency::Daily, 24}, {ShiftFrequency::Weekly, 168}}) {
      Shift shift = Shift::rolling(frequency, "A B C", "01-05T02:30", std::chrono::hours{hours}).in(zone);
      const std::vector<OnCallShift> shifts{shift};
      const Schedule schedule = a_schedule(ScheduleType::Web);
      const FinalSchedule year = resolve({.schedule = schedule, .people = people(), .shifts = shifts},
                                         window("02-01", "2026-02-01"));
      EXPECT_TRUE(gaps(year, EmptyShifts::AreGaps).empty()) << zone << " " << hours;
    }
  }
}

std::vector<OnCallShift> random_layers(Dice& dice) {
  std::vector<OnCallShift> shifts;
  for (int i = 0; i <= dice.to(5); ++i) {
    Shift shift = random_rotation(dice);
    shift.level = dice.to(3);
    shift.id = OnCallShiftId("O" + std::to_string(i));
    shifts.push_back(shift);
  }
  for (int i = 0; i < dice.to(4); ++i) {
    Shift shift = Shift::make(ShiftType::Override, "02-10", std::chrono::hours{1 + dice.to(60)})
                      .by(dice.chance(80) ? "X" : "Y,A");
    shift.start += std::chrono::hours{dice.to(200)};
    shift.level = dice.to(2);
    shift.id = OnCallShiftId("OV" + std::to_string(i));
    shifts.push_back(shift);
  }
  return shifts;
}

std::vector<UserId> on_call_by(const OnCallShift& shift, Instant at) {
  const Schedule schedule = a_schedule(ScheduleType::Web);
  const std::vector<OnCallShift> shifts{shift};
  return resolve({.schedule = schedule, .people = people(), .shifts = shifts},
                 {at - std::chrono::days{40}, at + std::chrono::days{40}})
      .on_call_at(at)
      .users;
}

// Joins, leaves, moves and a changed rhythm, at most one of each.
Shift randomly_edited(Dice& dice, Shift shift) {
  auto& list = shift.rolling_users;
  const auto place = [&] { return list.begin() + dice.to(static_cast<int>(list.size()) - 1); };
  if (dice.chance(50)) list.insert(place(), {user("X")});
  if (dice.chance(30) && list.size() > 1) list.erase(place());
  if (dice.chance(30)) std::shuffle(list.begin(), list.end(), dice.engine);
  if (dice.chance(30)) shift.interval = 1 + dice.to(3);
  if (dice.chance(30)) shift.rotation_start = shift.start -= std::chrono::hours{dice.to(72)};
  if (dice.chance(20)) shift.time_zone = kZones[dice.to(5)];
  return shift;
}

TEST(Properties, AnEditKeepsWhoIsOnCallUnlessTheyLeftAndTheListGoesOnFromThere) {
  const Schedule schedule = a_schedule(ScheduleType::Web);
  int kept = 0;
  for (int seed = 0; seed < 4 * kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice{std::mt19937(static_cast<unsigned>(seed))};
    Shift stored = random_rotation(dice);
    stored.start_rotation_from_user_index = dice.to(static_cast<int>(stored.rolling_users.size()));
    stored.turn_offset = dice.to(3);
    const Shift edited = randomly_edited(dice, stored);
    const Instant now = utc("03-01") + std::chrono::minutes{dice.to(60 * 24 * 90)};
    const OnCallShift after = with_turn_kept(stored, edited, schedule, now);

    const auto before_edit = on_call_by(stored, now), after_edit = on_call_by(after, now);
    const bool stays = !before_edit.empty() &&
                       std::find(edited.rolling_users.begin(), edited.rolling_users.end(), before_edit) !=
                           edited.rolling_users.end();
    if (stays && !after_edit.empty()) {
      ASSERT_EQ(before_edit, after_edit);
      ++kept;
    }
    // A second edit that says the same changes nothing.
    ASSERT_EQ(with_turn_kept(after, after, schedule, now).turn_offset, after.turn_offset);
    // The offset moves who, never when, and the order is the list's.
    Allowance allowance;
    const auto zone = timezone::Zone::find(*after.time_zone);
    const Range range{now, now + std::chrono::days{60}};
    ASSERT_EQ(turns(after, *zone, range, allowance), turns(edited, *zone, range, allowance));
    auto order = groups_in_turn(after);
    std::rotate(order.begin(), std::find(order.begin(), order.end(), after.rolling_users.front()),
                order.end());
    ASSERT_EQ(order, after.rolling_users);
  }
  EXPECT_GT(kept, kSeeds);
}

TEST(Properties, TheSweepShowsAtEachInstantWhatABruteForceLookShows) {
  const Schedule schedule = a_schedule(ScheduleType::Web);
  for (int seed = 0; seed < kSeeds; ++seed) {
    Dice dice{std::mt19937(static_cast<unsigned>(seed))};
    const auto shifts = random_layers(dice);
    const ScheduleInput input{.schedule = schedule, .people = people(), .shifts = shifts};
    const Range range = window("02-09", "02-20");
    const FinalSchedule final_schedule = resolve(input, range);
    const std::vector<Event> events = layer_events(input, range).events;
    for (Instant at = range.from; at < range.to; at += 30min) {
      const auto rank = [](const Event& e) { return std::pair(e.is_override(), e.level); };
      std::optional<std::pair<bool, int>> top;
      for (const Event& e : events) {
        if (e.start <= at && at < e.end && (!top || rank(e) > *top)) top = rank(e);
      }
      std::set<UserId> expected;
      for (const Event& e : events) {
        if (e.start <= at && at < e.end && rank(e) == top) {
          for (const OnCallUser& u : e.users) expected.insert(u.id);
        }
      }
      const OnCall got = final_schedule.on_call_at(at);
      ASSERT_EQ(std::set<UserId>(got.users.begin(), got.users.end()), expected)
          << "seed " << seed << " " << shown(at);
      for (const Event* because : got.because) ASSERT_TRUE(because->start <= at && at < because->end);
    }
  }
}

TEST(Properties, EachHandOverBelongsToTheIncomingPersonAtItsExactInstant) {
  const Schedule schedule = a_schedule(ScheduleType::Web);
  for (int seed = 0; seed < kSeeds; ++seed) {
    Dice dice{std::mt19937(static_cast<unsigned>(seed))};
    const std::vector<OnCallShift> shifts{random_rotation(dice)};
    const FinalSchedule year =
        resolve({.schedule = schedule, .people = people(), .shifts = shifts}, window("02-01", "04-15"));
    for (const Event& event : year.events()) {
      const auto at_start = year.on_call_at(event.start).users;
      ASSERT_EQ(at_start, std::vector<UserId>{event.users[0].id}) << "seed " << seed;
      const auto before_end = year.on_call_at(event.end - 1us).users;
      ASSERT_EQ(before_end, std::vector<UserId>{event.users[0].id}) << "seed " << seed;
    }
  }
}

TEST(Properties, SwappingThereAndBackChangesNobody) {
  const Schedule schedule = a_schedule(ScheduleType::Web);
  for (int seed = 0; seed < kSeeds; ++seed) {
    Dice dice{std::mt19937(static_cast<unsigned>(seed))};
    const auto shifts = random_layers(dice);
    ShiftSwap there;
    there.swap_start = utc("02-09") + std::chrono::minutes{dice.to(20'000)};
    there.swap_end = there.swap_start + std::chrono::minutes{1 + dice.to(10'000)};
    there.beneficiary = user("A");
    there.benefactor = user("W");  // in no rotation
    ShiftSwap back = there;
    std::swap(back.beneficiary, *back.benefactor);
    back.created_at = there.created_at + 1s;
    const std::vector<ShiftSwap> swaps{there, back};
    ScheduleInput input{.schedule = schedule, .people = people(), .shifts = shifts};
    const Range range = window("02-09", "02-20");
    const FinalSchedule plain = resolve(input, range);
    input.swaps = swaps;
    const FinalSchedule swapped = resolve(input, range);
    for (Instant at = range.from; at < range.to; at += 47min) {
      ASSERT_EQ(plain.on_call_at(at).users, swapped.on_call_at(at).users)
          << "seed " << seed << " " << shown(at);
    }
  }
}

TEST(Properties, TwoHalvesOfAWindowTellWhatTheWholeTells) {
  const Schedule schedule = a_schedule(ScheduleType::Web);
  for (int seed = 0; seed < kSeeds; ++seed) {
    Dice dice{std::mt19937(static_cast<unsigned>(seed))};
    const auto shifts = random_layers(dice);
    const ScheduleInput input{.schedule = schedule, .people = people(), .shifts = shifts};
    const Instant middle = utc("02-09") + std::chrono::minutes{dice.to(15'000)};
    const FinalSchedule whole = resolve(input, window("02-09", "02-20"));
    const FinalSchedule left = resolve(input, {utc("02-09"), middle});
    const FinalSchedule right = resolve(input, {middle, utc("02-20")});
    for (Instant at = utc("02-09"); at < utc("02-20"); at += 13min) {
      ASSERT_EQ(whole.on_call_at(at).users, (at < middle ? left : right).on_call_at(at).users)
          << "seed " << seed;
    }
  }
}

TEST(Properties, NoChangeEverTouchesThePast) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    Dice dice{std::mt19937(static_cast<unsigned>(seed))};
    Schedule schedule = a_schedule(ScheduleType::Web);
    schedule.created_at = utc("02-01");
    std::vector<OnCallShift> shifts = random_layers(dice);
    History history;
    const auto answers = [&](Instant until) {
      const ScheduleInput input{
          .schedule = schedule, .people = people(), .shifts = shifts, .history = &history};
      const FinalSchedule got = resolve(input, window("02-01", "03-01"));
      std::vector<std::vector<UserId>> all;
      for (Instant at = utc("02-01"); at < until; at += 31min) all.push_back(got.on_call_at(at).users);
      return all;
    };
    Instant now = utc("02-05");
    for (int edit = 0; edit < 4; ++edit) {
      now += std::chrono::minutes{dice.to(6'000)};
      const auto before = answers(now);
      history =
          remember(std::move(history), {.schedule = schedule, .people = people(), .shifts = shifts}, now);
      shifts = random_layers(dice);
      ASSERT_EQ(answers(now), before) << "seed " << seed << " edit " << edit;
    }
  }
}

}  // namespace
}  // namespace tocsin::schedule
