// The sentences of the log (docs/spec/alert-groups.md, section 10), and which of them the time line leaves
// out.
#pragma once

#include <string>

#include "domain/model/log_record.h"

namespace tocsin {

// Empty for the records that have no text (finished, reminder, invitation triggered).
std::string text_of(const GroupRecord& record);
std::string text_of(const PersonalRecord& record);

bool is_in_timeline(const GroupRecord& record);
bool is_in_timeline(const PersonalRecord& record);

}  // namespace tocsin
