// What the last look before a page asks the database, in one round trip: the group as it is now, the person,
// whether the rule that wants the page still stands, and how much the person has been sent today.
#pragma once

#include <optional>
#include <string>

#include "domain/model/notification.h"
#include "domain/model/person.h"
#include "store/group_lists.h"

namespace tocsin::store {

struct LastLook {
  std::optional<ListedGroup> group;  // nullopt: deleted
  std::optional<std::string> first_payload;
  std::optional<User> user;  // nullopt: deleted
  bool rule_exists = true;   // true when no rule was asked for
  int emails_today = 0;      // UTC days
  int phone_today = 0;
};
LastLook last_look(Connection& db, const AlertGroupId& group, const UserId& user,
                   const std::optional<NotificationRuleId>& rule, Instant now);

}  // namespace tocsin::store
