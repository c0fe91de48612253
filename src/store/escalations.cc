#include "store/escalations.h"

#include "domain/model/json_fields.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/alert_groups.h"

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

#define FIND_ESCALATION "SELECT group_id, state FROM escalations WHERE group_id = $1"
#define CHAINS_OF_GROUP "SELECT state FROM personal_chains WHERE group_id = $1 ORDER BY user_id"

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

std::vector<PersonalChain> chains_of(const Rows& rows) {
  std::vector<PersonalChain> chains;
  for (const Row row : rows) chains.push_back(chain_of(row));
  return chains;
}

std::optional<Escalation> first_escalation(const Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(escalation_of(rows[0]));
}

}  // namespace

std::optional<Escalation> find_escalation(Connection& db, const AlertGroupId& group) {
  return first_escalation(db.query(FIND_ESCALATION, {group}));
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
  return chains_of(db.query(CHAINS_OF_GROUP, {group}));
}

std::vector<HeldGroup> hold_groups(Connection& db, const std::vector<AlertGroupId>& ids) {
  std::vector<Question> questions;
  for (const AlertGroupId& id : ids) questions.push_back(question_of_locked_group(db, id));
  for (const AlertGroupId& id : ids) questions.push_back({FIND_ESCALATION, {id}});
  for (const AlertGroupId& id : ids) questions.push_back({CHAINS_OF_GROUP, {id}});
  const std::vector<Rows> answers = db.query_all(questions);
  std::vector<HeldGroup> held;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    held.push_back({.group = locked_group(answers[i]),
                    .escalation = first_escalation(answers[ids.size() + i]),
                    .chains = chains_of(answers[2 * ids.size() + i])});
  }
  return held;
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
