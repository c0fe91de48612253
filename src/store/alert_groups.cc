#include "store/alert_groups.h"

#include "base/check.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/alert_hours.h"
#include "store/group_changes.h"
#include "store/json_columns.h"

namespace tocsin::store {
namespace {

StoredGroup stored_group(const Row& row) {
  return {row.id<AlertGroupId>(1), row.optional_id<RouteId>(2), row.string(0)};
}

StoredGroup open_group(const Row& row) {
  return {row.id<AlertGroupId>(1), row.optional_id<RouteId>(2), row.string(0), row.boolean(3)};
}

std::optional<AlertGroup> first_group(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return stored_group(rows[0]).read();
}

// PostgreSQL holds the rows; SQLite has one writer and needs no more.
std::string_view for_dialect(const Connection& db, std::string_view sqlite, std::string_view postgres) {
  return db.dialect() == Dialect::Sqlite ? sqlite : postgres;
}

#define FIND_GROUP "SELECT flags, id, route_id FROM alert_groups WHERE id = $1"
#define FIND_OPEN                                                                                           \
  "SELECT flags, id, route_id, awaits_alert FROM alert_groups WHERE distinction = $1 AND integration_id = " \
  "$2 "                                                                                                     \
  "AND route_id = $3 AND is_open = 1"

}  // namespace

std::int64_t state_number(GroupState state) {
  switch (state) {
    case GroupState::New:
      return 0;
    case GroupState::Acknowledged:
      return 1;
    case GroupState::Silenced:
      return 2;
    case GroupState::Resolved:
      return 3;
  }
  return 0;
}

AlertGroup StoredGroup::read() const {
  const auto value = json::read(flags_);
  if (!value) throw StorageError("alert group " + id_.str() + ": unreadable state: " + value.error().message);
  auto group = alert_group_from_json(*value);
  if (!group) throw StorageError("alert group " + id_.str() + ": unreadable state: " + group.error().message);
  group->route = route_;  // it may be gone since the state was written
  return std::move(group).value();
}

std::vector<std::optional<StoredGroup>> find_open_groups(Connection& db,
                                                         const std::vector<GroupIdentity>& identities) {
  std::vector<std::vector<Param>> params;
  params.reserve(identities.size());
  for (const GroupIdentity& identity : identities) {
    params.push_back({identity.distinction, identity.integration, identity.route});
  }
  std::vector<std::optional<StoredGroup>> groups;
  groups.reserve(identities.size());
  for (const Rows& rows : db.query_each(for_dialect(db, FIND_OPEN, FIND_OPEN " FOR UPDATE"), params)) {
    groups.push_back(rows.empty() ? std::nullopt : std::optional(open_group(rows[0])));
  }
  return groups;
}

std::optional<AlertGroup> find_latest_resolved(Connection& db, const GroupIdentity& identity) {
  return first_group(db.query(
      "SELECT flags, id, route_id FROM alert_groups WHERE distinction = $1 AND integration_id = $2 AND "
      "route_id = $3 AND is_open = 0 AND state = 3 ORDER BY created_at DESC LIMIT 1",
      {identity.distinction, identity.integration, identity.route}));
}

bool insert_group(Connection& db, const NewGroup& created) {
  const AlertGroup& group = created.group;
  const std::int64_t rows = db.execute(
      "INSERT INTO alert_groups (id, number, integration_id, route_id, distinction, is_open, state, title, "
      "source_link, root_id, labels, opened_because, flags, created_at, received_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $15, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
      {group.id, group.number, group.integration, group.route, group.distinction, group.open_for_grouping,
       state_number(state_of(group)), group.title, created.source_link, labels_text(created.labels),
       created.opened_because, json::write(to_json(group)), group.started_at, created.received_at,
       group.root});
  if (rows == 0) return false;
  db.execute_later(
      "INSERT INTO alert_group_tallies (group_id, alerts_count, last_alert_id) VALUES ($1, 0, '')",
      {group.id});
  for (const Label& label : created.labels) {
    db.execute_later(
        "INSERT INTO alert_group_labels (label_key, label_value, group_id, group_created_at) VALUES ($1, $2, "
        "$3, $4) "
        "ON CONFLICT DO NOTHING",
        {label.key, label.value, group.id, group.started_at});
  }
  count_groups(db, group.integration, group.route, state_of(group), 1);
  note_group_change(db, group.id, group.started_at);
  return true;
}

void update_group(Connection& db, const AlertGroup& before, const AlertGroup& after) {
  db.execute_later(
      "UPDATE alert_groups SET route_id = $2, distinction = $3, is_open = $4, state = $5, title = $6, "
      "root_id = $7, "
      "flags = $8 WHERE id = $1",
      {after.id, after.route, after.distinction, after.open_for_grouping, state_number(state_of(after)),
       after.title, after.root, json::write(to_json(after))});
  const bool listed_anew =
      state_of(before) != state_of(after) || before.route != after.route || before.title != after.title;
  if (listed_anew) note_group_change(db, after.id, after.started_at);
  if (state_of(before) == state_of(after)) return;
  count_groups(db, before.integration, before.route, state_of(before), -1);
  count_groups(db, after.integration, after.route, state_of(after), 1);
}

void add_alerts(Connection& db, const AlertGroupId& group, std::int64_t more, const AlertId& last) {
  db.execute_later(
      "UPDATE alert_group_tallies SET alerts_count = alerts_count + $2, last_alert_id = $3 WHERE group_id = "
      "$1",
      {group, more, last});
}

std::optional<AlertGroup> find_group(Connection& db, const AlertGroupId& id) {
  return first_group(db.query("SELECT flags, id, route_id FROM alert_groups WHERE id = $1", {id}));
}

std::optional<AlertGroup> lock_group(Connection& db, const AlertGroupId& id) {
  return first_group(db.query(for_dialect(db, FIND_GROUP, FIND_GROUP " FOR UPDATE"), {id}));
}

namespace {

// The root stands in the column and in the state; a group that kept the latter would stay attached to
// nothing.
void free_dependents(Connection& db, const AlertGroupId& root) {
  for (const Row row :
       db.query("SELECT flags, id, route_id FROM alert_groups WHERE root_id = $1 ORDER BY id", {root})) {
    const AlertGroup before = stored_group(row).read();
    AlertGroup after = before;
    after.root.reset();
    update_group(db, before, after);
  }
}

}  // namespace

void delete_group(Connection& db, const AlertGroupId& id) {
  free_dependents(db, id);
  for (const Row row : db.query("SELECT created_at FROM alert_groups WHERE id = $1", {id}))
    note_group_change(db, id, row.instant(0));
  subtract_alerts_of(db, id.str());
  db.execute_later("DELETE FROM alerts WHERE group_id = $1", {id});
  db.execute_later("DELETE FROM alert_group_tallies WHERE group_id = $1", {id});
  db.execute_later("DELETE FROM log_records WHERE group_id = $1", {id});
  db.execute_later("DELETE FROM webhook_responses WHERE group_id = $1", {id});
  db.execute_later("DELETE FROM alert_groups WHERE id = $1", {id});
}

void wipe_alerts(Connection& db, const AlertGroupId& group) {
  db.execute("UPDATE alerts SET payload = '{}', signals = '{}' WHERE group_id = $1", {group});
  db.execute("UPDATE alert_groups SET source_link = NULL, opened_because = '{}' WHERE id = $1", {group});
}

void remove_group(Connection& db, const AlertGroupId& id) {
  const auto group = find_group(db, id);
  if (!group) return;
  count_groups(db, group->integration, group->route, state_of(*group), -1);
  delete_group(db, id);
}

std::int64_t take_group_numbers(Connection& db, std::int64_t count) {
  const Rows rows = db.query(
      "UPDATE organization SET alert_groups_ever = alert_groups_ever + $1 RETURNING alert_groups_ever",
      {count});
  TOCSIN_CHECK(!rows.empty());
  return rows[0].integer(0) - count + 1;
}

void count_groups(Connection& db, const IntegrationId& integration, const std::optional<RouteId>& route,
                  GroupState state, std::int64_t more) {
  db.execute_later(
      "INSERT INTO alert_group_counts (integration_id, route_id, state, groups) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (integration_id, route_id, state) DO UPDATE SET groups = alert_group_counts.groups + "
      "excluded.groups",
      {integration, route ? route->str() : std::string(), state_number(state), more});
}

void insert_alert(Connection& db, const NewAlert& alert) {
  db.execute_later(
      "INSERT INTO alerts (id, group_id, created_at, payload, signals, is_first) VALUES ($1, $2, $3, $4, $5, "
      "$6)",
      {alert.id, alert.group, alert.created_at, alert.payload, alert.signals, alert.is_first});
}

std::vector<std::string> payloads_of(Connection& db, const AlertGroupId& group, std::size_t limit) {
  std::vector<std::string> payloads;
  for (const Row row : db.query("SELECT payload FROM alerts WHERE group_id = $1 ORDER BY created_at LIMIT $2",
                                {group, limit}))
    payloads.push_back(row.string(0));
  return payloads;
}

void insert_record(Connection& db, const GroupRecord& record) {
  db.write_later(
      "INSERT INTO log_records (group_id, created_at, realm, type, author_id, detail) VALUES ($1, $2, "
      "'alert_group', $3, "
      "$4, $5)",
      0,
      {record.group, record.at, static_cast<int>(record.type), record.author, json::write(to_json(record))});
}

void insert_record(Connection& db, const PersonalRecord& record) {
  db.write_later(
      "INSERT INTO log_records (group_id, created_at, realm, type, author_id, detail) VALUES ($1, $2, "
      "'user_notification', $3, $4, $5)",
      0, {record.group, record.at, static_cast<int>(record.type), record.user, json::write(to_json(record))});
}

}  // namespace tocsin::store
