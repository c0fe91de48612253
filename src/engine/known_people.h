// People and their notification rules, remembered from batch to batch: a step of an escalation asks for
// everybody in its list. Good for as long as nobody's row changes, which organization.people_stamp tells.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "domain/model/notification.h"
#include "store/notification_rules.h"

namespace tocsin::engine {

class KnownPeople {
 public:
  // Of a transaction that has just begun: whatever is known under another stamp is forgotten.
  void as_of(std::int64_t stamp);
  // What was read in a transaction that is undone, or before a change of its own, is not to be believed.
  void forget();

  const std::optional<Person>& person(store::Connection& db, const UserId& id);  // nullopt: deleted
  const store::NotificationRules& rules(store::Connection& db, const UserId& user);

 private:
  std::int64_t stamp_ = 0;
  std::unordered_map<UserId, std::optional<Person>> people_;
  std::unordered_map<UserId, store::NotificationRules> rules_;
};

}  // namespace tocsin::engine
