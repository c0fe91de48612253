#include "store/people.h"

#include "base/check.h"
#include "base/digest.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/stamp.h"

namespace tocsin::store {
namespace {

std::string contacts_text(const User& user) {
  json::Object contacts;
  for (const auto& [channel, address] : user.contacts) contacts.set(channel, address);
  return json::write(json::Value(std::move(contacts)));
}

User read_user(const Row& row) {
  User user{.id = row.id<UserId>(0),
            .username = row.string(1),
            .name = row.string(2),
            .email = row.string(3),
            .role = parse_role(row.text(4)).value_or(Role::None),
            .time_zone = row.optional_string(5),
            .contacts = {},
            .teams = {},
            .grafana_id = row.integer(7),
            .created_at = row.instant(8),
            .deleted_at = row.optional_instant(9)};
  if (const auto contacts = json::read(row.text(6)); contacts && contacts->is_object()) {
    for (const auto& [channel, address] : contacts->as_object()) {
      if (address.is_string()) user.contacts.emplace(channel, address.as_string());
    }
  }
  return user;
}

#define USER_COLUMNS \
  "id, username, name, email, role, time_zone, contacts, grafana_id, created_at, deleted_at"

std::vector<TeamId> teams_of(Connection& db, const UserId& user) {
  std::vector<TeamId> teams;
  for (const Row row :
       db.query("SELECT t.id FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1 "
                "ORDER BY t.created_at, t.id",
                {user}))
    teams.push_back(row.id<TeamId>(0));
  return teams;
}

std::optional<User> first_user(Connection& db, const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  User user = read_user(rows[0]);
  user.teams = teams_of(db, user.id);
  return user;
}

std::optional<Team> first_team(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  const Row row = rows[0];
  return Team{.id = row.id<TeamId>(0),
              .name = row.string(1),
              .email = row.optional_string(2),
              .avatar_url = row.string(3),
              .grafana_id = row.integer(4),
              .created_at = row.instant(5)};
}

// The permissions of a token as stored: a JSON list of full names.
std::optional<std::string> permissions_text(
    const std::optional<std::vector<access::Permission>>& permissions) {
  if (!permissions) return std::nullopt;
  json::Array names;
  for (const access::Permission permission : *permissions) names.emplace_back(access::full_name(permission));
  return json::write(json::Value(std::move(names)));
}

std::optional<std::vector<access::Permission>> read_permissions(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::vector<access::Permission> permissions;
  const auto names = json::read(*text);
  if (!names || !names->is_array()) return permissions;
  for (const json::Value& name : names->as_array()) {
    if (!name.is_string()) continue;
    if (const auto permission = access::parse_permission(name.as_string()))
      permissions.push_back(*permission);
  }
  return permissions;
}

}  // namespace

void renew_people_stamp(Connection& db) {
  db.execute("UPDATE organization SET people_stamp = $1", {fresh_stamp()});
}

void insert_user(Connection& db, const User& user) {
  db.execute("INSERT INTO users (" USER_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)",
             {user.id, user.username, user.name, user.email, to_text(user.role), user.time_zone,
              contacts_text(user), user.grafana_id, user.created_at});
  set_teams_of(db, user.id, user.teams);
  renew_people_stamp(db);
}

void update_user(Connection& db, const User& user) {
  db.execute(
      "UPDATE users SET username = $2, name = $3, email = $4, role = $5, time_zone = $6, contacts = $7 WHERE "
      "id = $1",
      {user.id, user.username, user.name, user.email, to_text(user.role), user.time_zone,
       contacts_text(user)});
  set_teams_of(db, user.id, user.teams);
  renew_people_stamp(db);
}

void delete_user(Connection& db, const UserId& user, Instant now) {
  db.execute("UPDATE users SET deleted_at = $2 WHERE id = $1", {user, now});
  db.execute("UPDATE api_tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL", {user, now});
  db.execute("DELETE FROM team_members WHERE user_id = $1", {user});
  renew_people_stamp(db);
}

std::optional<User> find_user(Connection& db, const UserId& id) {
  return first_user(
      db, db.query("SELECT " USER_COLUMNS " FROM users WHERE id = $1 AND deleted_at IS NULL", {id}));
}

