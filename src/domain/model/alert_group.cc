#include "domain/model/alert_group.h"

#include <algorithm>

#include "domain/model/json_fields.h"

namespace tocsin {

template <class Io>
void fields(Io& io, AlertGroup& g) {
  io("id", g.id);
  io("number", g.number);
  io("integration", g.integration);
  io("route", g.route);
  io("distinction", g.distinction);
  io("open_for_grouping", g.open_for_grouping);
  io("title", g.title);
  io("started_at", g.started_at);
  io("restarted_at", g.restarted_at);
  io("response_time", g.response_time);
  io("acknowledged", g.acknowledged);
  io("acknowledged_at", g.acknowledged_at);
  io("acknowledged_by", g.acknowledged_by);
  io("acknowledged_by_user", g.acknowledged_by_user);
  io("acknowledge_confirmed_at", g.acknowledge_confirmed_at);
  io("resolved", g.resolved);
  io("resolved_at", g.resolved_at);
  io("resolved_by", g.resolved_by);
  io("resolved_by_user", g.resolved_by_user);
  io("silenced", g.silenced);
  io("silenced_at", g.silenced_at);
  io("silenced_until", g.silenced_until);
  io("silenced_by_user", g.silenced_by_user);
  io("root", g.root);
  io("wiped_at", g.wiped_at);
  io("wiped_by", g.wiped_by);
  io("maintenance", g.maintenance);
  io("silence_generation", g.silence_generation);
  io("acknowledge_generation", g.acknowledge_generation);
}

GroupState state_of(const AlertGroup& group) {
  if (group.resolved) return GroupState::Resolved;
  if (group.acknowledged) return GroupState::Acknowledged;
  if (group.silenced) return GroupState::Silenced;
  return GroupState::New;
}

std::string_view api_name(GroupState state) {
  switch (state) {
    case GroupState::New:
      return "firing";
    case GroupState::Acknowledged:
      return "acknowledged";
    case GroupState::Resolved:
      return "resolved";
    case GroupState::Silenced:
      return "silenced";
  }
  return "firing";
}

Result<GroupState> parse_state_filter(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (lower == "new") return GroupState::New;
  if (lower == "acknowledged") return GroupState::Acknowledged;
  if (lower == "resolved") return GroupState::Resolved;
  if (lower == "silenced") return GroupState::Silenced;
  return invalid("state", "Must be one of the following: new, acknowledged, resolved, silenced");
}

json::Value to_json(const AlertGroup& group) {
  return write_fields(group);
}
Result<AlertGroup> alert_group_from_json(const json::Value& value) {
  return read_fields<AlertGroup>(value);
}

}  // namespace tocsin
