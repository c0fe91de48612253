#include "engine/batch.h"

namespace tocsin::engine {

void Batch::configuration_changed() {
  if (configuration_changed_) return;
  configuration_changed_ = true;
  db.execute("UPDATE organization SET config_version = config_version + 1");
}

}  // namespace tocsin::engine
