#include "store/alert_lists.h"

#include "store/alert_hours.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

Where where_of(const AlertFilter& filter) {
  Where where;
  if (filter.id) where.add("id = ?", *filter.id);
  if (filter.group) where.add("group_id = ?", *filter.group);
  if (filter.search) where.add_search("payload", *filter.search);
  return where;
}

std::int64_t count_alerts(Connection& db, const AlertFilter& filter) {
  if (filter.group && !filter.id && !filter.search) {
    const Rows rows =
        db.query("SELECT alerts_count FROM alert_group_tallies WHERE group_id = $1", {*filter.group});
    return rows.empty() ? 0 : rows[0].integer(0);
  }
  const Where where = where_of(filter);
  return db.query("SELECT count(*) FROM alerts" + where.text(), where.params())[0].integer(0);
}

std::vector<ListedAlert> read_alerts(Connection& db, Where where, const Window& window) {
  const std::string limits = " LIMIT " + where.next(window.limit) + " OFFSET " + where.next(window.offset);
  std::vector<ListedAlert> alerts;
  for (const Row row : db.query("SELECT id, group_id, created_at, payload FROM alerts" + where.text() +
                                    " ORDER BY created_at DESC, id DESC" + limits,
                                where.params())) {
    alerts.push_back(read_alert(row, 0));
  }
  return alerts;
}

FoundAlerts find_all_alerts(Connection& db, const WindowOf& window_of) {
  const AlertDays days(db);
  Window window = window_of(days.all_alerts());
  const PlaceInHours place = days.place_of(db, window.offset);
  window.offset = place.offset;
  Where where;
  where.add("created_at < ?", place.before);
  return {days.all_alerts(), read_alerts(db, std::move(where), window)};
}

}  // namespace

ListedAlert read_alert(const Row& row, std::size_t first) {
  return {row.string(first), row.string(first + 1), row.instant(first + 2), row.string(first + 3)};
}

FoundAlerts find_alerts(Connection& db, const AlertFilter& filter, const WindowOf& window_of) {
  if (!filter.id && !filter.search && !filter.group) return find_all_alerts(db, window_of);
  const std::int64_t count = count_alerts(db, filter);
  return {count, read_alerts(db, where_of(filter), window_of(count))};
}

std::optional<ListedAlert> find_alert(Connection& db, const std::string& id) {
  auto found = read_alerts(db, where_of({.id = id}), {.limit = 1});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

}  // namespace tocsin::store
