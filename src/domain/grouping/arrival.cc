#include "domain/grouping/arrival.h"

#include <iterator>
#include <utility>

#include "domain/grouping/attach.h"

namespace tocsin::grouping {
namespace {

void append(Transition& to, Transition next) {
  to.group = std::move(next.group);
  to.effects.insert(to.effects.end(), std::make_move_iterator(next.effects.begin()),
                    std::make_move_iterator(next.effects.end()));
}

void publish(Transition& to, const Arrival& arrival) {
  if (arrival.maintenance == MaintenanceMode::Maintenance) return;
  to.effects.push_back(effect::PublishAlert{to.group.id, arrival.alert});
}

// First the acknowledgement, then the resolve: with both, the log says both and the group ends resolved.
void follow_signals(Transition& to, const Arrival& arrival, Instant now) {
  const Actor source{.by = AnsweredBy::Source};
  if (arrival.acknowledge_signal)
    append(to, apply(std::move(to.group), command::Acknowledge{}, source, {}, now));
  if (arrival.resolve_signal) append(to, apply(std::move(to.group), command::Resolve{}, source, {}, now));
}

}  // namespace

Transition open_group(NewGroup opened, const Arrival& arrival, Instant now) {
  Transition out{std::move(opened.group), {}};
  out.group.started_at = now;
  const Actor nobody{.by = AnsweredBy::Source};

  GroupRecord route = make_record(out.group, GroupRecordType::RouteAssigned, nobody, now);
  route.subject = opened.route_name;
  route.chain = opened.chain_name;
  out.effects.push_back(effect::AddRecord{make_record(out.group, GroupRecordType::Registered, nobody, now)});
  out.effects.push_back(effect::AddRecord{std::move(route)});
  out.effects.push_back(effect::FireWebhooks{out.group.id, WebhookTrigger::AlertGroupCreated, std::nullopt});
  publish(out, arrival);
  out.effects.push_back(effect::StartEscalation{out.group.id, now + kFirstTickDelay});
  follow_signals(out, arrival, now);
  if (arrival.maintenance == MaintenanceMode::Maintenance && arrival.maintenance_group) {
    append(out, attach(std::move(out.group), *arrival.maintenance_group, nobody, now));
  }
  return out;
}

Transition join(AlertGroup group, const Arrival& arrival, Instant now) {
  Transition out{std::move(group), {}};
  publish(out, arrival);
  if (out.group.resolved) return out;
  if (arrival.autoresolve_off) out.group.resolved_by = AnsweredBy::AutoResolveOff;
  if (arrival.escalation_awaits_alert)
    out.effects.push_back(effect::StartEscalation{out.group.id, now + kFirstTickDelay});
  follow_signals(out, arrival, now);
  return out;
}

}  // namespace tocsin::grouping
