// Users, teams and API tokens in the database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/access/permission.h"
#include "domain/access/token.h"
#include "domain/model/person.h"
#include "store/connection.h"

namespace tocsin::store {

void insert_user(Connection& db, const User& user);
void update_user(Connection& db, const User& user);
// Marks the user deleted and revokes all tokens of that user.
void delete_user(Connection& db, const UserId& user, Instant now);
// Live users only.
std::optional<User> find_user(Connection& db, const UserId& id);
// Deleted ones, too: the past names them.
std::optional<User> find_user_ever(Connection& db, const UserId& id);
std::optional<User> find_user_by_name(Connection& db, std::string_view username);
bool any_user(Connection& db);
// Schedules resolved, and people and rules remembered, as they were are stale now
// (organization.people_stamp).
void renew_people_stamp(Connection& db);

void insert_team(Connection& db, const Team& team);
void update_team(Connection& db, const Team& team);
bool delete_team(Connection& db, const TeamId& id);
std::optional<Team> find_team(Connection& db, const TeamId& id);
std::optional<Team> find_team_by_name(Connection& db, std::string_view name);
void set_teams_of(Connection& db, const UserId& user, const std::vector<TeamId>& teams);

struct NewToken {
  std::string id;
  access::TokenDigest digest;
  std::optional<UserId> user;
  std::string name;
  std::optional<std::vector<access::Permission>> permissions;
  Instant created_at;
};
void insert_token(Connection& db, const NewToken& token);

struct TokenOwner {
  access::Caller caller;
  bool active = true;  // false: the user was deleted
  std::optional<Instant> last_used_at;
};
// The live token with that digest; nullopt when there is none.
std::optional<TokenOwner> find_token(Connection& db, const access::TokenDigest& digest);
void record_token_use(Connection& db, std::string_view token_id, Instant now);
bool revoke_token(Connection& db, std::string_view token_id, Instant now);

}  // namespace tocsin::store
