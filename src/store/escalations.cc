#include "store/escalations.h"

#include <map>

#include "domain/model/json_fields.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/placeholders.h"

namespace tocsin {

// The group's id is the row's key.
template <class Io>
void fields(Io& io, Escalation& e) {
  io("generation", e.generation);
  io("finished", e.finished);
  io("due", e.due);
}

}  // namespace tocsin

namespace tocsin::store {
namespace {

[[noreturn]] void unreadable(const std::string& what, const Error& error) {
  throw StorageError(what + ": unreadable state: " + error.field + " " + error.message);
}

Escalation escalation_of(const Row& row) {
  const std::string what = "escalation of alert group " + row.string(0);
  const auto value = json::read(row.text(1));
  if (!value) unreadable(what, value.error());
  auto escalation = read_fields<Escalation>(*value);
  if (!escalation) unreadable(what, escalation.error());
  escalation->group = row.id<AlertGroupId>(0);
  if (const json::Value* snapshot = value->find("snapshot")) {
    auto read = escalation_snapshot_from_json(*snapshot);
    if (!read) unreadable(what, read.error());
    escalation->snapshot = std::move(read).value();
  }
  return std::move(escalation).value();
}

std::string text_of(const Escalation& escalation) {
  json::Value value = write_fields(escalation);
  if (escalation.snapshot) {
    json::Object whole = value.as_object();
    whole.set("snapshot", to_json(*escalation.snapshot));
    value = json::Value(std::move(whole));
  }
  return json::write(value);
}

PersonalChain chain_of(const Row& row) {
  const auto value = json::read(row.text(0));
  if (!value) unreadable("personal chain", value.error());
  auto chain = personal_chain_from_json(*value);
  if (!chain) unreadable("personal chain", chain.error());
  return std::move(chain).value();
}

}  // namespace

std::optional<Escalation> find_escalation(Connection& db, const AlertGroupId& group) {
  const Rows rows = db.query("SELECT group_id, state FROM escalations WHERE group_id = $1", {group});
  if (rows.empty()) return std::nullopt;
  return escalation_of(rows[0]);
}

void save_escalation(Connection& db, const std::optional<Escalation>& before, const Escalation& after) {
  db.write_later(
      "INSERT INTO escalations (group_id, state) VALUES ($1, $2) ON CONFLICT (group_id) DO UPDATE SET state "
      "= excluded.state",
      1, {after.group, text_of(after)});
  if ((before && before->awaits_alert()) == after.awaits_alert()) return;
  db.execute_later("UPDATE alert_groups SET awaits_alert = $2 WHERE id = $1",
                   {after.group, after.awaits_alert()});
}

std::optional<PersonalChain> find_personal_chain(Connection& db, const AlertGroupId& group,
                                                 const UserId& user) {
  const Rows rows =
      db.query("SELECT state FROM personal_chains WHERE group_id = $1 AND user_id = $2", {group, user});
  if (rows.empty()) return std::nullopt;
  return chain_of(rows[0]);
}

void save_personal_chain(Connection& db, const PersonalChain& chain) {
  db.write_later(
      "INSERT INTO personal_chains (group_id, user_id, state) VALUES ($1, $2, $3) "
      "ON CONFLICT (group_id, user_id) DO UPDATE SET state = excluded.state",
      2, {chain.group, chain.user, json::write(to_json(chain))});
}

std::vector<PersonalChain> personal_chains_of(Connection& db, const AlertGroupId& group) {
  std::vector<PersonalChain> chains;
  for (const Row row :
       db.query("SELECT state FROM personal_chains WHERE group_id = $1 ORDER BY user_id", {group}))
    chains.push_back(chain_of(row));
  return chains;
}

std::vector<HeldGroup> hold_groups(Connection& db, const std::vector<AlertGroupId>& ids) {
  if (ids.empty()) return {};
  std::vector<Param> params;
  const std::string list = add_list(params, ids);
  const std::string groups = "SELECT flags, id, route_id FROM alert_groups WHERE id IN " + list +
                             " ORDER BY id" + (db.dialect() == Dialect::Sqlite ? "" : " FOR UPDATE");
  const std::string walks = "SELECT group_id, state FROM escalations WHERE group_id IN " + list;
  const std::string chains = "SELECT state FROM personal_chains WHERE group_id IN " + list;
  const std::vector<Rows> answers =
      db.query_all(std::vector<Question>{{groups, params}, {walks, params}, {chains, params}});
  std::map<AlertGroupId, HeldGroup> held;
  for (const Row row : answers[0]) {
    auto group = StoredGroup(row.id<AlertGroupId>(1), row.optional_id<RouteId>(2), row.string(0)).read();
    const AlertGroupId id = group.id;
    held[id].group = std::move(group);
  }
  for (const Row row : answers[1]) {
    Escalation walk = escalation_of(row);
    const AlertGroupId id = walk.group;
    held[id].escalation = std::move(walk);
  }
  for (const Row row : answers[2]) {
    PersonalChain chain = chain_of(row);
    const AlertGroupId id = chain.group;
    held[id].chains.push_back(std::move(chain));
  }
  std::vector<HeldGroup> in_order;
  for (const AlertGroupId& id : ids) in_order.push_back(std::move(held[id]));
  return in_order;
}

SmsBundle lock_sms_bundle(Connection& db, const UserId& user, Importance importance) {
  const int number = static_cast<int>(importance);
  const SmsBundle empty{.user = user, .importance = importance};
  db.execute_later(
      "INSERT INTO sms_bundles (user_id, importance, state) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
      {user, number, json::write(to_json(empty))});
  const Rows rows =
      db.query(db.dialect() == Dialect::Sqlite
                   ? std::string_view("SELECT state FROM sms_bundles WHERE user_id = $1 AND importance = $2")
                   : std::string_view(
                         "SELECT state FROM sms_bundles WHERE user_id = $1 AND importance = $2 FOR UPDATE"),
               {user, number});
  const auto value = json::read(rows[0].text(0));
  if (!value) unreadable("bundle of text messages to " + user.str(), value.error());
  auto bundle = sms_bundle_from_json(*value);
  if (!bundle) unreadable("bundle of text messages to " + user.str(), bundle.error());
  return std::move(bundle).value();
}

void save_sms_bundle(Connection& db, const SmsBundle& bundle) {
  db.execute_later("UPDATE sms_bundles SET state = $3 WHERE user_id = $1 AND importance = $2",
                   {bundle.user, static_cast<int>(bundle.importance), json::write(to_json(bundle))});
}

}  // namespace tocsin::store
