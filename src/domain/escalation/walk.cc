#include "domain/escalation/walk.h"

#include <utility>

namespace tocsin::escalation {
namespace {

EscalationSnapshot make_snapshot(const StartFacts& facts) {
  EscalationSnapshot snapshot{.route = facts.route,
                              .route_name = facts.route_name,
                              .chain = *facts.chain,
                              .chain_name = facts.chain_name};
  for (const EscalationPolicy& policy : facts.policies) snapshot.steps.push_back({.policy = policy});
  return snapshot;
}

}  // namespace

Changed start(Escalation escalation, const StartFacts& facts, Instant at) {
  ++escalation.generation;
  if (facts.in_maintenance || !facts.route || !facts.chain) {
    escalation.finished = true;
    escalation.due.reset();
    return {std::move(escalation), {}};
  }
  if (!escalation.paused()) escalation.snapshot = make_snapshot(facts);
  escalation.finished = false;
  escalation.due = at;
  const Timer tick{.kind = TimerKind::EscalationTick,
                   .generation = escalation.generation,
                   .at = at,
                   .group = escalation.group};
  return {std::move(escalation), {effect::SetTimer{tick}}};
}

Escalation stop(Escalation escalation) {
  ++escalation.generation;
  escalation.finished = true;
  escalation.due.reset();
  return escalation;
}

TickGuard guard(const Escalation& escalation, const AlertGroup& group, std::uint64_t generation) {
  if (generation != escalation.generation || escalation.finished) return TickGuard::Ignore;
  if (group.resolved || group.acknowledged || group.silenced_forever()) return TickGuard::Stop;
  if (group.silenced) return TickGuard::Ignore;  // the end of the silence starts it again
  if (group.attached() || group.wiped_at || !escalation.snapshot) return TickGuard::Ignore;
  return TickGuard::Run;
}

}  // namespace tocsin::escalation
