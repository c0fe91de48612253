// Lists of users and teams, for the API. Oldest first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/model/person.h"
#include "store/connection.h"

namespace tocsin::store {

struct UserFilter {
  std::optional<std::string> email;     // whole text, ignoring case
  std::optional<std::string> username;  // whole text, ignoring case
  std::vector<Role> roles;              // any of them; empty: all
};
std::int64_t count_users(Connection& db, const UserFilter& filter);
std::vector<User> list_users(Connection& db, const UserFilter& filter, std::int64_t limit,
                             std::int64_t offset);

std::int64_t count_teams(Connection& db, const std::optional<std::string>& name);
std::vector<Team> list_teams(Connection& db, const std::optional<std::string>& name, std::int64_t limit,
                             std::int64_t offset);

}  // namespace tocsin::store
