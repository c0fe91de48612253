// Events of schedules as answers show them (docs/spec/api-people.md, section 10; docs/spec/schedules.md,
// section 6).
#pragma once

#include <map>

#include "domain/schedule/event.h"
#include "language/json/value.h"
#include "store/connection.h"

namespace tocsin::api {

// Names of users, each looked up once; those who are gone are still known.
class UserNames {
 public:
  explicit UserNames(store::Connection& db) : db_(db) {}
  struct Names {
    std::string username;
    std::string email;
  };
  const Names& of(const UserId& user);

 private:
  store::Connection& db_;
  std::map<UserId, Names> known_;
};

// {"display_name", "email", "pk", "avatar_full"}
json::Object write_short_user(const UserId& user, UserNames& names);
json::Value write_event(const schedule::Event& event, UserNames& names);
// The same shape, with nobody in it.
json::Value write_gap(schedule::Range gap);

}  // namespace tocsin::api
