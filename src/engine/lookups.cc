#include "engine/lookups.h"

#include "store/escalation_chains.h"
#include "store/people.h"
#include "store/schedule_notices.h"

namespace tocsin::engine {

const std::optional<Person>& Lookups::person(const UserId& id) {
  const auto found = people_.find(id);
  if (found != people_.end()) return found->second;
  std::optional<Person> person;
  if (const auto user = store::find_user(db_, id))
    person = Person{user->id, user->username, user->role <= Role::Editor};
  return people_.emplace(id, std::move(person)).first->second;
}

const store::NotificationRules& Lookups::rules(const UserId& user) {
  const auto found = rules_.find(user);
  if (found != rules_.end()) return found->second;
  return rules_.emplace(user, store::notification_rules_of(db_, user)).first->second;
}

const std::vector<EscalationPolicy>& Lookups::policies(const EscalationChainId& chain) {
  const auto found = policies_.find(chain);
  if (found != policies_.end()) return found->second;
  return policies_.emplace(chain, store::policies_of(db_, chain)).first->second;
}

bool Lookups::any_webhook() {
  if (!any_webhook_)
    any_webhook_ = !db_.query("SELECT 1 FROM webhooks WHERE deleted_at IS NULL LIMIT 1").empty();
  return *any_webhook_;
}

const std::map<UserId, std::vector<std::chrono::seconds>>& Lookups::lead_times() {
  if (!lead_times_) lead_times_ = store::lead_times(db_);
  return *lead_times_;
}

void Lookups::forget() {
  people_.clear();
  rules_.clear();
  policies_.clear();
  any_webhook_.reset();
  lead_times_.reset();
}

}  // namespace tocsin::engine
