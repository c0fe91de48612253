// How much each person got today, for the daily limits (docs/spec/channels.md, section 1.5). Days are UTC.
#pragma once

#include <string_view>

#include "domain/model/ids.h"
#include "store/connection.h"

namespace tocsin::store {

// For query_all, and what its answer says of a `kind`: "email" or "phone".
Question question_of_counts(const UserId& user, Instant now);
int sent_today(const Rows& answer, std::string_view kind);
void count_delivery(Connection& db, const UserId& user, std::string_view kind, Instant now);

}  // namespace tocsin::store
