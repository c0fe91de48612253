// Paging people by name, beside a group's own escalation.
//
// Source: docs/spec/escalation.md, section 5; docs/spec/alert-groups.md, section 11.
#pragma once

#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "domain/model/alert_group.h"
#include "domain/model/effect.h"

namespace tocsin::notification {

struct PageRequest {
  Person user;
  Importance importance = Importance::Default;
};

// Each one's chain starts at once; one that runs starts over. A resolved group refuses.
[[nodiscard]] Result<Effects> page(const AlertGroup& group, const std::vector<PageRequest>& requests,
                                   const Actor& actor, Instant now);

// Recorded even if nothing was running.
[[nodiscard]] Effects unpage(const AlertGroup& group, const Person& user, const Actor& actor, Instant now);

// Who is paged: the group's records in order, replayed.
[[nodiscard]] std::vector<PageRequest> paged_users(const std::vector<GroupRecord>& records);

}  // namespace tocsin::notification
