#include "domain/notification/stops.h"

namespace tocsin::notification {

std::optional<StopReason> find_stop(const AlertGroup& group, const Page& page) {
  if (group.resolved) return StopReason::Resolved;
  if (group.wiped_at) return StopReason::Wiped;
  if (group.attached()) return StopReason::Attached;
  const bool by_name = page.cause == ChainCause::DirectPaging || page.cause == ChainCause::Invitation;
  if (group.acknowledged) {
    const bool answered_himself =
        group.acknowledged_by_user == page.user && group.acknowledged_at >= page.paged_at;
    if (!by_name || answered_himself) return StopReason::Acknowledged;
  }
  if (group.silenced && !by_name) return StopReason::Silenced;
  return std::nullopt;
}

}  // namespace tocsin::notification
