// Pages that people start by hand: an alert group is opened through the team's direct-paging integration,
// which is made when the first page needs it.
//
// Source: docs/spec/api-alerting.md, section 7.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/notification/direct_paging.h"
#include "engine/batch.h"

namespace tocsin::engine {

struct DirectPage {
  std::optional<TeamId> team;
  std::string title;  // as people wrote them; escaped here
  std::optional<std::string> message;
  std::optional<std::string> source_url;
  bool important = false;
};

// The alert goes the way of every alert, in the batch's transaction.
AlertGroupId open_direct_page(Batch& batch, const DirectPage& page, const Actor& actor);

// Starts the personal chains at once. Errors: the group is resolved.
Result<void> page_users(Batch& batch, const AlertGroupId& group,
                        const std::vector<notification::PageRequest>& requests, const Actor& actor);

}  // namespace tocsin::engine
