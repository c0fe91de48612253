// What a batch asks the database again and again: people, their rules, chains. Remembered for the batch, and
// forgotten whenever a command of the batch may have changed it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "domain/model/escalation.h"
#include "domain/model/notification.h"
#include "store/connection.h"
#include "store/notification_rules.h"

namespace tocsin::engine {

class Lookups {
 public:
  explicit Lookups(store::Connection& db) : db_(db) {}

  const std::optional<Person>& person(const UserId& id);  // nullopt: deleted
  const store::NotificationRules& rules(const UserId& user);
  const std::vector<EscalationPolicy>& policies(const EscalationChainId& chain);
  bool any_webhook();
  // Of everybody who has a device to be told on: how long before their shifts.
  const std::map<UserId, std::vector<std::chrono::seconds>>& lead_times();
  void forget();
  void forget_policies() { policies_.clear(); }

 private:
  store::Connection& db_;
  std::unordered_map<UserId, std::optional<Person>> people_;
  std::unordered_map<UserId, store::NotificationRules> rules_;
  std::unordered_map<EscalationChainId, std::vector<EscalationPolicy>> policies_;
  std::optional<bool> any_webhook_;
  std::optional<std::map<UserId, std::vector<std::chrono::seconds>>> lead_times_;
};

}  // namespace tocsin::engine
