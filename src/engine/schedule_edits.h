// Before a schedule changes: its past is settled as it was (store/settled.h), and it is looked at once the
// change is there, because somebody else may be on call (schedule_notices.h).
#pragma once

#include <vector>

#include "engine/batch.h"
#include "store/settled.h"

namespace tocsin::engine {

// Call it right before the change; nothing may ask who is on call between the two.
void settle(Batch& batch, const ScheduleId& schedule, store::Edit edit);
void settle(Batch& batch, const std::vector<ScheduleId>& schedules, store::Edit edit);
// Before a person's role or names change, or the person goes.
void settle_schedules_of(Batch& batch, const UserId& user);

}  // namespace tocsin::engine
