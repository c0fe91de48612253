#include "store/escalation_chains.h"

#include "language/json/read.h"
#include "language/json/write.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

#define POLICY_COLUMNS "p.id, p.chain_id, p.position, p.policy, p.last_notified_id, p.created_at"

EscalationChain read_chain(const Row& row) {
  return {row.id<EscalationChainId>(0), row.string(1), row.optional_id<TeamId>(2), row.instant(3)};
}

StoredPolicy read_policy(const Row& row) {
  const auto id = row.id<EscalationPolicyId>(0);
  const auto value = json::read(row.text(3));
  if (!value) throw StorageError("escalation policy " + id.str() + ": unreadable: " + value.error().message);
  auto policy = escalation_policy_from_json(*value);
  if (!policy)
    throw StorageError("escalation policy " + id.str() + ": unreadable: " + policy.error().message);
  policy->id = id;
  policy->position = row.integer(2);
  if (auto* round_robin = std::get_if<step::NotifyPersonNextEachTime>(&policy->step)) {
    round_robin->last_notified = row.optional_id<UserId>(4);
  }
  return {row.id<EscalationChainId>(1), std::move(policy).value(), row.instant(5)};
}

std::vector<StoredPolicy> read_policies(const Rows& rows) {
  std::vector<StoredPolicy> policies;
  policies.reserve(rows.size());
  for (const Row row : rows) policies.push_back(read_policy(row));
  return policies;
}

// The pointer is the column's, so that an update of the step does not turn it back.
std::string policy_text(EscalationPolicy policy) {
  if (auto* round_robin = std::get_if<step::NotifyPersonNextEachTime>(&policy.step)) {
    round_robin->last_notified.reset();
  }
  return json::write(to_json(policy));
}

Where where_of(const ChainFilter& filter) {
  Where where;
  if (filter.name) where.add("name = ?", *filter.name);
  where.add_team("team_id", filter.team);
  return where;
}

}  // namespace

std::vector<EscalationPolicy> policies_of(Connection& db, const EscalationChainId& chain) {
  std::vector<EscalationPolicy> policies;
  for (const Row row : db.query("SELECT " POLICY_COLUMNS
                                " FROM escalation_policies p WHERE p.chain_id = $1 ORDER BY p.position",
                                {chain})) {
    policies.push_back(read_policy(row).policy);
  }
  return policies;
}

void save_round_robin_pointer(Connection& db, const EscalationPolicyId& policy, const UserId& user) {
  db.write_later("UPDATE escalation_policies SET last_notified_id = $2 WHERE id = $1", 1, {policy, user});
}

void insert_chain(Connection& db, const EscalationChain& chain) {
  db.execute("INSERT INTO escalation_chains (id, name, team_id, created_at) VALUES ($1, $2, $3, $4)",
             {chain.id, chain.name, chain.team, chain.created_at});
}

void update_chain(Connection& db, const EscalationChain& chain) {
  db.execute("UPDATE escalation_chains SET name = $2, team_id = $3 WHERE id = $1",
             {chain.id, chain.name, chain.team});
}

void delete_chain(Connection& db, const EscalationChainId& id) {
  db.execute("DELETE FROM escalation_chains WHERE id = $1", {id});
}

std::optional<EscalationChain> find_chain(Connection& db, const EscalationChainId& id) {
  const Rows rows =
      db.query("SELECT id, name, team_id, created_at FROM escalation_chains WHERE id = $1", {id});
  if (rows.empty()) return std::nullopt;
  return read_chain(rows[0]);
}

std::optional<EscalationChain> find_chain_by_name(Connection& db, std::string_view name) {
  const Rows rows =
      db.query("SELECT id, name, team_id, created_at FROM escalation_chains WHERE name = $1", {name});
  if (rows.empty()) return std::nullopt;
  return read_chain(rows[0]);
}

std::int64_t count_chains(Connection& db, const ChainFilter& filter) {
  const Where where = where_of(filter);
  return db.query("SELECT count(*) FROM escalation_chains" + where.text(), where.params())[0].integer(0);
}

std::vector<EscalationChain> list_chains(Connection& db, const ChainFilter& filter, std::int64_t limit,
                                         std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  std::vector<EscalationChain> chains;
  for (const Row row : db.query("SELECT id, name, team_id, created_at FROM escalation_chains" + where.text() +
                                    " ORDER BY created_at, id" + limits,
                                where.params())) {
    chains.push_back(read_chain(row));
  }
  return chains;
}

void insert_policy(Connection& db, const StoredPolicy& stored) {
  db.execute(
      "INSERT INTO escalation_policies (id, chain_id, position, policy, last_notified_id, created_at) "
      "VALUES ($1, $2, $3, $4, NULL, $5)",
      {stored.policy.id, stored.chain, stored.policy.position, policy_text(stored.policy),
       stored.created_at});
}

void update_policy(Connection& db, const EscalationPolicy& policy) {
  db.execute("UPDATE escalation_policies SET policy = $2 WHERE id = $1", {policy.id, policy_text(policy)});
}

void delete_policy(Connection& db, const EscalationPolicyId& id) {
  db.execute("DELETE FROM escalation_policies WHERE id = $1", {id});
}

std::optional<StoredPolicy> find_policy(Connection& db, const EscalationPolicyId& id) {
  const Rows rows = db.query("SELECT " POLICY_COLUMNS " FROM escalation_policies p WHERE p.id = $1", {id});
  if (rows.empty()) return std::nullopt;
  return read_policy(rows[0]);
}

std::int64_t count_policies(Connection& db, const std::optional<std::string>& chain) {
  Where where;
  if (chain) where.add("chain_id = ?", *chain);
  return db.query("SELECT count(*) FROM escalation_policies" + where.text(), where.params())[0].integer(0);
}

std::vector<StoredPolicy> list_policies(Connection& db, const std::optional<std::string>& chain,
                                        std::int64_t limit, std::int64_t offset) {
  Where where;
  if (chain) where.add("p.chain_id = ?", *chain);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  return read_policies(db.query("SELECT " POLICY_COLUMNS
                                " FROM escalation_policies p JOIN escalation_chains c ON c.id = p.chain_id" +
                                    where.text() + " ORDER BY c.created_at, c.id, p.position" + limits,
                                where.params()));
}

std::vector<Slot> policy_slots(Connection& db, const EscalationChainId& chain) {
  std::vector<Slot> slots;
  for (const Row row : db.query(
           "SELECT id, position FROM escalation_policies WHERE chain_id = $1 ORDER BY position", {chain})) {
    slots.push_back({row.string(0), row.integer(1)});
  }
  return slots;
}

void move_policies(Connection& db, const std::vector<Slot>& moved) {
  // Out of the way first: the unique index looks at each row as it is written.
  std::int64_t aside = 0;
  for (const Slot& slot : moved)
    db.execute("UPDATE escalation_policies SET position = $2 WHERE id = $1", {slot.id, --aside});
  for (const Slot& slot : moved)
    db.execute("UPDATE escalation_policies SET position = $2 WHERE id = $1", {slot.id, slot.position});
}

}  // namespace tocsin::store
