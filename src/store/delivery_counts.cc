#include "store/delivery_counts.h"

namespace tocsin::store {
namespace {

std::int64_t day_of(Instant now) {
  return std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
}

}  // namespace

Question question_of_counts(const UserId& user, Instant now) {
  return {"SELECT kind, sent FROM delivery_counts WHERE user_id = $1 AND day = $2", {user, day_of(now)}};
}

int sent_today(const Rows& answer, std::string_view kind) {
  for (const Row row : answer) {
    if (row.text(0) == kind) return static_cast<int>(row.integer(1));
  }
  return 0;
}

void count_delivery(Connection& db, const UserId& user, std::string_view kind, Instant now) {
  db.execute_later(
      "INSERT INTO delivery_counts (user_id, kind, day, sent) VALUES ($1, $2, $3, 1) "
      "ON CONFLICT (user_id, kind, day) DO UPDATE SET sent = delivery_counts.sent + 1",
      {user, kind, day_of(now)});
}

}  // namespace tocsin::store
