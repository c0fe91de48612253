#include "store/notification_rules.h"

#include "base/overloaded.h"
#include "store/people.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

#define RULE_COLUMNS "r.id, r.user_id, r.important, r.position, r.type, r.duration_s, r.created_at"

struct ActionColumns {
  std::string_view type;
  std::optional<std::int64_t> duration_s;
};
ActionColumns columns_of(const NotificationRule& rule) {
  return std::visit(Overloaded{[](const WaitRule& wait) {
                                 return ActionColumns{"wait", wait.duration ? std::optional<std::int64_t>(
                                                                                  wait.duration->count())
                                                                            : std::nullopt};
                               },
                               [](const NotifyRule& notify) {
                                 return ActionColumns{api_type(notify.by), std::nullopt};
                               }},
                    rule.action);
}

StoredNotificationRule read_rule(const Row& row) {
  StoredNotificationRule stored{.rule = {.id = row.id<NotificationRuleId>(0), .action = {}},
                                .user = row.id<UserId>(1),
                                .importance = row.boolean(2) ? Importance::Important : Importance::Default,
                                .position = row.integer(3),
                                .created_at = row.instant(6)};
  if (const auto by = parse_notify_by(row.text(4))) {
    stored.rule.action = NotifyRule{*by};
  } else if (const auto duration = row.optional_integer(5)) {
    stored.rule.action = WaitRule{std::chrono::seconds(*duration)};
  }
  return stored;
}

bool as_flag(Importance importance) {
  return importance == Importance::Important;
}

Where where_of(const NotificationRuleFilter& filter) {
  Where where;
  where.add("u.deleted_at IS NULL");
  if (filter.user) where.add("r.user_id = ?", *filter.user);
  if (filter.importance) where.add("r.important = ?", as_flag(*filter.importance));
  return where;
}

bool is_taken(Connection& db, const StoredNotificationRule& rule, std::int64_t position) {
  return !db.query(
                "SELECT 1 FROM notification_rules WHERE user_id = $1 AND important = $2 AND position = $3 "
                "AND "
                "id <> $4",
                {rule.user, as_flag(rule.importance), position, rule.rule.id})
              .empty();
}

// Everything of the same list in [from, to) goes `by` places up.
void shift_positions(Connection& db, const StoredNotificationRule& rule, std::int64_t from, std::int64_t to,
                     std::int64_t by) {
  db.execute(
      "UPDATE notification_rules SET position = position + $5 WHERE user_id = $1 AND important = $2 AND "
      "position >= $3 AND position < $4",
      {rule.user, as_flag(rule.importance), from, to, by});
  renew_people_stamp(db);
}

void set_position(Connection& db, const NotificationRuleId& id, std::int64_t position) {
  db.execute("UPDATE notification_rules SET position = $2 WHERE id = $1", {id, position});
  renew_people_stamp(db);
}

}  // namespace

NotificationRules notification_rules_of(Connection& db, const UserId& user) {
  NotificationRules rules;
  for (const Row row : db.query("SELECT " RULE_COLUMNS " FROM notification_rules r WHERE r.user_id = $1 "
                                "ORDER BY r.important, r.position, r.created_at, r.id",
                                {user})) {
    StoredNotificationRule stored = read_rule(row);
    auto& list = stored.importance == Importance::Important ? rules.important : rules.by_default;
    list.push_back(std::move(stored.rule));
  }
  return rules;
}

void insert_notification_rule(Connection& db, const StoredNotificationRule& rule) {
  const ActionColumns action = columns_of(rule.rule);
  db.execute(
      "INSERT INTO notification_rules (id, user_id, important, position, type, duration_s, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {rule.rule.id, rule.user, as_flag(rule.importance), rule.position, action.type, action.duration_s,
       rule.created_at});
  renew_people_stamp(db);
}

void update_notification_rule(Connection& db, const NotificationRule& rule) {
  const ActionColumns action = columns_of(rule);
  db.execute("UPDATE notification_rules SET type = $2, duration_s = $3 WHERE id = $1",
             {rule.id, action.type, action.duration_s});
  renew_people_stamp(db);
}

void delete_notification_rule(Connection& db, const NotificationRuleId& id) {
  db.execute("DELETE FROM notification_rules WHERE id = $1", {id});
  renew_people_stamp(db);
}

std::optional<StoredNotificationRule> find_notification_rule(Connection& db, const NotificationRuleId& id) {
  const Rows rows = db.query("SELECT " RULE_COLUMNS
                             " FROM notification_rules r JOIN users u ON u.id = r.user_id "
                             "WHERE r.id = $1 AND u.deleted_at IS NULL",
                             {id});
  if (rows.empty()) return std::nullopt;
  return read_rule(rows[0]);
}

std::int64_t count_notification_rules(Connection& db, const NotificationRuleFilter& filter) {
  const Where where = where_of(filter);
  return db
      .query("SELECT count(*) FROM notification_rules r JOIN users u ON u.id = r.user_id" + where.text(),
             where.params())[0]
      .integer(0);
}

std::vector<StoredNotificationRule> list_notification_rules(Connection& db,
                                                            const NotificationRuleFilter& filter,
                                                            std::int64_t limit, std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  std::vector<StoredNotificationRule> rules;
  for (const Row row :
       db.query("SELECT " RULE_COLUMNS " FROM notification_rules r JOIN users u ON u.id = r.user_id" +
                    where.text() +
                    " ORDER BY u.created_at, u.id, r.important, r.position, r.created_at, r.id" + limits,
                where.params())) {
    rules.push_back(read_rule(row));
  }
  return rules;
}

std::optional<std::int64_t> last_notification_position(Connection& db, const UserId& user,
                                                       Importance importance) {
  return db
      .query("SELECT max(position) FROM notification_rules WHERE user_id = $1 AND important = $2",
             {user, as_flag(importance)})[0]
      .optional_integer(0);
}

void move_notification_rule(Connection& db, const StoredNotificationRule& rule, std::int64_t position) {
  if (position == rule.position) return;
  if (is_taken(db, rule, position)) {
    if (position < rule.position) {
      shift_positions(db, rule, position, rule.position, 1);
    } else {
      shift_positions(db, rule, rule.position + 1, position + 1, -1);
    }
  }
  set_position(db, rule.rule.id, position);
}

void swap_notification_rule(Connection& db, const StoredNotificationRule& rule, std::int64_t position) {
  shift_positions(db, rule, position, position + 1, rule.position - position);
  set_position(db, rule.rule.id, position);
}

}  // namespace tocsin::store
