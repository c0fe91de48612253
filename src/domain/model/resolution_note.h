// What people wrote down about an alert group.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "domain/model/ids.h"

namespace tocsin {

// Where a note was written, as stored and answered.
inline constexpr std::string_view kNoteFromWeb = "Web";
inline constexpr std::string_view kNoteFromSlack = "Slack";
inline constexpr std::string_view kNoteFromMobileApp = "Mobile App";

struct ResolutionNote {
  ResolutionNoteId id;
  AlertGroupId group;
  std::optional<UserId> author;  // nullopt: a service account
  std::string source{kNoteFromWeb};
  std::string text;
  Instant created_at;
};

}  // namespace tocsin
