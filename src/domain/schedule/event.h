// Events: who is on call from when to when, and by which rule.
//
// Source: docs/spec/schedules.md, sections 1 and 6.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "domain/model/schedule.h"

namespace tocsin::schedule {

// Half-open: whoever takes over at `to` is on call at `to`.
struct Range {
  Instant from;
  Instant to;

  friend bool operator==(const Range&, const Range&) = default;
};

enum class CalendarType { Primary = 0, Overrides = 1 };

// Somebody's time was offered (not taken yet) or given to somebody else.
struct SwapNote {
  ShiftSwapId swap;
  std::optional<UserId> instead_of;  // taken: the beneficiary, whose time it was

  friend bool operator==(const SwapNote&, const SwapNote&) = default;
};

struct OnCallUser {
  UserId id;
  std::optional<SwapNote> swap;

  friend bool operator==(const OnCallUser&, const OnCallUser&) = default;
};

struct Event {
  Instant start;
  Instant end;
  std::vector<OnCallUser> users;           // none: an empty shift, nobody valid is named
  std::vector<std::string> missing_users;  // texts and names that stand for nobody
  int level = 0;
  CalendarType calendar = CalendarType::Primary;
  std::string shift;                  // id of the on-call shift; of imported events see feed.h
  std::optional<ShiftSource> source;  // nullopt: imported
  bool all_day = false;

  bool is_empty() const { return users.empty(); }
  bool is_override() const { return calendar == CalendarType::Overrides; }

  friend bool operator==(const Event&, const Event&) = default;
};

inline bool overlaps(const Event& event, Range window) {
  return event.start < window.to && event.end > window.from;
}

}  // namespace tocsin::schedule