std::optional<User> find_user_ever(Connection& db, const UserId& id) {
  return first_user(db, db.query("SELECT " USER_COLUMNS " FROM users WHERE id = $1", {id}));
}

std::optional<User> find_user_by_name(Connection& db, std::string_view username) {
  return first_user(
      db,
      db.query("SELECT " USER_COLUMNS " FROM users WHERE username = $1 AND deleted_at IS NULL", {username}));
}

bool any_user(Connection& db) {
  return !db.query("SELECT 1 FROM users LIMIT 1").empty();
}

void insert_team(Connection& db, const Team& team) {
  db.execute(
      "INSERT INTO teams (id, name, email, avatar_url, grafana_id, created_at) VALUES ($1, $2, $3, $4, $5, "
      "$6)",
      {team.id, team.name, team.email, team.avatar_url, team.grafana_id, team.created_at});
}

void update_team(Connection& db, const Team& team) {
  db.execute("UPDATE teams SET name = $2, email = $3, avatar_url = $4 WHERE id = $1",
             {team.id, team.name, team.email, team.avatar_url});
}

bool delete_team(Connection& db, const TeamId& id) {
  return db.execute("DELETE FROM teams WHERE id = $1", {id}) > 0;
}

std::optional<Team> find_team(Connection& db, const TeamId& id) {
  return first_team(
      db.query("SELECT id, name, email, avatar_url, grafana_id, created_at FROM teams WHERE id = $1", {id}));
}

std::optional<Team> find_team_by_name(Connection& db, std::string_view name) {
  return first_team(db.query(
      "SELECT id, name, email, avatar_url, grafana_id, created_at FROM teams WHERE name = $1", {name}));
}

void set_teams_of(Connection& db, const UserId& user, const std::vector<TeamId>& teams) {
  db.execute("DELETE FROM team_members WHERE user_id = $1", {user});
  for (const TeamId& team : teams) {
    db.execute("INSERT INTO team_members (team_id, user_id) VALUES ($1, $2)", {team, user});
  }
}

void insert_token(Connection& db, const NewToken& token) {
  db.execute(
      "INSERT INTO api_tokens (id, lookup_key, digest, user_id, name, permissions, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {token.id, token.digest.lookup_key, token.digest.digest, token.user, token.name,
       permissions_text(token.permissions), token.created_at});
}

std::optional<TokenOwner> find_token(Connection& db, const access::TokenDigest& digest) {
  const Rows rows = db.query(
      "SELECT k.id, k.digest, k.user_id, k.permissions, k.last_used_at, u.username, u.role, u.deleted_at, "
      "k.name "
      "FROM api_tokens k LEFT JOIN users u ON u.id = k.user_id WHERE k.lookup_key = $1 AND k.revoked_at IS "
      "NULL",
      {digest.lookup_key});
  std::optional<TokenOwner> owner;
  for (const Row row : rows) {
    // All rows are compared, whatever the first ones say: the time taken tells nothing.
    if (!same_secret(row.text(1), digest.digest)) continue;
    owner = TokenOwner{.caller = {.token_id = row.string(0),
                                  .user = row.optional_id<UserId>(2),
                                  .username = row.is_null(2) ? row.string(8) : row.string(5),
                                  .role = parse_role(row.text(6)).value_or(Role::None),
                                  .teams = {},
                                  .permissions = read_permissions(row.optional_string(3))},
                       .active = row.is_null(7),
                       .last_used_at = row.optional_instant(4)};
    if (owner->caller.is_service_account() && !owner->caller.permissions) owner->caller.permissions.emplace();
  }
  if (owner && owner->caller.user) owner->caller.teams = teams_of(db, *owner->caller.user);
  return owner;
}

void record_token_use(Connection& db, std::string_view token_id, Instant now) {
  db.execute("UPDATE api_tokens SET last_used_at = $2 WHERE id = $1", {token_id, now});
}

bool revoke_token(Connection& db, std::string_view token_id, Instant now) {
  return db.execute("UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
                    {token_id, now}) > 0;
}

}  // namespace tocsin::store
