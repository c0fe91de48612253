#include "engine/heartbeats.h"

#include "domain/integration/heartbeat.h"
#include "engine/internal_integration.h"

namespace tocsin::engine {
namespace {

using integration::Heartbeat;
using TwoMinutes = std::chrono::duration<std::int64_t, std::ratio<120>>;

struct Due {
  IntegrationId integration;
  std::chrono::seconds timeout;
  Heartbeat what;
};

// False when another node was faster, or a ping came in the meantime.
bool take_over(Batch& batch, const Due& due) {
  const bool expired = due.what == Heartbeat::Expired;
  return batch.db.execute(
             expired ? std::string_view("UPDATE heartbeats SET expired = 1 WHERE integration_id = $1 AND "
                                        "expired = 0 AND last_at + timeout_s * 1000000 <= $2")
                     : std::string_view("UPDATE heartbeats SET expired = 0 WHERE integration_id = $1 AND "
                                        "expired = 1 AND last_at + timeout_s * 1000000 >= $2"),
             {due.integration, batch.now()}) > 0;
}

bool raise(Batch& batch, const Due& due) {
  if (!take_over(batch, due)) return false;
  const auto found = batch.config->by_id.find(due.integration.str());
  if (found == batch.config->by_id.end() || !found->second->type->has_heartbeat()) return true;
  const auto& configured = found->second;
  const integration::HeartbeatFacts facts{configured->integration.name, due.timeout};
  std::ignore = raise_alert(batch, configured, configured->type->heartbeat(due.what, facts));
  return true;
}

}  // namespace

Instant next_heartbeat_check(Instant now) {
  return std::chrono::ceil<TwoMinutes>(now);
}

std::vector<Command> due_heartbeats(store::Connection& db, Instant now) {
  std::vector<Command> commands;
  for (const store::Row row : db.query(
           "SELECT integration_id, timeout_s, expired FROM heartbeats WHERE last_at IS NOT NULL AND "
           "timeout_s "
           "> 0 AND ((expired = 0 AND last_at + timeout_s * 1000000 <= $1) OR (expired = 1 AND last_at + "
           "timeout_s * 1000000 >= $1)) ORDER BY integration_id",
           {now})) {
    const Due due{row.id<IntegrationId>(0), std::chrono::seconds{row.integer(1)},
                  row.boolean(2) ? Heartbeat::Restored : Heartbeat::Expired};
    commands.push_back(Change{"heartbeat", [due](Batch& batch) { return raise(batch, due); }, {}});
  }
  return commands;
}

}  // namespace tocsin::engine
