// Escalation chains and their policies in the database.
//
// A policy's whole content is its JSON (domain/model/escalation.h); position and the round-robin pointer are
// columns, because other rows and running walks change them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model/escalation.h"
#include "domain/model/integration.h"
#include "store/connection.h"
#include "store/positions.h"

namespace tocsin::store {

// What an escalation starts with: the chain's policies by position, with the live round-robin pointers. Empty
// when there is no such chain.
std::vector<EscalationPolicy> policies_of(Connection& db, const EscalationChainId& chain);
// effect::SaveRoundRobinPointer: into the live policy, if it still exists.
void save_round_robin_pointer(Connection& db, const EscalationPolicyId& policy, const UserId& user);

void insert_chain(Connection& db, const EscalationChain& chain);
void update_chain(Connection& db, const EscalationChain& chain);
// Its policies go with it; routes that led to it lead nowhere.
void delete_chain(Connection& db, const EscalationChainId& id);
std::optional<EscalationChain> find_chain(Connection& db, const EscalationChainId& id);
std::optional<EscalationChain> find_chain_by_name(Connection& db, std::string_view name);

struct ChainFilter {
  std::optional<std::string> name;
  std::optional<std::string> team;  // id; "null": no team
};
std::int64_t count_chains(Connection& db, const ChainFilter& filter);
// Oldest first.
std::vector<EscalationChain> list_chains(Connection& db, const ChainFilter& filter, std::int64_t limit,
                                         std::int64_t offset);

struct StoredPolicy {
  EscalationChainId chain;
  EscalationPolicy policy;
  Instant created_at;
};
void insert_policy(Connection& db, const StoredPolicy& policy);
// The step alone; positions change with move_policies.
void update_policy(Connection& db, const EscalationPolicy& policy);
void delete_policy(Connection& db, const EscalationPolicyId& id);
std::optional<StoredPolicy> find_policy(Connection& db, const EscalationPolicyId& id);
std::int64_t count_policies(Connection& db, const std::optional<std::string>& chain);
// By chain (oldest first), then position.
std::vector<StoredPolicy> list_policies(Connection& db, const std::optional<std::string>& chain,
                                        std::int64_t limit, std::int64_t offset);

std::vector<Slot> policy_slots(Connection& db, const EscalationChainId& chain);
void move_policies(Connection& db, const std::vector<Slot>& moved);

}  // namespace tocsin::store
