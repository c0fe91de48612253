// The state machine of an alert group: what a person, the source, the last step, a maintenance or a timer
// does to it.
//
// Pure: group + command + now -> new group + effects. A command that would change nothing has no effects, so
// that a button pressed twice writes one record; who must be told that it is refused is decided before
// (refusals.h). Commands on a root go on to its dependents, through effect::ApplyToDependents. Source:
// docs/spec/alert-groups.md, sections 2.1, 2.3 and 2.4.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/instant.h"
#include "domain/model/alert_group.h"
#include "domain/model/effect.h"
#include "domain/model/group_command.h"

namespace tocsin::grouping {

// Undoing an answer gives people this long before the escalation starts over.
inline constexpr std::chrono::seconds kRestartDelay{10};

// The organisation's choice (docs/spec/alert-groups.md, section 5); nullopt: never.
struct ReminderSettings {
  std::optional<std::chrono::seconds> remind_every;
  std::optional<std::chrono::seconds> unacknowledge_after;
};

struct Transition {
  AlertGroup group;
  Effects effects;
};

[[nodiscard]] Transition apply(AlertGroup group, const GroupCommand& command, const Actor& actor,
                               const ReminderSettings& reminders, Instant now);

// Why dependents of a deleted group stand for themselves again.
inline constexpr std::string_view kRootDeleted = "Unattach by deleting root incident";
// Deletes the group: its record, the end of its escalation and chat posts; dependents are set free.
[[nodiscard]] Transition remove(AlertGroup group, const Actor& actor, Instant now);

// A record of this group by this actor; shared by the files of this folder.
[[nodiscard]] GroupRecord make_record(const AlertGroup& group, GroupRecordType type, const Actor& actor,
                                      Instant now);

}  // namespace tocsin::grouping
