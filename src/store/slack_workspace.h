// The channels and user groups of the connected Slack workspace, as the last look showed them
// (docs/spec/channels.md, section 2.2). Routes, schedules and escalation steps may name only these.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/world.h"
#include "domain/model/ids.h"
#include "store/connection.h"

namespace tocsin::store {

using SlackMembers = std::vector<std::string>;  // Slack's ids of users, sorted

struct SlackChannel {
  std::string slack_id;
  std::string name;
  std::optional<SlackMembers> members = {};  // not of every channel they are read
};

struct SlackUserGroup {
  UserGroupId id;  // ours; stays while the group does
  std::string slack_id;
  std::string name;
  std::string handle;
  std::optional<SlackMembers> members = {};  // as find_... and list_... answer it: nullopt
};

struct SlackTeam {
  std::string team_id;
  std::string url;  // "https://acme.slack.com/"
};

struct SlackWorkspace {
  SlackTeam team;
  std::vector<SlackChannel> channels;
  std::vector<SlackUserGroup> user_groups;  // ids are given by put_slack_workspace
};

// Replaces what was known.
void put_slack_workspace(Connection& db, SlackWorkspace workspace, IdSource& ids, Instant now);

// Of a channel or user group, by Slack's id, as last read or set; nullopt: never.
std::optional<SlackMembers> slack_members(Connection& db, std::string_view slack_id);
void put_slack_members(Connection& db, std::string_view slack_id, const SlackMembers& members);

// Our users whose account in Slack is one of these.
std::vector<UserId> users_linked_to(Connection& db, const SlackMembers& members);

bool is_slack_connected(Connection& db);
std::optional<SlackTeam> find_slack_team(Connection& db);
// By Slack's own id, which has capital letters.
bool slack_channel_exists(Connection& db, std::string_view slack_id);
bool slack_user_group_exists(Connection& db, std::string_view slack_id);
// The same for ours.
std::optional<SlackUserGroup> find_slack_user_group(Connection& db, const UserGroupId& id);

// By name or handle, all when absent; by Slack's id.
std::int64_t count_slack_channels(Connection& db, const std::optional<std::string>& name);
std::vector<SlackChannel> list_slack_channels(Connection& db, const std::optional<std::string>& name,
                                              std::int64_t limit, std::int64_t offset);
std::int64_t count_slack_user_groups(Connection& db, const std::optional<std::string>& handle);
std::vector<SlackUserGroup> list_slack_user_groups(Connection& db, const std::optional<std::string>& handle,
                                                   std::int64_t limit, std::int64_t offset);

}  // namespace tocsin::store
