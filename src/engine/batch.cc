#include "engine/batch.h"

namespace tocsin::engine {

void Batch::configuration_changed() {
  configuration_changed_ = true;
  // Each time, not once a batch: a command that is undone takes its step back.
  db.execute("UPDATE organization SET config_version = config_version + 1");
}

}  // namespace tocsin::engine
