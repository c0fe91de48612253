#include "store/delivery_counts.h"

namespace tocsin::store {
namespace {

std::int64_t day_of(Instant now) {
  return std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
}

}  // namespace

int delivered_today(Connection& db, const UserId& user, std::string_view kind, Instant now) {
  const Rows rows = db.query("SELECT sent FROM delivery_counts WHERE user_id = $1 AND kind = $2 AND day = $3",
                             {user, kind, day_of(now)});
  return rows.empty() ? 0 : static_cast<int>(rows[0].integer(0));
}

void count_delivery(Connection& db, const UserId& user, std::string_view kind, Instant now) {
  db.execute_later(
      "INSERT INTO delivery_counts (user_id, kind, day, sent) VALUES ($1, $2, $3, 1) "
      "ON CONFLICT (user_id, kind, day) DO UPDATE SET sent = delivery_counts.sent + 1",
      {user, kind, day_of(now)});
}

}  // namespace tocsin::store
