// A moment at which a rule must be asked again. The engine stores it as a row (kind, subject, generation, due
// time).
//
// A timer whose generation is no longer that of its subject is stale: the rule that it reaches ignores it, so
// nothing ever has to be deleted to be safe. Setting a timer replaces the one of the same kind and subject.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "domain/model/ids.h"
#include "domain/model/notification.h"

namespace tocsin {

enum class TimerKind {
  EscalationTick,       // group; escalation::tick
  SilenceExpiry,        // group; grouping::silence_expired
  AcknowledgeReminder,  // group; grouping::remind
  AutoUnacknowledge,    // group; grouping::unacknowledge_unconfirmed
  PersonalTick,         // group + user; notification::tick
  SmsBundleFlush,       // user + importance; notification::flush
  ScheduleLook,         // schedule; schedule::look: its next hand-over, or an edit
  ScheduleReport,       // schedule; holes in the days ahead. Generation 1: after an edit, 0: once a week
};

struct Timer {
  TimerKind kind = TimerKind::EscalationTick;
  std::uint64_t generation = 0;
  Instant at;
  std::optional<AlertGroupId> group;
  std::optional<UserId> user;
  std::optional<ScheduleId> schedule;
  Importance importance = Importance::Default;  // SmsBundleFlush only
  friend bool operator==(const Timer&, const Timer&) = default;
};

std::string_view name_of(TimerKind kind);  // "escalation_tick"
// Identifies the thing within its kind: "I68T24", "I68T24/U1ABCD", "U1ABCD/important".
std::string subject_of(const Timer& timer);

// The way back from a stored row; nullopt when it is not one of ours. Ids contain no slash.
std::optional<TimerKind> parse_timer_kind(std::string_view name);
std::optional<Timer> timer_of(TimerKind kind, std::string_view subject, std::uint64_t generation, Instant at);

}  // namespace tocsin
