// How long it takes to work out a schedule, and to ask one who is on call.
//
//   bench_schedule        prints one line a measurement; exit 1 when a bar is missed
//
// Bars: final schedule of one year, 50 people in 10 layers, cold: 5 ms. Who is on call now in 1,000
// schedules, each already worked out for a month: 1 ms for all.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

#include "domain/schedule/resolve.h"
#include "language/ical/calendar.h"

namespace tocsin::schedule {
namespace {

using Steady = std::chrono::steady_clock;

UserId user(int number) {
  return UserId("U" + std::to_string(100'000'000'000 + number));
}

People fifty_people() {
  std::vector<Person> list;
  for (int i = 0; i < 50; ++i)
    list.push_back({user(i), "user" + std::to_string(i), "user" + std::to_string(i) + "@example.com", true});
  return People(std::move(list));
}

// Ten layers of five people: weeks around the clock below, days, nights and weekends above.
std::vector<OnCallShift> ten_layers(int first_user = 0) {
  static constexpr const char* kZones[] = {"Europe/Riga", "America/New_York", "Asia/Tokyo", "UTC",
                                           "Australia/Sydney"};
  std::vector<OnCallShift> layers;
  for (int i = 0; i < 10; ++i) {
    OnCallShift shift;
    shift.id = OnCallShiftId("O" + std::to_string(i));
    shift.type = ShiftType::RollingUsers;
    shift.time_zone = kZones[i % 5];
    shift.level = i;
    shift.frequency = i % 2 == 0 ? ShiftFrequency::Weekly : ShiftFrequency::Daily;
    shift.interval = 1;
    shift.start = shift.rotation_start =
        timezone::Wall{std::chrono::local_days{std::chrono::year{2020} / 1 / 6}} + std::chrono::hours{2 * i};
    shift.duration = i == 0 ? std::chrono::hours{168} : std::chrono::hours{4 + i % 5};
    shift.week_start = std::chrono::Monday;
    if (i != 0 && i % 2 == 0)
      shift.by_day = {std::chrono::Monday, std::chrono::Wednesday, std::chrono::Friday};
    for (int u = 0; u < 5; ++u) shift.rolling_users.push_back({user((first_user + 5 * i + u) % 50)});
    layers.push_back(shift);
  }
  return layers;
}

double milliseconds(const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < 15; ++i) {
    const auto start = Steady::now();
    work();
    best = std::min(best, std::chrono::duration<double, std::milli>(Steady::now() - start).count());
  }
  return best;
}

bool report(const char* what, double took, double bar, std::size_t count) {
  std::printf("%-58s %8.3f ms  (bar %.0f ms, %zu)%s\n", what, took, bar, count, took < bar ? "" : "  MISSED");
  return took < bar;
}

Range from_2025(int first_day, int days) {
  const Instant start = std::chrono::sys_days{std::chrono::year{2025} / 1 / 1} + std::chrono::days{first_day};
  return {start, start + std::chrono::days{days}};
}

bool one_year() {
  const People people = fifty_people();
  const auto shifts = ten_layers();
  Schedule schedule;
  schedule.type = ScheduleType::Web;
  std::size_t events = 0;
  const double took = milliseconds([&] {
    events = resolve({.schedule = schedule, .people = people, .shifts = shifts}, from_2025(0, 365))
                 .events()
                 .size();
  });
  return report("one year, 50 people, 10 layers; events", took, 5, events);
}

bool thousand_questions() {
  const People people = fifty_people();
  Schedule schedule;
  schedule.type = ScheduleType::Web;
  std::vector<FinalSchedule> schedules;
  for (int i = 0; i < 1'000; ++i) {
    const auto shifts = ten_layers(i);
    schedules.push_back(
        resolve({.schedule = schedule, .people = people, .shifts = shifts}, from_2025(0, 30)));
  }
  const Instant now = from_2025(11, 1).from + std::chrono::hours{10} + std::chrono::minutes{17};
  std::size_t found = 0;
  const double took = milliseconds([&] {
    found = 0;
    for (const FinalSchedule& one : schedules) found += one.on_call_at(now).users.size();
  });
  return report("who is on call now, 1,000 schedules; people", took, 1, found);
}

bool large_feed() {
  std::string text = "BEGIN:VCALENDAR\r\n";
  for (int i = 0; i < 50'000; ++i) {
    text += "BEGIN:VEVENT\r\nUID:" + std::to_string(i) + "@example.com\r\nSUMMARY:user" +
            std::to_string(i % 50) +
            "\r\nDTSTART;TZID=Europe/Berlin:20250106T090000\r\nDTEND;TZID=Europe/"
            "Berlin:20250106T170000\r\nEND:VEVENT\r\n";
  }
  text += "END:VCALENDAR\r\n";
  std::size_t events = 0;
  double took = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto start = Steady::now();
    events = ical::read_calendar(text).value().series.size();
    took = std::min(took, std::chrono::duration<double, std::milli>(Steady::now() - start).count());
  }
  return report("reading a feed of 50,000 events; events", took, 2'000, events);
}

}  // namespace
}  // namespace tocsin::schedule

int main() {
  const bool met[] = {tocsin::schedule::one_year(), tocsin::schedule::thousand_questions(),
                      tocsin::schedule::large_feed()};
  return met[0] && met[1] && met[2] ? 0 : 1;
}
