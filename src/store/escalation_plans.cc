#include "store/escalation_plans.h"

#include "base/digest.h"
#include "base/text.h"
#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::store {
namespace {

constexpr std::size_t kMostKnown = 1000;
constexpr std::size_t kIdBytes = 16;

EscalationSnapshot at_start(EscalationSnapshot snapshot) {
  snapshot.next_step = 0;
  snapshot.paused = false;
  for (SnapshotStep& step : snapshot.steps) {
    step.repeats = 0;
    step.evaluated = false;
    if (auto* turns = std::get_if<step::NotifyPersonNextEachTime>(&step.policy.step))
      turns->last_notified.reset();
  }
  return snapshot;
}

EscalationSnapshot read_plan(Connection& db, const std::string& id) {
  const Rows rows = db.query("SELECT content FROM escalation_plans WHERE id = $1", {id});
  if (rows.empty()) throw StorageError("escalation plan " + id + " is gone");
  const auto value = json::read(rows[0].text(0));
  auto plan = value ? escalation_snapshot_from_json(*value) : value.error();
  if (!plan)
    throw StorageError("escalation plan " + id + ": unreadable: " + plan.error().field + " " +
                       plan.error().message);
  plan->plan = id;
  return std::move(plan).value();
}

}  // namespace

std::string keep_plan(Connection& db, const EscalationSnapshot& snapshot) {
  const std::string content = json::write(to_json(at_start(snapshot)));
  std::string id = to_hex(std::string_view(digest(Digest::Sha256, content)).substr(0, kIdBytes));
  db.write_later("INSERT INTO escalation_plans (id, content) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", 1,
                 {id, content});
  return id;
}

const EscalationSnapshot& KnownPlans::find(Connection& db, const std::string& id) {
  const auto found = known_.find(id);
  if (found != known_.end()) return found->second;
  if (known_.size() >= kMostKnown) known_.clear();
  return known_.emplace(id, read_plan(db, id)).first->second;
}

}  // namespace tocsin::store
