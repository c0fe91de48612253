// The people a schedule can name, and who of them is meant by a text in a calendar.
//
// Pure; built once per snapshot of the users and shared by all schedules.
// Source: docs/spec/schedules.md, section 4.3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/model/ids.h"

namespace tocsin::schedule {

struct Person {
  UserId id;
  std::string username;
  std::string email;
  bool can_be_on_call = true;  // active and holding NOTIFICATIONS_READ; viewers do not
};

class People {
 public:
  People() = default;
  // In the order of the internal user id: answers about who is on call keep it.
  explicit People(std::vector<Person> in_order);

  const Person* find(const UserId& id) const;
  // Position in that order; people who are not known come last.
  std::size_t rank(const UserId& id) const;

  // Everyone who can be on call and whose username is `text`, or whose e-mail is, whatever its case.
  std::vector<UserId> named(std::string_view text) const;

 private:
  std::vector<Person> people_;
  std::unordered_map<UserId, std::size_t> by_id_;
  std::unordered_multimap<std::string, std::size_t> by_username_;
  std::unordered_multimap<std::string, std::size_t> by_email_;  // lower case
};

}  // namespace tocsin::schedule
