#include "edge/api/relations.h"

#include <algorithm>

#include "store/people.h"
#include "store/schedules.h"
#include "store/slack_workspace.h"

namespace tocsin::api {

std::optional<TeamId> read_team(Fields& fields, std::string_view name, const access::Caller& caller,
                                store::Connection& db) {
  const auto id = fields.optional_text(name);
  if (!id) return std::nullopt;
  const TeamId team(*id);
  if (store::find_team(db, team) && caller.sees_team(team)) return team;
  fields.refuse(name, "Object does not exist");
  return std::nullopt;
}

bool schedule_exists(store::Connection& db, const ScheduleId& id) {
  return store::find_schedule(db, id).has_value();
}

bool user_group_exists(store::Connection& db, const UserGroupId& id) {
  return store::find_slack_user_group(db, id).has_value();
}

Result<std::optional<std::string>> read_slack_id(const json::Value& value, SlackObject what,
                                                 std::string_view at, Fields& fields, store::Connection& db) {
  if (value.is_null() || (value.is_string() && value.as_string().empty()))
    return std::optional<std::string>();
  if (!store::is_slack_connected(db)) return invalid("Slack isn't connected to this workspace");
  const bool is_channel = what == SlackObject::Channel;
  const std::string noun = is_channel ? "channel" : "user group";
  if (!value.is_string()) {
    fields.refuse(at, "Invalid Slack " + noun);
    return std::optional<std::string>();
  }
  std::string id = value.as_string();
  std::transform(id.begin(), id.end(), id.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const bool is_id = std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (is_id && (is_channel ? store::slack_channel_exists(db, id) : store::slack_user_group_exists(db, id)))
    return std::optional(std::move(id));
  fields.refuse(at, "Slack " + noun + " does not exist");
  return std::optional<std::string>();
}

Result<std::optional<std::string>> read_team_filter(const Call& call, store::Connection& db) {
  return check_team_filter(call.query("team_id"), db);
}

Result<std::optional<std::string>> check_team_filter(std::optional<std::string> team, store::Connection& db) {
  if (team && *team != "null" && !store::find_team(db, TeamId(*team))) {
    return invalid("team_id", "Select a valid choice. That choice is not one of the available choices.");
  }
  return team;
}

}  // namespace tocsin::api
