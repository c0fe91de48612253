#include "store/phone_relays.h"

#include "store/people.h"

namespace tocsin::store {

std::optional<User> find_relay_user(Connection& db, std::string_view email, bool with_phone) {
  for (const Row row : db.query(
           "SELECT id FROM users WHERE email = $1 AND deleted_at IS NULL ORDER BY created_at, id", {email})) {
    auto user = find_user(db, row.id<UserId>(0));
    if (user && (!with_phone || user->contacts.contains("phone"))) return user;
  }
  return std::nullopt;
}

std::int64_t count_relay_attempt(Connection& db, const UserId& user, std::chrono::sys_days day) {
  const std::int64_t number = day.time_since_epoch().count();
  db.execute(
      "INSERT INTO phone_relays (user_id, day, attempts) VALUES ($1, $2, 1) ON CONFLICT (user_id, day) "
      "DO UPDATE SET attempts = phone_relays.attempts + 1",
      {user, number});
  return db.query("SELECT attempts FROM phone_relays WHERE user_id = $1 AND day = $2", {user, number})[0]
      .integer(0);
}

}  // namespace tocsin::store
