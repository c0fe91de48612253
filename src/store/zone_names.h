// Names of time zones as people write them: "utc" and "europe/riga" are known, too (docs/spec/api-people.md,
// section 1: looked up ignoring case, kept as given).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/model/schedule.h"

namespace tocsin::store {

// The database's own spelling; nullopt when there is no such zone.
std::optional<std::string> zone_name(std::string_view text);

// As the rules of domain/schedule want them: with their zones in that spelling.
Schedule with_known_zones(Schedule schedule);
OnCallShift with_known_zones(OnCallShift shift);

}  // namespace tocsin::store
