// Who a phone relay reaches, and how often it was used (docs/spec/api-people.md, section 6).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "domain/model/person.h"
#include "store/connection.h"

namespace tocsin::store {

// The live user with exactly that address; `with_phone`: among those with a verified number.
std::optional<User> find_relay_user(Connection& db, std::string_view email, bool with_phone);

// Counts one more attempt of that day (UTC) and answers how many there are now.
std::int64_t count_relay_attempt(Connection& db, const UserId& user, std::chrono::sys_days day);

}  // namespace tocsin::store
