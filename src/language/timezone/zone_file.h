// Whether the time-zone database has a file of that name.
//
// cctz keeps every name it was ever asked for, also those that do not exist; names that come from payloads,
// templates and calendars would let it grow for ever. So they are asked for here first.
#pragma once

#include <string>

namespace tocsin::timezone {

bool has_zone_file(const std::string& name);

}  // namespace tocsin::timezone
