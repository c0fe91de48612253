// Who is on call, from the database: fresh after every change, kept in between.
#include <gtest/gtest.h>

#include <random>

#include "base/world.h"
#include "store/feeds.h"
#include "store/on_call.h"
#include "store/organization.h"
#include "store/people.h"
#include "store/schedule_inputs.h"
#include "store/settled.h"
#include "store/shifts.h"
#include "store/swaps.h"
#include "store/transaction.h"
#include "support/database.h"

namespace tocsin::store {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Instant kNow = from_micros(1'933'135'628'000'000);  // 2031-04-05T06:07:08Z

class ZeroRng : public Rng {
 public:
  void fill(std::span<std::uint8_t> bytes) override { std::fill(bytes.begin(), bytes.end(), 0); }
};

class OnCall : public test::OnBothDatabases {
 protected:
  std::unique_ptr<Connection> db = writer();
  UserId anna{"UANNA"}, boris{"UBORIS"};
  ScheduleId core{"SCORE"};

  void SetUp() override {
    ZeroRng rng;
    IdSource ids(rng);
    ensure_organization(*db, ids, kNow);
    for (const UserId& id : {anna, boris}) {
      User user;
      user.id = id;
      user.username = user.name = id.str();
      user.role = Role::Editor;
      user.created_at = kNow;
      insert_user(*db, user);
    }
    insert_shift(*db, shift_of(anna), kNow);
    insert_schedule(*db, calendar());
  }
  Schedule calendar() const {
    Schedule schedule;
    schedule.id = core;
    schedule.type = ScheduleType::Calendar;
    schedule.name = "core";
    schedule.shifts = {OnCallShiftId("O1")};
    schedule.created_at = kNow;
    return schedule;
  }
  // Every day, all day.
  static OnCallShift shift_of(const UserId& user) {
    OnCallShift shift;
    shift.id = OnCallShiftId("O1");
    shift.type = ShiftType::RecurrentEvent;
    shift.start = shift.rotation_start =
        timezone::Wall{std::chrono::local_days{std::chrono::year{2031} / 1 / 6}};
    shift.duration = hours{24};
    shift.frequency = ShiftFrequency::Daily;
    shift.interval = 1;
    shift.users = {user};
    return shift;
  }
  std::vector<UserId> on_call(Instant at = kNow) { return on_call_users(*db, core, at); }
  void change_to(const UserId& user, Instant now) {
    settle(*db, core, Edit::Changes, now);
    update_shift(*db, shift_of(user));
  }
};
TOCSIN_ON_BOTH_DATABASES(OnCall);

TEST_P(OnCall, EveryShiftComesBackAsItWasWritten) {
  OnCallShift shift = shift_of(anna);
  shift.id = OnCallShiftId("O2");
  shift.name = "näme";
  shift.type = ShiftType::RollingUsers;
  shift.level = -3;
  shift.time_zone = "Europe/Riga";
  shift.until = shift.start + days{3};
  shift.by_day = {std::chrono::Monday, std::chrono::Sunday};
  shift.by_month = {1, 12};
  shift.by_monthday = {-31, 5};
  shift.rolling_users = {{anna, boris}, {}};
  shift.start_rotation_from_user_index = 1;
  shift.source = ShiftSource::Terraform;
  shift.week_start = std::chrono::Thursday;
  insert_shift(*db, shift, kNow);
  const OnCallShift read = find_shift(*db, shift.id)->shift;
  EXPECT_EQ(read.name, shift.name);
  EXPECT_EQ(read.level, -3);
  EXPECT_EQ(read.until, shift.until);
  EXPECT_EQ(read.by_day, shift.by_day);
  EXPECT_EQ(read.by_month, shift.by_month);
  EXPECT_EQ(read.by_monthday, shift.by_monthday);
  EXPECT_EQ(read.rolling_users, shift.rolling_users);
  EXPECT_EQ(read.start_rotation_from_user_index, 1);
  EXPECT_EQ(read.source, ShiftSource::Terraform);
  EXPECT_EQ(read.week_start, std::chrono::Thursday);
  EXPECT_EQ(read.duration, shift.duration);
}

TEST_P(OnCall, TheSameResolvedScheduleAnswersUntilSomethingChanges) {
  EXPECT_EQ(on_call(), std::vector{anna});
  const auto first = final_schedule_around(*db, core, kNow);
  EXPECT_EQ(final_schedule_around(*db, core, kNow + hours{1}), first);
  EXPECT_NE(final_schedule_around(*db, core, kNow + days{3}), first) << "outside its window";
  change_to(boris, kNow);
  EXPECT_EQ(on_call(), std::vector{boris});
  EXPECT_TRUE(on_call_users(*db, ScheduleId("SNONE"), kNow).empty());
}

TEST_P(OnCall, WhatWasComputedInAnUndoneTransactionIsForgotten) {
  EXPECT_EQ(on_call(), std::vector{anna});
  {
    Transaction undone(*db);
    change_to(boris, kNow);
    EXPECT_EQ(on_call(), std::vector{boris});
  }
  EXPECT_EQ(on_call(), std::vector{anna});
  {
    Transaction kept(*db);
    settle(*db, core, Edit::Changes, kNow);
    OnCallShift nobody = shift_of(anna);
    nobody.users.clear();
    update_shift(*db, nobody);
    kept.commit();
  }
  EXPECT_TRUE(on_call().empty());
}

TEST_P(OnCall, APersonsRoleAndAnEditOnAnotherConnectionShowAtOnce) {
  EXPECT_EQ(on_call(), std::vector{anna});
  const auto other = writer();
  User viewer = *find_user(*other, anna);
  viewer.role = Role::Viewer;
  update_user(*other, viewer);
  EXPECT_TRUE(on_call().empty());
}

// Stamps are written by whoever changes something, in the same transaction, so what this process keeps is
// stale at once whichever node it was.
TEST_P(OnCall, ShiftsListsAndFeedsThatAnotherNodeChangedShowAtOnce) {
  EXPECT_EQ(on_call(), std::vector{anna});
  const auto other = writer();
  const auto on_the_other_node = [&](const auto& change) {
    Transaction transaction(*other);
    settle(*other, core, Edit::Changes, kNow);
    change();
    transaction.commit();
  };
  on_the_other_node([&] { update_shift(*other, shift_of(boris)); });
  EXPECT_EQ(on_call(), std::vector{boris});
  Schedule listed = calendar();
  listed.shifts.clear();
  on_the_other_node([&] { update_schedule(*other, listed); });
  EXPECT_TRUE(on_call().empty());
  const auto feed_of = [](const std::string& summary) {
    return "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20310401T000000Z\r\nDTEND:"
           "20310402T000000Z\r\n"
           "RRULE:FREQ=DAILY\r\nSUMMARY:" +
           summary + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  };
  listed.ical_url_overrides = "https://calendar.example.net/";
  for (const UserId& user : {anna, boris, anna}) {
    on_the_other_node([&] {
      update_schedule(*other, listed);
      put_feed(*other, core, FeedLayer::Overrides, *listed.ical_url_overrides, feed_of(user.str()), kNow);
    });
    EXPECT_EQ(on_call(), std::vector{user});
  }
}

TEST_P(OnCall, ManySchedulesAreAnsweredInTheirOrder) {
  Schedule empty = calendar();
  empty.id = ScheduleId("SEMPTY");
  empty.shifts.clear();
  empty.created_at = kNow + days{1};
  insert_schedule(*db, empty);
  const auto schedules = list_schedules(*db, {}, 10, 0);
  EXPECT_EQ(on_call_users(*db, schedules, kNow), (std::vector<std::vector<UserId>>{{anna}, {}}));
}

TEST_P(OnCall, ManyEditsKeepOneUnbrokenRecord) {
  for (int day = 1; day <= 20; ++day) change_to(day % 2 == 0 ? anna : boris, kNow + days{day});
  const schedule::Range window{kNow, kNow + days{21}};
  const auto loaded = load_schedule(*db, core, window);
  EXPECT_EQ(loaded->history.covered.to, kNow + days{20});
  Instant reached = std::chrono::floor<days>(kNow);
  const schedule::FinalSchedule final = schedule::resolve(loaded->input(), window);
  for (const schedule::Event& event : final.events()) {
    EXPECT_EQ(event.start, reached) << to_iso(event.start);
    reached = event.end;
  }
  for (int day = 0; day <= 20; ++day) {
    const Instant at = kNow + days{day} + hours{1};
    EXPECT_EQ(final.on_call_at(at).users, std::vector{day % 2 == 0 ? anna : boris}) << day;
  }
}

TEST_P(OnCall, AFeedIsReadAnewWhenItsTextChangesAndKeptWhenItFails) {
  const auto text = [](const std::string& name) {
    return "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20310405T000000Z\r\nDTEND:"
           "20310406T000000Z\r\nSUMMARY:" +
           name + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  };
  Schedule feed = calendar();
  feed.id = ScheduleId("SFEED");
  feed.type = ScheduleType::Ical;
  feed.shifts.clear();
  feed.ical_url_primary = "https://calendar.example.net/";
  insert_schedule(*db, feed);
  put_feed(*db, feed.id, FeedLayer::Primary, *feed.ical_url_primary, text("UANNA"), kNow);
  EXPECT_EQ(on_call_users(*db, feed.id, kNow), std::vector{anna});
  const auto due = feeds_due(*db, kNow + std::chrono::minutes{11}, 10);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_TRUE(feeds_due(*db, kNow, 10).empty());
  EXPECT_TRUE(is_same_feed(*db, due[0], text("UANNA")));
  settle(*db, feed.id, Edit::Changes, kNow);
  put_feed(*db, feed.id, FeedLayer::Primary, due[0].url, text("UBORIS"), kNow);
  EXPECT_EQ(on_call_users(*db, feed.id, kNow), std::vector{boris});
  record_feed_failure(*db, due[0], "wrong iCal", kNow + hours{1});
  EXPECT_EQ(find_feed(*db, feed.id, FeedLayer::Primary)->error, "wrong iCal");
  EXPECT_EQ(find_feed(*db, feed.id, FeedLayer::Primary)->fetched_at, kNow);
  EXPECT_EQ(on_call_users(*db, feed.id, kNow), std::vector{boris});
}

}  // namespace
}  // namespace tocsin::store
