#include "edge/api/relations.h"

#include "store/people.h"
#include "store/schedules.h"

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

bool user_group_exists(store::Connection&, const UserGroupId&) {
  return false;
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
