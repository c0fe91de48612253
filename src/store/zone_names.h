// Names of time zones as people write them: "utc" and "europe/riga" are known, too (docs/spec/api-people.md,
// section 1: looked up ignoring case, kept as given).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::store {

// The database's own spelling; nullopt when there is no such zone.
std::optional<std::string> zone_name(std::string_view text);

}  // namespace tocsin::store
