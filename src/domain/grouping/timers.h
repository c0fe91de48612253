// What time does to an alert group: a silence ends, an acknowledgement is questioned and at last taken back.
//
// Each function gets the generation that its timer carries and does nothing when that is stale.
// Source: docs/spec/alert-groups.md, sections 3 and 5.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/instant.h"
#include "base/result.h"
#include "domain/grouping/transition.h"

namespace tocsin::grouping {

// Without auto-unacknowledge the reminders go on until the group is this old.
inline constexpr std::chrono::days kRemindersEndAfter{14};

// TimerKind::SilenceExpiry: the escalation starts over, it does not go on where it stopped.
[[nodiscard]] Transition silence_expired(AlertGroup group, std::uint64_t generation, Instant now);

// TimerKind::AcknowledgeReminder
[[nodiscard]] Transition remind(AlertGroup group, std::uint64_t generation, const ReminderSettings& settings,
                                Instant now);

// TimerKind::AutoUnacknowledge. `acknowledged_by`: the username of group.acknowledged_by_user.
[[nodiscard]] Transition unacknowledge_unconfirmed(AlertGroup group, std::uint64_t generation,
                                                   const ReminderSettings& settings,
                                                   const std::string& acknowledged_by, Instant now);

// The answer to a reminder; only of the one who acknowledged.
[[nodiscard]] Result<AlertGroup> confirm_acknowledge(AlertGroup group, const UserId& user, Instant now);

}  // namespace tocsin::grouping
