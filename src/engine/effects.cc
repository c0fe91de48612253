#include "engine/effects.h"

#include "store/alert_groups.h"

namespace tocsin::engine {

void carry_out(Batch& batch, const Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* record = std::get_if<effect::AddRecord>(&effect)) {
      GroupRecord stored = record->record;
      stored.at = batch.next_instant();
      store::insert_record(batch.db, stored);
    } else if (const auto* wipe = std::get_if<effect::WipeAlerts>(&effect)) {
      store::wipe_alerts(batch.db, wipe->group);
    } else if (const auto* remove = std::get_if<effect::RemoveGroup>(&effect)) {
      store::remove_group(batch.db, remove->group);
    }
  }
}

}  // namespace tocsin::engine
