// What the last look before a page asks the database: the group as it is now, the person, whether the rule
// that wants the page still stands, and how much the person has been sent today.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/model/effect.h"
#include "domain/model/notification.h"
#include "domain/model/person.h"
#include "store/group_lists.h"
#include "store/notification_rules.h"

namespace tocsin::store {

struct LastLook {
  std::optional<ListedGroup> group;  // nullopt: deleted
  std::optional<std::string> first_payload;
  std::optional<User> user;  // nullopt: deleted
  bool rule_exists = true;   // true when no rule wants the page
  int emails_today = 0;      // UTC days; only of the means that is about to be used
  int phone_today = 0;
};

// One statement a page: people and their rules are remembered for as long as organization.people_stamp, which
// is read with the group, stays the same. Not thread-safe.
class LastLooks {
 public:
  LastLook before(Connection& db, const effect::Notify& notify, Instant now);

 private:
  struct Known {
    std::optional<User> user;
    NotificationRules rules;
  };
  const Known& known(Connection& db, const UserId& user);

  std::int64_t stamp_ = 0;
  std::unordered_map<UserId, Known> people_;
};

// What counts towards a limit of the day: "email" or "phone"; empty: no limit.
std::string_view counted_as(NotifyBy by);

}  // namespace tocsin::store
