#include "store/people_lists.h"

#include "store/people.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

Where where_of(const UserFilter& filter) {
  Where where;
  where.add("deleted_at IS NULL");
  if (filter.email) where.add("lower(email) = lower(?)", *filter.email);
  if (filter.username) where.add("lower(username) = lower(?)", *filter.username);
  if (!filter.roles.empty()) {
    std::string roles;
    for (const Role role : filter.roles) roles += (roles.empty() ? "" : ", ") + where.next(to_text(role));
    where.add("role IN (" + roles + ")");
  }
  return where;
}

}  // namespace

std::int64_t count_users(Connection& db, const UserFilter& filter) {
  const Where where = where_of(filter);
  return db.query("SELECT count(*) FROM users" + where.text(), where.params())[0].integer(0);
}

std::vector<User> list_users(Connection& db, const UserFilter& filter, std::int64_t limit,
                             std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  std::vector<User> users;
  for (const Row row : db.query("SELECT id FROM users" + where.text() + " ORDER BY created_at, id" + limits,
                                where.params())) {
    if (auto user = find_user(db, row.id<UserId>(0))) users.push_back(*std::move(user));
  }
  return users;
}

std::int64_t count_teams(Connection& db, const std::optional<std::string>& name) {
  Where where;
  if (name) where.add("name = ?", *name);
  return db.query("SELECT count(*) FROM teams" + where.text(), where.params())[0].integer(0);
}

std::vector<Team> list_teams(Connection& db, const std::optional<std::string>& name, std::int64_t limit,
                             std::int64_t offset) {
  Where where;
  if (name) where.add("name = ?", *name);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  std::vector<Team> teams;
  for (const Row row : db.query("SELECT id FROM teams" + where.text() + " ORDER BY created_at, id" + limits,
                                where.params())) {
    if (auto team = find_team(db, row.id<TeamId>(0))) teams.push_back(*std::move(team));
  }
  return teams;
}

}  // namespace tocsin::store
