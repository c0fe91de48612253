// Whom the rest of a walk will page: what a webhook's receiver is told as `users_to_be_notified`.
//
// Pure. Steps that name people, take turns or ask a schedule count; teams and Slack groups do not, as in
// OnCall. Source: docs/spec/outgoing-webhooks.md, section 3.
#pragma once

#include <vector>

#include "domain/escalation/tick.h"

namespace tocsin::escalation {

struct StepAhead {
  Step step;
  Need need;  // need::Users or need::OnCall: what will_notify() must be told
};

// In the order of the chain, from the step that comes next. None when the walk has ended by itself.
std::vector<StepAhead> steps_ahead(const Escalation& escalation);
// `people`: the answer to `ahead.need`, as of now.
std::vector<UserId> will_notify(const StepAhead& ahead, const std::vector<Person>& people);

}  // namespace tocsin::escalation
