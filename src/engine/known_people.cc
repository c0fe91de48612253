#include "engine/known_people.h"

#include "store/people.h"

namespace tocsin::engine {

void KnownPeople::as_of(std::int64_t stamp) {
  if (stamp == stamp_) return;
  forget();
  stamp_ = stamp;
}

void KnownPeople::forget() {
  people_.clear();
  rules_.clear();
}

const std::optional<Person>& KnownPeople::person(store::Connection& db, const UserId& id) {
  const auto found = people_.find(id);
  if (found != people_.end()) return found->second;
  std::optional<Person> person;
  if (const auto user = store::find_user(db, id))
    person = Person{user->id, user->username, user->role <= Role::Editor};
  return people_.emplace(id, std::move(person)).first->second;
}

const store::NotificationRules& KnownPeople::rules(store::Connection& db, const UserId& user) {
  const auto found = rules_.find(user);
  if (found != rules_.end()) return found->second;
  return rules_.emplace(user, store::notification_rules_of(db, user)).first->second;
}

}  // namespace tocsin::engine
