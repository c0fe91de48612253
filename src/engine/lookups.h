// What a batch asks the database again and again: people, their rules, chains. Remembered for the batch
// (people for longer: known_people.h), and forgotten whenever a command of the batch may have changed it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "domain/model/escalation.h"
#include "engine/known_people.h"
#include "store/connection.h"

namespace tocsin::engine {

class Lookups {
 public:
  Lookups(store::Connection& db, KnownPeople& people) : db_(db), people_(people) {}

  const std::optional<Person>& person(const UserId& id) { return people_.person(db_, id); }
  const store::NotificationRules& rules(const UserId& user) { return people_.rules(db_, user); }
  const std::vector<EscalationPolicy>& policies(const EscalationChainId& chain);
  bool any_webhook();
  // Of everybody who has a device to be told on: how long before their shifts.
  const std::map<UserId, std::vector<std::chrono::seconds>>& lead_times();
  void forget();
  void forget_policies() { policies_.clear(); }

 private:
  store::Connection& db_;
  KnownPeople& people_;
  std::unordered_map<EscalationChainId, std::vector<EscalationPolicy>> policies_;
  std::optional<bool> any_webhook_;
  std::optional<std::map<UserId, std::vector<std::chrono::seconds>>> lead_times_;
};

}  // namespace tocsin::engine
