// Ids in bodies that name other objects (docs/spec/api-common.md, sections 7 and 9).
#pragma once

#include <optional>

#include "domain/access/permission.h"
#include "edge/api/call.h"
#include "edge/api/field.h"
#include "store/connection.h"

namespace tocsin::api {

// The team that `name` names, null meaning none. An unknown team, or one that the caller does not see, is
// refused in `fields`.
std::optional<TeamId> read_team(Fields& fields, std::string_view name, const access::Caller& caller,
                                store::Connection& db);

// Whether escalation steps may name them.
bool schedule_exists(store::Connection& db, const ScheduleId& id);
bool user_group_exists(store::Connection& db, const UserGroupId& id);

// Slack's own id of a channel or user group, in the workspace's letters; null and "" mean none. What the
// workspace does not have is refused in `fields` at `at`. Error: no workspace is connected, which hides all
// other faults.
enum class SlackObject { Channel, UserGroup };
Result<std::optional<std::string>> read_slack_id(const json::Value& value, SlackObject what,
                                                 std::string_view at, Fields& fields, store::Connection& db);

// The ?team_id= filter: a team's id or "null"; an unknown one is a 400.
Result<std::optional<std::string>> read_team_filter(const Call& call, store::Connection& db);
Result<std::optional<std::string>> check_team_filter(std::optional<std::string> team, store::Connection& db);

}  // namespace tocsin::api
