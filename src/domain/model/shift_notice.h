// What people are told about their schedules: hand-overs, holes, shifts that are about to begin.
//
// Values as they wait in the outbox; rules: domain/schedule/notices.h.
// Source: docs/spec/schedules.md, sections 8 and 9.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/instant.h"
#include "domain/model/ids.h"

namespace tocsin {

// An event of a final schedule, as a notice tells of it.
struct NoticedShift {
  std::vector<UserId> users;
  Instant start;
  Instant end;
  int level = 0;
  std::string shift;
  bool all_day = false;
  bool is_override = false;

  friend bool operator==(const NoticedShift&, const NoticedShift&) = default;
};

// To the Slack channel of a schedule: somebody's shift has begun, or nobody is on call any more.
struct PostShiftNotice {
  ScheduleId schedule;
  std::vector<NoticedShift> started;   // new since the last look; none: nobody is on call now
  std::vector<NoticedShift> previous;  // who was on call until then
  std::vector<NoticedShift> next;      // the earliest that comes and those that share its start
};

enum class ScheduleFault { EmptyShifts, Gaps };

// To the Slack channel of a schedule: what is wrong with the days ahead, looked up when it leaves.
struct PostScheduleReport {
  ScheduleId schedule;
  ScheduleFault fault = ScheduleFault::Gaps;
};

// A Slack user group is to hold who is on call by its schedules, as of when it leaves.
struct UpdateUserGroup {
  UserGroupId user_group;
};

// To one person's phone: a shift begins soon.
struct AnnounceShift {
  UserId user;
  ScheduleId schedule;
  NoticedShift shift;
};

template <class Io>
void fields(Io& io, NoticedShift& s) {
  io("users", s.users);
  io("start", s.start);
  io("end", s.end);
  io("level", s.level);
  io("shift", s.shift);
  io("all_day", s.all_day);
  io("is_override", s.is_override);
}
template <class Io>
void fields(Io& io, PostShiftNotice& n) {
  io("schedule", n.schedule);
  io("started", n.started);
  io("previous", n.previous);
  io("next", n.next);
}
template <class Io>
void fields(Io& io, PostScheduleReport& r) {
  io("schedule", r.schedule);
  io("fault", r.fault);
}
template <class Io>
void fields(Io& io, UpdateUserGroup& u) {
  io("user_group", u.user_group);
}
template <class Io>
void fields(Io& io, AnnounceShift& a) {
  io("user", a.user);
  io("schedule", a.schedule);
  io("shift", a.shift);
}

}  // namespace tocsin
