// Text messages to one person within two minutes leave as one.
//
// A bucket is (user, importance). The first message goes at once; what follows within the window is kept and
// leaves together when the window ends. The chain does not wait for it. Source: docs/spec/escalation.md,
// section 4.4.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

#include "base/instant.h"
#include "domain/model/alert_group.h"
#include "domain/model/effect.h"
#include "domain/model/notification.h"

namespace tocsin::notification {

inline constexpr std::chrono::seconds kBundleWindow{120};
// A flush that is overdue by more than this was lost and is set again.
inline constexpr std::chrono::seconds kOverdueTolerance{60};

struct Offered {
  SmsBundle bundle;
  bool send_now = false;
  Effects effects;
};
[[nodiscard]] Offered offer(SmsBundle bundle, BundledSms sms, Instant now);

struct FlushFacts {
  std::optional<Person> user;                 // nullopt: deleted
  std::map<AlertGroupId, AlertGroup> groups;  // those of the bundle that exist
};
struct Flushed {
  SmsBundle bundle;
  Effects effects;
};
// TimerKind::SmsBundleFlush: drops what was answered meanwhile; one message left is an ordinary one.
[[nodiscard]] Flushed flush(SmsBundle bundle, std::uint64_t generation, const FlushFacts& facts, Instant now);

}  // namespace tocsin::notification
