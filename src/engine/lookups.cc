#include "engine/lookups.h"

#include "store/escalation_chains.h"
#include "store/schedule_notices.h"

namespace tocsin::engine {

const std::vector<EscalationPolicy>& Lookups::policies(const EscalationChainId& chain) {
  const auto found = policies_.find(chain);
  if (found != policies_.end()) return found->second;
  return policies_.emplace(chain, store::policies_of(db_, chain)).first->second;
}

bool Lookups::any_webhook() {
  if (!any_webhook_)
    any_webhook_ = !db_.query("SELECT 1 FROM webhooks WHERE deleted_at IS NULL LIMIT 1").empty();
  return *any_webhook_;
}

const std::map<UserId, std::vector<std::chrono::seconds>>& Lookups::lead_times() {
  if (!lead_times_) lead_times_ = store::lead_times(db_);
  return *lead_times_;
}

void Lookups::forget() {
  people_.forget();
  policies_.clear();
  any_webhook_.reset();
  lead_times_.reset();
}

}  // namespace tocsin::engine
