#include "store/slack_workspace.h"

#include <algorithm>
#include <limits>
#include <map>

#include "language/json/write.h"
#include "store/json_columns.h"
#include "store/people_lists.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

Where where_is(const char* column, const std::optional<std::string>& value) {
  Where where;
  if (value) where.add(std::string(column) + " = ?", *value);
  return where;
}

#define GROUP_COLUMNS "id, slack_id, name, handle"
SlackUserGroup read_group(const Row& row) {
  return {row.id<UserGroupId>(0), row.string(1), row.string(2), row.string(3), {}};
}

bool any(const Rows& rows) {
  return !rows.empty();
}

}  // namespace

void put_slack_workspace(Connection& db, SlackWorkspace workspace, IdSource& ids, Instant now) {
  std::map<std::string, std::string> known;
  for (const Row row : db.query("SELECT slack_id, id FROM slack_user_groups"))
    known.emplace(row.string(0), row.string(1));
  db.execute_later("DELETE FROM slack_user_groups", {});
  db.execute_later("DELETE FROM slack_channels", {});
  db.execute_later(
      "INSERT INTO slack_workspace (id, team_id, url, read_at) VALUES (1, $1, $2, $3) ON CONFLICT (id) "
      "DO UPDATE SET team_id = excluded.team_id, url = excluded.url, read_at = excluded.read_at",
      {workspace.team.team_id, workspace.team.url, now});
  for (const SlackChannel& channel : workspace.channels) {
    db.execute_later("INSERT INTO slack_channels (slack_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                     {channel.slack_id, channel.name});
    if (channel.members) put_slack_members(db, channel.slack_id, *channel.members);
  }
  for (const SlackUserGroup& group : workspace.user_groups) {
    const auto found = known.find(group.slack_id);
    const std::string id = found == known.end() ? ids.public_id("G") : found->second;
    db.execute_later(
        "INSERT INTO slack_user_groups (slack_id, id, name, handle) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT DO NOTHING",
        {group.slack_id, id, group.name, group.handle});
    if (group.members) put_slack_members(db, group.slack_id, *group.members);
  }
  db.flush();
}

std::optional<SlackMembers> slack_members(Connection& db, std::string_view slack_id) {
  const Rows rows = db.query("SELECT members FROM slack_members WHERE id = $1", {slack_id});
  if (rows.empty()) return std::nullopt;
  SlackMembers members;
  const json::Object column = parse_object(rows[0].text(0));
  if (const json::Value* list = column.find("members"); list != nullptr && list->is_array()) {
    for (const json::Value& member : list->as_array()) members.push_back(member.as_string());
  }
  return members;
}

void put_slack_members(Connection& db, std::string_view slack_id, const SlackMembers& members) {
  const json::Value column(
      json::Object{{"members", json::Value(json::Array(members.begin(), members.end()))}});
  db.execute_later(
      "INSERT INTO slack_members (id, members) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET "
      "members = excluded.members",
      {slack_id, json::write(column)});
}

std::vector<UserId> users_linked_to(Connection& db, const SlackMembers& members) {
  std::vector<UserId> ids;
  if (members.empty()) return ids;
  for (const User& user : list_users(db, {}, std::numeric_limits<std::int64_t>::max(), 0)) {
    const auto slack = user.contacts.find("slack");
    if (slack != user.contacts.end() && std::ranges::binary_search(members, slack->second))
      ids.push_back(user.id);
  }
  return ids;
}

bool is_slack_connected(Connection& db) {
  return any(db.query("SELECT 1 FROM slack_workspace"));
}

std::optional<SlackTeam> find_slack_team(Connection& db) {
  const Rows rows = db.query("SELECT team_id, url FROM slack_workspace");
  if (rows.empty()) return std::nullopt;
  return SlackTeam{rows[0].string(0), rows[0].string(1)};
}

bool slack_channel_exists(Connection& db, std::string_view slack_id) {
  return any(db.query("SELECT 1 FROM slack_channels WHERE slack_id = $1", {slack_id}));
}

bool slack_user_group_exists(Connection& db, std::string_view slack_id) {
  return any(db.query("SELECT 1 FROM slack_user_groups WHERE slack_id = $1", {slack_id}));
}

std::optional<SlackUserGroup> find_slack_user_group(Connection& db, const UserGroupId& id) {
  const Rows rows = db.query("SELECT " GROUP_COLUMNS " FROM slack_user_groups WHERE id = $1", {id});
  if (rows.empty()) return std::nullopt;
  return read_group(rows[0]);
}

std::int64_t count_slack_channels(Connection& db, const std::optional<std::string>& name) {
  const Where where = where_is("name", name);
  return db.query("SELECT count(*) FROM slack_channels" + where.text(), where.params())[0].integer(0);
}

std::vector<SlackChannel> list_slack_channels(Connection& db, const std::optional<std::string>& name,
                                              std::int64_t limit, std::int64_t offset) {
  Where where = where_is("name", name);
  const std::string page =
      where.text() + " ORDER BY slack_id LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  std::vector<SlackChannel> out;
  for (const Row row : db.query("SELECT slack_id, name FROM slack_channels" + page, where.params()))
    out.push_back({row.string(0), row.string(1)});
  return out;
}

std::int64_t count_slack_user_groups(Connection& db, const std::optional<std::string>& handle) {
  const Where where = where_is("handle", handle);
  return db.query("SELECT count(*) FROM slack_user_groups" + where.text(), where.params())[0].integer(0);
}

std::vector<SlackUserGroup> list_slack_user_groups(Connection& db, const std::optional<std::string>& handle,
                                                   std::int64_t limit, std::int64_t offset) {
  Where where = where_is("handle", handle);
  const std::string page =
      where.text() + " ORDER BY slack_id LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  std::vector<SlackUserGroup> out;
  for (const Row row : db.query("SELECT " GROUP_COLUMNS " FROM slack_user_groups" + page, where.params()))
    out.push_back(read_group(row));
  return out;
}

}  // namespace tocsin::store
