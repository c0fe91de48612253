// Schedules, the shifts they are made of, and swaps between people: as stored and as the API writes them.
//
// Units:  `start`, `rotation_start` and `until` are wall readings without a zone; which zone reads them is a
// rule of
//         domain/schedule. Swaps are instants.
// Source: docs/spec/api-people.md, sections 8 to 10; docs/spec/schedules.md, section 1.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "domain/model/ids.h"
#include "language/timezone/zone.h"

namespace tocsin {

enum class ScheduleType { Ical, Calendar, Web };

struct Schedule {
  ScheduleId id;
  ScheduleType type = ScheduleType::Web;
  std::optional<TeamId> team_id;
  std::string name;
  std::string time_zone = "UTC";      // calendar: of shifts without one; web: only shown
  std::vector<OnCallShiftId> shifts;  // calendar: the list as written
  std::optional<std::string> ical_url_primary;
  std::optional<std::string> ical_url_overrides;
  bool enable_web_overrides = false;
  std::optional<std::string> slack_channel_id;  // Slack's own ids
  std::optional<std::string> slack_user_group_id;
  Instant created_at;
};

enum class ShiftType { SingleEvent, RecurrentEvent, RollingUsers, Override };
constexpr bool recurs(ShiftType type) {
  return type == ShiftType::RecurrentEvent || type == ShiftType::RollingUsers;
}
enum class ShiftFrequency { Hourly, Daily, Weekly, Monthly };

// Who made it; the numbers are the API's.
enum class ShiftSource { Web = 0, Api = 1, Slack = 2, Terraform = 3 };

struct OnCallShift {
  OnCallShiftId id;
  std::optional<ScheduleId> schedule;  // owner: a web schedule, or any schedule for an override
  std::optional<TeamId> team_id;
  std::optional<std::string> name;
  ShiftType type = ShiftType::SingleEvent;
  std::optional<std::string> time_zone;
  int level = 0;
  timezone::Wall start{};
  std::chrono::seconds duration{0};
  timezone::Wall rotation_start{};
  std::optional<ShiftFrequency> frequency;
  std::optional<int> interval;
  std::optional<timezone::Wall> until;
  std::chrono::weekday week_start = std::chrono::Sunday;
  std::vector<std::chrono::weekday> by_day;  // empty: not limited
  std::vector<int> by_month;
  std::vector<int> by_monthday;
  std::vector<UserId> users;
  std::vector<std::vector<UserId>> rolling_users;  // an empty group is a turn that covers nothing
  std::optional<int> start_rotation_from_user_index;
  // By how many groups the turns run ahead of what start and index say: an edit keeps today's person
  // (domain/schedule/edits.h). Not in the API.
  int turn_offset = 0;
  ShiftSource source = ShiftSource::Api;
};

struct ShiftSwap {
  ShiftSwapId id;
  ScheduleId schedule;
  Instant swap_start;
  Instant swap_end;
  std::optional<std::string> description;
  UserId beneficiary;
  std::optional<UserId> benefactor;  // set once taken
  Instant created_at;
  Instant updated_at;
  std::optional<Instant> deleted_at;
};

}  // namespace tocsin
