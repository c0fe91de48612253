// The final schedule of a stretch of time: who is on call, after layers, overrides and swaps.
//
// An immutable value, built once by resolve() and asked often: finding who is on call at an instant is a
// binary search, not an expansion. Valid for its window; whoever keeps one resolves anew before its end.
// Source: docs/spec/schedules.md, sections 5, 7 and 8.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/schedule/event.h"
#include "domain/schedule/people.h"

namespace tocsin::schedule {

struct OnCall {
  std::vector<UserId> users;          // in the order of the internal user id, each once
  std::vector<const Event*> because;  // the events that say so; they live as long as the final schedule
};

class FinalSchedule {
 public:
  FinalSchedule() = default;
  // `events` and `empty_shifts` in any order; the events have users.
  FinalSchedule(Range window, std::vector<Event> events, std::vector<Event> empty_shifts,
                const People& people, bool truncated);

  Range window() const { return window_; }
  // By start, then shift. They may begin before the window and end after it.
  const std::vector<Event>& events() const { return events_; }
  // Shifts that name nobody valid, uncut.
  const std::vector<Event>& empty_shifts() const { return empty_shifts_; }
  // A limit was hit: there is more than this.
  bool truncated() const { return truncated_; }

  // `at` inside the window. A hand-over belongs to the incoming person at its exact instant (S8).
  OnCall on_call_at(Instant at) const;
  // The first event of `user` that ends after `now`.
  const Event* next_shift(const UserId& user, Instant now) const;
  // Everyone who is on call at some time, in the order of the internal user id.
  const std::vector<UserId>& related_users() const { return users_; }

 private:
  Range window_;
  std::vector<Event> events_;
  std::vector<Event> empty_shifts_;
  bool truncated_ = false;
  std::vector<Instant> latest_end_;          // of the events up to each
  std::vector<UserId> users_;                // by internal order
  std::vector<std::uint32_t> members_;       // of all events one after the other, positions in users_
  std::vector<std::uint32_t> first_member_;  // of each event; one more at the end
};

// A row of the API's `final_shifts` (docs/spec/api-people.md, section 9.6).
struct FinalShift {
  UserId user;
  Instant start;
  Instant end;
  const Event* event = nullptr;
};

// One row for each person and event, cut to the window, by the event's start, then shift.
std::vector<FinalShift> final_shifts(const FinalSchedule& schedule);

// When empty shifts are shown they count as cover, so that a time is not both a gap and an empty shift.
enum class EmptyShifts { CountAsCover, AreGaps };

// Parts of the window that nothing covers, 60 s and longer; none when the window holds no event at all (L14).
std::vector<Range> gaps(const FinalSchedule& schedule, EmptyShifts empty);

}  // namespace tocsin::schedule
