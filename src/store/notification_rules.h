// Personal notification rules in the database (docs/spec/api-people.md, section 7).
//
// Positions are per (user, important), begin at 0 and may have holes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/model/notification.h"
#include "store/connection.h"

namespace tocsin::store {

// The rules that run for a user, each list by position.
struct NotificationRules {
  std::vector<NotificationRule> by_default;
  std::vector<NotificationRule> important;

  const std::vector<NotificationRule>& of(Importance importance) const {
    return importance == Importance::Important ? important : by_default;
  }
};
NotificationRules notification_rules_of(Connection& db, const UserId& user);

struct StoredNotificationRule {
  NotificationRule rule;
  UserId user;
  Importance importance = Importance::Default;
  std::int64_t position = 0;
  Instant created_at;
};

void insert_notification_rule(Connection& db, const StoredNotificationRule& rule);
// Writes what it does; its user, importance and position stay.
void update_notification_rule(Connection& db, const NotificationRule& rule);
void delete_notification_rule(Connection& db, const NotificationRuleId& id);
// Of live users only.
std::optional<StoredNotificationRule> find_notification_rule(Connection& db, const NotificationRuleId& id);

struct NotificationRuleFilter {
  std::optional<UserId> user;
  std::optional<Importance> importance;
};
std::int64_t count_notification_rules(Connection& db, const NotificationRuleFilter& filter);
// By user, then default before important, then position.
std::vector<StoredNotificationRule> list_notification_rules(Connection& db,
                                                            const NotificationRuleFilter& filter,
                                                            std::int64_t limit, std::int64_t offset);

// The highest position; nullopt without rules.
std::optional<std::int64_t> last_notification_position(Connection& db, const UserId& user,
                                                       Importance importance);
// Puts a rule at a position. Taken: those between the old and the new place step aside by one. Free: the rule
// just takes it.
void move_notification_rule(Connection& db, const StoredNotificationRule& rule, std::int64_t position);
// Exchanges places with whoever is there.
void swap_notification_rule(Connection& db, const StoredNotificationRule& rule, std::int64_t position);

}  // namespace tocsin::store
