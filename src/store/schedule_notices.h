// What people are told about a schedule, and what they were told already (docs/spec/schedules.md, sections 8
// and 9).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/schedule/notices.h"
#include "store/connection.h"

namespace tocsin::store {

enum class WhenEmpty { NotifyChannel, MentionPrevious, Inform };
std::string_view to_text(WhenEmpty when);  // "channel", "previous", "inform"
std::optional<WhenEmpty> parse_when_empty(std::string_view text);

struct NoticeSettings {
  bool each_shift = true;  // false: hand-overs are never told
  WhenEmpty when_empty = WhenEmpty::NotifyChannel;
  bool mention_start = true;
  bool mention_next = false;
};
NoticeSettings notice_settings(Connection& db, const ScheduleId& schedule);
void put_notice_settings(Connection& db, const ScheduleId& schedule, const NoticeSettings& settings);

// What the last look saw.
struct Seen {
  schedule::ShiftState shifts;
  std::optional<Instant> looked_at;
  std::optional<Instant> reported_at;
};
Seen seen_of(Connection& db, const ScheduleId& schedule);
void put_seen(Connection& db, const ScheduleId& schedule, const schedule::ShiftState& shifts, Instant now);
void put_reported(Connection& db, const ScheduleId& schedule, Instant now);

// False: it was announced before. Those of shifts that have begun are forgotten.
bool record_announcement(Connection& db, const ScheduleId& schedule,
                         const schedule::Announcement& announcement);
void forget_announcements(Connection& db, const ScheduleId& schedule, Instant begun_before);

// In seconds, the longest first; the default unless the person chose.
inline constexpr std::chrono::minutes kDefaultLeadTime{15};
std::vector<std::chrono::seconds> lead_times_of(Connection& db, const UserId& user);
void put_lead_times(Connection& db, const UserId& user, const std::vector<std::chrono::seconds>& lead_times);
// Of everybody who has a device to be told on.
schedule::LeadTimes lead_times(Connection& db);

// Schedules that nothing looks at, as those are that were there before looks were.
std::vector<ScheduleId> unwatched_schedules(Connection& db);

// Slack's user group and the schedules that it follows.
std::vector<ScheduleId> schedules_of_user_group(Connection& db, const UserGroupId& group);

}  // namespace tocsin::store
