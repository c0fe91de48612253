// How long it takes to learn from the database who is on call, and to list shifts.
//
//   bench_on_call                      on SQLite; prints one line a measurement; exit 1 when a bar is missed
//   bench_on_call postgresql://...     on a database that is empty; its tables stay
//
// Bars: final schedule of one year, 50 people in 10 layers, read and resolved: 5 ms. Who is on call now in
// 1,000 schedules that were asked before: 1 ms for all. A list of 1,000 shifts as JSON: 20 ms.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <random>

#include "base/world.h"
#include "edge/api/shift_json.h"
#include "language/json/write.h"
#include "store/database.h"
#include "store/on_call.h"
#include "store/organization.h"
#include "store/people.h"
#include "store/schedule_inputs.h"
#include "store/shifts.h"
#include "store/transaction.h"

namespace tocsin::store {
namespace {

using Steady = std::chrono::steady_clock;

constexpr Instant kNow = from_micros(1'933'135'628'000'000);  // 2031-04-05T06:07:08Z
constexpr int kSchedules = 1000;

class SeededRng : public Rng {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_{7};
};

double milliseconds(int times, const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < times; ++i) {
    const auto start = Steady::now();
    work();
    best = std::min(best, std::chrono::duration<double, std::milli>(Steady::now() - start).count());
  }
  return best;
}

bool report(const char* what, double took_ms, double bar_ms) {
  std::printf("%-72s %8.3f ms  (bar %g)\n", what, took_ms, bar_ms);
  return took_ms <= bar_ms;
}

class Bench {
 public:
  explicit Bench(std::string url) : folder_(std::filesystem::temp_directory_path() / "tocsin-bench-on-call") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    if (url.empty()) url = "sqlite:" + (folder_ / "bench.db").string();
    database_ = open_database(url);
    migrate(*database_, kNow);
    db_ = database_->connect(Connection::Mode::Write);
    Transaction transaction(*db_);
    ensure_organization(*db_, ids_, kNow);
    for (int i = 0; i < 50; ++i) add_user("user" + std::to_string(i));
    year_ = add_schedule(10, 5);
    for (int i = 1; i < kSchedules; ++i) add_schedule(1, 5);
    transaction.commit();
  }
  ~Bench() {
    db_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  bool run() {
    std::printf("%s\n", db_->dialect() == Dialect::Sqlite ? "SQLite" : "PostgreSQL");
    const schedule::Range year{kNow, kNow + std::chrono::days{365}};
    bool good = report("final schedule of a year, 50 people in 10 layers, read and resolved",
                       milliseconds(15,
                                    [&] {
                                      const auto loaded = load_schedule(*db_, year_, year);
                                      events_ += schedule::resolve(loaded->input(), year).events().size();
                                    }),
                       5);
    const auto schedules = list_schedules(*db_, {}, kSchedules, 0);
    std::printf("%-72s %8.3f ms\n", "on call now, 1,000 schedules, never asked before",
                milliseconds(1, [&] { events_ += on_call_users(*db_, schedules, kNow).size(); }));
    good &= report("on call now, 1,000 schedules, asked before",
                   milliseconds(15, [&] { events_ += on_call_users(*db_, schedules, kNow).size(); }), 1);
    good &= report("on call now, one schedule, asked before (with its stamps from the database)",
                   milliseconds(100, [&] { events_ += on_call_users(*db_, year_, kNow).size(); }), 0.1);
    good &= report("list of 1,000 shifts as JSON",
                   milliseconds(15,
                                [&] {
                                  std::string text;
                                  for (const StoredShift& shift : list_shifts(*db_, {}, 1000, 0)) {
                                    json::append(text, api::write_shift(shift));
                                  }
                                  events_ += text.size();
                                }),
                   20);
    return good && events_ > 0;
  }

 private:
  void add_user(const std::string& name) {
    User user;
    user.id = UserId(ids_.public_id("U"));
    user.username = user.name = name;
    user.role = Role::Editor;
    user.created_at = next_instant();
    insert_user(*db_, user);
    users_.push_back(user.id);
  }

  Instant next_instant() { return created_ += std::chrono::microseconds{1}; }

  ScheduleId add_schedule(int layers, int people) {
    Schedule schedule;
    schedule.id = ScheduleId(ids_.public_id("S"));
    schedule.type = ScheduleType::Calendar;
    schedule.name = "core";
    schedule.created_at = next_instant();
    for (int i = 0; i < layers; ++i) {
      OnCallShift shift;
      shift.id = OnCallShiftId(ids_.public_id("O"));
      shift.name = "layer";
      shift.type = ShiftType::RollingUsers;
      shift.time_zone = "Europe/Riga";
      shift.level = i;
      shift.frequency = i % 2 == 0 ? ShiftFrequency::Weekly : ShiftFrequency::Daily;
      shift.interval = 1;
      shift.week_start = std::chrono::Monday;
      shift.start = shift.rotation_start =
          timezone::Wall{std::chrono::local_days{std::chrono::year{2031} / 1 / 6}} +
          std::chrono::hours{2 * i};
      shift.duration = i == 0 ? std::chrono::hours{168} : std::chrono::hours{4 + i % 5};
      if (i != 0 && i % 2 == 0)
        shift.by_day = {std::chrono::Monday, std::chrono::Wednesday, std::chrono::Friday};
      for (int u = 0; u < people; ++u) {
        shift.rolling_users.push_back({users_[static_cast<std::size_t>(i * people + u) % users_.size()]});
      }
      shift.start_rotation_from_user_index = 0;
      insert_shift(*db_, shift, next_instant());
      schedule.shifts.push_back(shift.id);
    }
    insert_schedule(*db_, schedule);
    return schedule.id;
  }

  std::filesystem::path folder_;
  SeededRng rng_;
  IdSource ids_{rng_};
  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> db_;
  std::vector<UserId> users_;
  ScheduleId year_;
  Instant created_ = kNow - std::chrono::days{30};
  std::size_t events_ = 0;
};

}  // namespace
}  // namespace tocsin::store

int main(int argc, char** argv) {
  return tocsin::store::Bench(argc > 1 ? argv[1] : "").run() ? 0 : 1;
}
