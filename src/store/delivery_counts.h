// How much each person got today, for the daily limits (docs/spec/channels.md, section 1.5). Days are UTC.
#pragma once

#include <string_view>

#include "domain/model/ids.h"
#include "store/connection.h"

namespace tocsin::store {

// `kind`: "email" or "phone".
int delivered_today(Connection& db, const UserId& user, std::string_view kind, Instant now);
void count_delivery(Connection& db, const UserId& user, std::string_view kind, Instant now);

}  // namespace tocsin::store
