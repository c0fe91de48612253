#include "store/escalations.h"

#include <map>

#include "domain/model/json_fields.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/placeholders.h"

namespace tocsin::store {
namespace {

// What a walk did with one step of its plan.
struct Trace {
  std::size_t step = 0;
  int repeats = 0;
  bool evaluated = false;
  std::optional<UserId> last_notified;
};

template <class Io>
void fields(Io& io, Trace& t) {
  io("step", t.step);
  io("repeats", t.repeats);
  io("evaluated", t.evaluated);
  io("last_notified", t.last_notified);
}

// The row's state. The group's id is its key, and the plan stands elsewhere.
struct State {
  std::uint64_t generation = 0;
  bool finished = false;
  std::optional<Instant> due;
  std::size_t next_step = 0;
  bool paused = false;
  std::vector<Trace> traces;
};

template <class Io>
void fields(Io& io, State& s) {
  io("generation", s.generation);
  io("finished", s.finished);
  io("due", s.due);
  io("next_step", s.next_step);
  io("paused", s.paused);
  io("traces", s.traces);
}

[[noreturn]] void unreadable(const std::string& what, const Error& error) {
  throw StorageError(what + ": unreadable state: " + error.field + " " + error.message);
}

void follow(EscalationSnapshot& snapshot, const State& state) {
  snapshot.next_step = state.next_step;
  snapshot.paused = state.paused;
  for (const Trace& trace : state.traces) {
    if (trace.step >= snapshot.steps.size()) continue;
    SnapshotStep& step = snapshot.steps[trace.step];
    step.repeats = trace.repeats;
    step.evaluated = trace.evaluated;
    if (auto* turns = std::get_if<step::NotifyPersonNextEachTime>(&step.policy.step))
      turns->last_notified = trace.last_notified;
  }
}

// Of a row with group, state and plan.
Escalation escalation_of(Connection& db, KnownPlans& plans, const Row& row) {
  const std::string what = "escalation of alert group " + row.string(0);
  const auto value = json::read(row.text(1));
  if (!value) unreadable(what, value.error());
  const auto state = read_fields<State>(*value);
  if (!state) unreadable(what, state.error());
  Escalation escalation{.group = row.id<AlertGroupId>(0),
                        .generation = state->generation,
                        .finished = state->finished,
                        .due = state->due};
  if (!row.is_null(2)) {
    follow(escalation.snapshot.emplace(plans.find(db, row.string(2))), *state);
  } else if (const json::Value* snapshot = value->find("snapshot")) {  // written before plans had a table
    auto read = escalation_snapshot_from_json(*snapshot);
    if (!read) unreadable(what, read.error());
    escalation.snapshot = std::move(read).value();
  }
  return escalation;
}

State state_of(const Escalation& escalation) {
  State state{.generation = escalation.generation, .finished = escalation.finished, .due = escalation.due};
  if (!escalation.snapshot) return state;
  state.next_step = escalation.snapshot->next_step;
  state.paused = escalation.snapshot->paused;
  for (std::size_t i = 0; i < escalation.snapshot->steps.size(); ++i) {
    const SnapshotStep& step = escalation.snapshot->steps[i];
    const auto* turns = std::get_if<step::NotifyPersonNextEachTime>(&step.policy.step);
    Trace trace{.step = i, .repeats = step.repeats, .evaluated = step.evaluated};
    if (turns != nullptr) trace.last_notified = turns->last_notified;
    if (trace.repeats > 0 || trace.evaluated || trace.last_notified) state.traces.push_back(std::move(trace));
  }
  return state;
}

PersonalChain chain_of(const Row& row) {
  const auto value = json::read(row.text(0));
  if (!value) unreadable("personal chain", value.error());
  auto chain = personal_chain_from_json(*value);
  if (!chain) unreadable("personal chain", chain.error());
  return std::move(chain).value();
}

}  // namespace

std::optional<Escalation> find_escalation(Connection& db, KnownPlans& plans, const AlertGroupId& group) {
  const Rows rows = db.query("SELECT group_id, state, plan_id FROM escalations WHERE group_id = $1", {group});
  if (rows.empty()) return std::nullopt;
  return escalation_of(db, plans, rows[0]);
}

std::optional<Escalation> find_escalation(Connection& db, const AlertGroupId& group) {
  KnownPlans plans;
  return find_escalation(db, plans, group);
}

void save_escalation(Connection& db, const std::optional<Escalation>& before, const Escalation& after) {
  std::optional<std::string> plan;
  if (after.snapshot)
    plan = after.snapshot->plan.empty() ? keep_plan(db, *after.snapshot) : after.snapshot->plan;
  db.write_later(
      "INSERT INTO escalations (group_id, state, plan_id) VALUES ($1, $2, $3) ON CONFLICT (group_id) "
      "DO UPDATE SET state = excluded.state, plan_id = excluded.plan_id",
      1, {after.group, json::write(write_fields(state_of(after))), plan});
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

std::vector<HeldGroup> hold_groups(Connection& db, KnownPlans& plans, const std::vector<AlertGroupId>& ids) {
  if (ids.empty()) return {};
  std::vector<Param> params;
  const std::string list = add_list(params, ids);
  const std::string groups = "SELECT flags, id, route_id FROM alert_groups WHERE id IN " + list +
                             " ORDER BY id" + (db.dialect() == Dialect::Sqlite ? "" : " FOR UPDATE");
  const std::string walks = "SELECT group_id, state, plan_id FROM escalations WHERE group_id IN " + list;
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
    Escalation walk = escalation_of(db, plans, row);
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
