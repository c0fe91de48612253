#include "store/group_changes.h"

#include <chrono>

namespace tocsin::store {
namespace {

constexpr std::int64_t kBetweenClearings = 1'000;

std::int64_t machine_time() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void clear_up(Connection& db, Connection::Turn turn, std::int64_t now) {
  db.execute_later("DELETE FROM alert_group_changes WHERE writer = $1 AND number <= $2",
                   {turn.writer, turn.number - kGroupChangesKept});
  const std::int64_t too_old = now - std::chrono::microseconds(kIdleWriterKept).count();
  for (const auto& [writer, number] : newest_group_changes(db)) {
    for (const Row row :
         db.query("SELECT written_at FROM alert_group_changes WHERE writer = $1 AND number = $2",
                  {writer, number})) {
      if (row.integer(0) < too_old)
        db.execute_later("DELETE FROM alert_group_changes WHERE writer = $1", {writer});
    }
  }
}

GroupEntry read_entry(const Row& row, std::size_t first) {
  return {.id = row.id<AlertGroupId>(first),
          .created_at = row.instant(first + 1),
          .integration = row.string(first + 2),
          .route = row.optional_string(first + 3),
          .state = row.integer(first + 4),
          .title = row.string(first + 5),
          .labels = row.string(first + 6)};
}

#define ENTRY_COLUMNS "g.id, g.created_at, g.integration_id, g.route_id, g.state, g.title, g.labels"

}  // namespace

void note_group_change(Connection& db, const AlertGroupId& group, Instant created_at) {
  const Connection::Turn turn = db.next_turn();
  const std::int64_t now = machine_time();
  db.write_later(
      "INSERT INTO alert_group_changes (writer, number, written_at, group_id, group_created_at) "
      "VALUES ($1, $2, $3, $4, $5)",
      0, {turn.writer, turn.number, now, group, created_at});
  if (turn.number % kBetweenClearings == 0) clear_up(db, turn, now);
}

ChangePositions newest_group_changes(Connection& db) {
  // From writer to writer through the index: there are few, and many changes of each.
  const Rows rows = db.query(
      "WITH RECURSIVE writers (writer) AS ("
      "SELECT MIN(writer) FROM alert_group_changes UNION ALL "
      "SELECT (SELECT MIN(c.writer) FROM alert_group_changes c WHERE c.writer > w.writer) FROM writers w "
      "WHERE w.writer IS NOT NULL) "
      "SELECT w.writer, (SELECT MAX(c.number) FROM alert_group_changes c WHERE c.writer = w.writer) "
      "FROM writers w WHERE w.writer IS NOT NULL");
  ChangePositions positions;
  for (const Row row : rows) positions[row.integer(0)] = row.integer(1);
  return positions;
}

std::vector<GroupChange> group_changes_after(Connection& db, std::int64_t writer, std::int64_t number,
                                             std::int64_t limit) {
  std::vector<GroupChange> changes;
  for (const Row row : db.query("SELECT c.number, c.group_id, c.group_created_at, " ENTRY_COLUMNS
                                " FROM alert_group_changes c LEFT JOIN alert_groups g ON g.id = c.group_id "
                                "WHERE c.writer = $1 AND c.number > $2 ORDER BY c.number LIMIT $3",
                                {writer, number, limit})) {
    changes.push_back({.number = row.integer(0),
                       .id = row.id<AlertGroupId>(1),
                       .created_at = row.instant(2),
                       .now = row.is_null(3) ? std::nullopt : std::optional(read_entry(row, 3))});
  }
  return changes;
}

std::vector<GroupEntry> groups_after(Connection& db, Instant created_at, const AlertGroupId& id,
                                     std::int64_t limit) {
  std::vector<GroupEntry> entries;
  for (const Row row : db.query(
           "SELECT " ENTRY_COLUMNS
           " FROM alert_groups g WHERE (g.created_at, g.id) > ($1, $2) ORDER BY g.created_at, g.id LIMIT $3",
           {created_at, id, limit})) {
    entries.push_back(read_entry(row, 0));
  }
  return entries;
}

}  // namespace tocsin::store
