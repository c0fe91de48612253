// What keeps a person from being paged for a group, whatever was begun.
//
// The same question at a chain's tick, when a bundle of text messages leaves, and right before a page goes
// out. Source: docs/spec/escalation.md, section 4.3.
#pragma once

#include <optional>

#include "base/instant.h"
#include "domain/model/alert_group.h"
#include "domain/model/notification.h"

namespace tocsin::notification {

enum class StopReason { Resolved, Wiped, Attached, Acknowledged, Silenced };

struct Page {
  UserId user;
  ChainCause cause = ChainCause::EscalationStep;
  Instant paged_at;  // when the chain was started
};

// nullopt: the person may be paged. Somebody who is paged by name is not spared by an acknowledgement or a
// silence, unless he himself acknowledged after his last page.
[[nodiscard]] std::optional<StopReason> find_stop(const AlertGroup& group, const Page& page);

}  // namespace tocsin::notification
