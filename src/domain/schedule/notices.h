// When a schedule has news: somebody's shift begins or is about to, or nobody is on call any more.
//
// Pure: what the last look saw and the final schedule in, what this one sees and perhaps a notice out.
// Sending is delivery's. Source: docs/spec/schedules.md, sections 8 and 9.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "domain/model/shift_notice.h"
#include "domain/schedule/final_schedule.h"

namespace tocsin::schedule {

// ---------------------------------------------------------------------------------------- hand-overs

// What the last look saw; stored with the schedule.
struct ShiftState {
  std::vector<NoticedShift> current;

  friend bool operator==(const ShiftState&, const ShiftState&) = default;
};

struct ShiftNotice {
  std::vector<NoticedShift> started;   // new since the last look; empty: nobody is on call now
  std::vector<NoticedShift> previous;  // who was
  std::vector<NoticedShift> next;      // the earliest upcoming event and those that share its start
};

struct ShiftNews {
  ShiftState state;
  std::optional<ShiftNotice> notice;
};

// How far ahead `schedule` has to reach for a look: the latest end among what is current, at least 3 days.
Instant look_ahead(const std::vector<const Event*>& current, Instant now);

// `schedule` is resolved without offered swaps for a window from `now` to look_ahead().
ShiftNews look(const ShiftState& before, const FinalSchedule& schedule, Instant now);

// When a look can see something else: the next instant at which an event begins or ends, else the window's
// end.
Instant next_change(const FinalSchedule& schedule, Instant now);

// ------------------------------------------------------------------------------------- announcements

// How long before their shifts people want to be told, the longest first.
using LeadTimes = std::map<UserId, std::vector<std::chrono::seconds>>;

struct Announcement {
  UserId user;
  NoticedShift shift;
  std::chrono::seconds ahead;  // the lead time that has come; one for each person and event
};

// A shift that came into being up to so long after its lead time is announced all the same (OnCall's window).
inline constexpr std::chrono::minutes kAnnounceLate{7};

// Whose lead time has come since the last look and whose shift has not begun. Somebody who is on call by the
// schedule already, right before the event, is not told. `looked_at`: nullopt: this is the first look.
std::vector<Announcement> announcements(const FinalSchedule& schedule, const LeadTimes& lead_times,
                                        std::optional<Instant> looked_at, Instant now);

// The next lead time that comes, before the window's end.
std::optional<Instant> next_announcement(const FinalSchedule& schedule, const LeadTimes& lead_times,
                                         Instant now);

// -------------------------------------------------------------------------------------------- reports

// Monday 12:00 UTC, later than `now`.
Instant next_weekly_report(Instant now);
// Whether one was made in the last seven days: then the weekly one is left out.
bool is_reported_this_week(std::optional<Instant> reported_at, Instant now);

// Empty shifts as a notice lists them: of those that only repeat, the first.
std::vector<Event> distinct_empty_shifts(const FinalSchedule& schedule);

}  // namespace tocsin::schedule
