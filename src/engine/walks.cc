#include "engine/walks.h"

#include "domain/notification/bundle.h"
#include "engine/effects.h"
#include "engine/facts.h"
#include "store/alert_groups.h"
#include "store/escalations.h"

namespace tocsin::engine {
namespace {

// What a rule made of a walk; a tick that changed nothing writes nothing.
void save(Batch& batch, const std::optional<Escalation>& before, const escalation::Changed& next,
          const AlertGroup* group) {
  if (before != next.escalation) store::save_escalation(batch.db, before, next.escalation);
  carry_out(batch, next.effects, group);
}

void save(Batch& batch, const notification::ChainChanged& next, const AlertGroup& group) {
  batch.personal_chains.save(next.chain);
  if (next.bundle) store::save_sms_bundle(batch.db, *next.bundle);
  carry_out(batch, next.effects, &group);
}

struct Place {
  IntegrationId integration;
  std::optional<RouteId> route;
};

std::optional<Place> place_of(Batch& batch, const AlertGroupId& group, const AlertGroup* opened) {
  if (opened != nullptr) return Place{opened->integration, opened->route};
  const store::Rows rows =
      batch.db.query("SELECT integration_id, route_id FROM alert_groups WHERE id = $1", {group});
  if (rows.empty()) return std::nullopt;
  return Place{rows[0].id<IntegrationId>(0), rows[0].optional_id<RouteId>(1)};
}

}  // namespace

void start_escalation(Batch& batch, const effect::StartEscalation& start, const AlertGroup* opened) {
  const auto place = place_of(batch, start.group, opened);
  if (!place) return;
  std::optional<Escalation> before;
  if (opened == nullptr) before = store::find_escalation(batch.db, batch.plans, start.group);
  const escalation::StartFacts facts = start_facts(batch, place->integration, place->route);
  const escalation::Changed next =
      escalation::start(before.value_or(Escalation{.group = start.group}), facts, start.at);
  // A group that walks nothing has no row: most groups of a route without a chain.
  if (!before && next.escalation.finished) return;
  save(batch, before, next, nullptr);
}

void stop_escalation(Batch& batch, const AlertGroupId& group) {
  const auto before = store::find_escalation(batch.db, batch.plans, group);
  if (!before) return;
  store::save_escalation(batch.db, before, escalation::stop(*before));
}

void tick_escalation(Batch& batch, const AlertGroup& group, const std::optional<Escalation>& before,
                     std::uint64_t generation) {
  if (!before) return;
  const escalation::Facts facts = look_up(batch, group.id, escalation::needs(*before, group, generation));
  save(batch, before, escalation::tick(*before, group, generation, facts, batch.now()), &group);
}

void start_chain(Batch& batch, const effect::StartPersonalChain& start, const AlertGroup& group) {
  const auto previous = batch.personal_chains.find(start.group, start.user);
  save(batch,
       notification::start(previous.value_or(PersonalChain{.group = start.group, .user = start.user}), start,
                           group, chain_facts(batch, group, start.user, start.importance), batch.now()),
       group);
}

void stop_chain(Batch& batch, const effect::StopPersonalChain& stop) {
  const auto chain = batch.personal_chains.find(stop.group, stop.user);
  if (chain) batch.personal_chains.save(notification::stop(*chain));
}

void tick_chain(Batch& batch, const AlertGroup& group, const UserId& user, std::uint64_t generation) {
  const auto chain = batch.personal_chains.find(group.id, user);
  if (!chain || chain->generation != generation || !chain->running) return;
  save(batch,
       notification::tick(*chain, group, generation, chain_facts(batch, group, user, chain->importance),
                          batch.now()),
       group);
}

void flush_bundle(Batch& batch, const UserId& user, Importance importance, std::uint64_t generation) {
  const SmsBundle bundle = store::lock_sms_bundle(batch.db, user, importance);
  notification::FlushFacts facts{.user = batch.lookups.person(user), .groups = {}};
  for (const BundledSms& sms : bundle.waiting) {
    if (auto group = store::find_group(batch.db, sms.group)) facts.groups.emplace(sms.group, *group);
  }
  const notification::Flushed flushed = notification::flush(bundle, generation, facts, batch.now());
  if (flushed.bundle != bundle) store::save_sms_bundle(batch.db, flushed.bundle);
  carry_out(batch, flushed.effects);
}

}  // namespace tocsin::engine
