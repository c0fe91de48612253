#include "engine/schedule_edits.h"

#include "engine/schedule_notices.h"
#include "store/schedules.h"

namespace tocsin::engine {

void settle(Batch& batch, const ScheduleId& schedule, store::Edit edit) {
  store::settle(batch.db, schedule, edit, batch.now());
  watch(batch, schedule);
}

void settle(Batch& batch, const std::vector<ScheduleId>& schedules, store::Edit edit) {
  for (const ScheduleId& schedule : schedules) settle(batch, schedule, edit);
}

void settle_schedules_of(Batch& batch, const UserId& user) {
  settle(batch, store::schedules_naming(batch.db, user), store::Edit::Changes);
}

}  // namespace tocsin::engine
