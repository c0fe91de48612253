// What rules must know of the world: who is on call, who belongs to a team, what a webhook is called.
#pragma once

#include "domain/escalation/tick.h"
#include "domain/notification/chain.h"
#include "engine/batch.h"

namespace tocsin::engine {

// As of the batch's time, for one step of one group's escalation.
escalation::Facts look_up(Batch& batch, const AlertGroupId& group, const escalation::Need& need);

// The route of a group as it is configured now; nullptr when it is gone.
const Route* find_route(const Batch& batch, const IntegrationId& integration,
                        const std::optional<RouteId>& route);
// For a fresh snapshot of the group's escalation.
escalation::StartFacts start_facts(Batch& batch, const IntegrationId& integration,
                                   const std::optional<RouteId>& route);

notification::ChainFacts chain_facts(Batch& batch, const AlertGroup& group, const UserId& user,
                                     Importance importance);

}  // namespace tocsin::engine
