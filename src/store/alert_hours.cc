#include "store/alert_hours.h"

namespace tocsin::store {
namespace {

constexpr std::int64_t kMicrosInHour = 3'600'000'000;
constexpr std::int64_t kSlots = 8;  // two nodes seldom wait for each other's row

}  // namespace

std::int64_t hour_of(Instant at) {
  return to_micros(at) / kMicrosInHour;
}

void add_to_hour(Connection& db, std::int64_t hour, std::int64_t more) {
  db.execute_later(
      "INSERT INTO alert_hours (hour, slot, alerts) VALUES ($1, $2, $3) ON CONFLICT (hour, slot) DO UPDATE "
      "SET alerts = alert_hours.alerts + excluded.alerts",
      {hour, db.writer() % kSlots, more});
}

void subtract_alerts_of(Connection& db, std::string_view group) {
  for (const Row row : db.query("SELECT created_at / 3600000000, count(*) FROM alerts WHERE group_id = $1 "
                                "GROUP BY created_at / 3600000000",
                                {group})) {
    add_to_hour(db, row.integer(0), -row.integer(1));
  }
}

std::int64_t count_all_alerts(Connection& db) {
  return db.query("SELECT CAST(COALESCE(SUM(alerts), 0) AS BIGINT) FROM alert_hours")[0].integer(0);
}

PlaceInHours place_of_alert(Connection& db, std::int64_t offset) {
  PlaceInHours place{Instant::max(), offset};
  if (offset == 0) return place;
  for (const Row row : db.query(
           "SELECT hour, CAST(SUM(alerts) AS BIGINT) FROM alert_hours GROUP BY hour ORDER BY hour DESC")) {
    if (place.offset < row.integer(1)) break;
    place = {from_micros(row.integer(0) * kMicrosInHour), place.offset - row.integer(1)};
  }
  return place;
}

}  // namespace tocsin::store
