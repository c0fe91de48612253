#include "store/alert_hours.h"

namespace tocsin::store {
namespace {

constexpr std::int64_t kMicrosInHour = 3'600'000'000, kHoursInDay = 24;
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

AlertDays::AlertDays(Connection& db)
    : days_(db.query(
          "SELECT hour / 24, CAST(SUM(alerts) AS BIGINT) FROM alert_hours GROUP BY hour / 24 ORDER BY "
          "hour / 24 DESC")) {
  for (const Row day : days_) all_ += day.integer(1);
}

PlaceInHours AlertDays::place_of(Connection& db, std::int64_t offset) const {
  PlaceInHours place{Instant::max(), offset};
  if (offset == 0) return place;
  // Past whole days or hours; that in which it lies, if any.
  const auto walk = [&](const Rows& rows, std::int64_t hours_in_each) -> std::optional<std::int64_t> {
    for (const Row row : rows) {
      const std::int64_t first_hour = row.integer(0) * hours_in_each;
      if (place.offset < row.integer(1)) return first_hour;
      place = {from_micros(first_hour * kMicrosInHour), place.offset - row.integer(1)};
    }
    return std::nullopt;
  };
  const auto day = walk(days_, kHoursInDay);
  if (!day) return place;
  walk(db.query("SELECT hour, CAST(SUM(alerts) AS BIGINT) FROM alert_hours WHERE hour >= $1 AND hour < $2 "
                "GROUP BY hour ORDER BY hour DESC",
                {*day, *day + kHoursInDay}),
       1);
  return place;
}

}  // namespace tocsin::store
