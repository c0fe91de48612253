// An alert group: the state that people answer, as one row.
//
// Flags are kept apart because they outlive each other: a resolve does not clear `acknowledged`. What is
// shown is the first true of resolved, acknowledged, silenced, else new (docs/spec/alert-groups.md, section
// 2). Generations: a timer carries the number that was current when it was set; a timer with another number
// is stale.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"
#include "domain/model/ids.h"
#include "language/json/value.h"

namespace tocsin {

// Who ended or acknowledged it; numbers as OnCall stores them (docs/spec/take-over.md, section 5.1).
enum class AnsweredBy {
  Source = 0,
  User = 1,
  NotYet = 2,
  LastStep = 3,
  Archived = 4,
  Wiped = 5,
  MaintenanceEnd = 6,
  AutoResolveOff = 7,
};

enum class GroupState { New, Acknowledged, Resolved, Silenced };

struct AlertGroup {
  AlertGroupId id;
  std::int64_t number = 0;  // shown as #n
  IntegrationId integration;
  std::optional<RouteId> route;  // nullopt: the route was deleted
  std::string distinction;       // md5 of the grouping key; empty once wiped
  bool open_for_grouping = true;
  std::optional<std::string> title;  // rendered at creation; nullopt once wiped
  Instant started_at;
  std::optional<Instant> restarted_at;
  std::optional<std::chrono::seconds> response_time;  // until the first answer, set once

  bool acknowledged = false;
  std::optional<Instant> acknowledged_at;
  AnsweredBy acknowledged_by = AnsweredBy::NotYet;
  std::optional<UserId> acknowledged_by_user;
  std::optional<Instant> acknowledge_confirmed_at;  // the answer to an acknowledge reminder

  bool resolved = false;
  std::optional<Instant> resolved_at;
  AnsweredBy resolved_by = AnsweredBy::NotYet;
  std::optional<UserId> resolved_by_user;

  bool silenced = false;
  std::optional<Instant> silenced_at;
  std::optional<Instant> silenced_until;  // nullopt while silenced: forever
  std::optional<UserId> silenced_by_user;

  std::optional<AlertGroupId> root;  // set: attached to that group
  std::optional<Instant> wiped_at;
  std::optional<UserId> wiped_by;
  bool maintenance = false;  // the group that stands for a maintenance

  std::uint64_t silence_generation = 0;      // silence expiry
  std::uint64_t acknowledge_generation = 0;  // acknowledge reminder, auto-unacknowledge

  bool attached() const { return root.has_value(); }
  bool silenced_forever() const { return silenced && !silenced_until; }

  friend bool operator==(const AlertGroup&, const AlertGroup&) = default;
};

GroupState state_of(const AlertGroup& group);
// "firing", "acknowledged", "resolved", "silenced".
std::string_view api_name(GroupState state);
// The list filter: "new" (not "firing"), "acknowledged", "resolved", "silenced", in any case.
Result<GroupState> parse_state_filter(std::string_view text);

json::Value to_json(const AlertGroup& group);
Result<AlertGroup> alert_group_from_json(const json::Value& value);

}  // namespace tocsin
