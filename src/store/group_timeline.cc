#include "store/group_timeline.h"

#include <algorithm>

#include "language/json/read.h"

namespace tocsin::store {
namespace {

LogRecord read_record(const Row& row) {
  const auto value = json::read(row.text(1));
  if (!value) throw StorageError("unreadable log record: " + value.error().message);
  if (row.text(0) == "alert_group") {
    auto record = group_record_from_json(*value);
    if (!record) throw StorageError("unreadable log record: " + record.error().message);
    return std::move(record).value();
  }
  auto record = personal_record_from_json(*value);
  if (!record) throw StorageError("unreadable log record: " + record.error().message);
  return std::move(record).value();
}

}  // namespace

std::vector<LogRecord> records_of(Connection& db, const AlertGroupId& group) {
  std::vector<LogRecord> records;
  for (const Row row :
       db.query("SELECT realm, detail FROM log_records WHERE group_id = $1 ORDER BY created_at", {group})) {
    records.push_back(read_record(row));
  }
  return records;
}

std::vector<AlertTrace> alert_traces(Connection& db, const AlertGroupId& group, std::int64_t limit) {
  std::vector<AlertTrace> traces;
  for (const Row row : db.query("SELECT id, created_at, is_first, signals FROM alerts WHERE group_id = $1 "
                                "ORDER BY created_at DESC LIMIT $2",
                                {group, limit})) {
    traces.push_back({row.id<AlertId>(0), row.instant(1), row.boolean(2), row.string(3)});
  }
  std::reverse(traces.begin(), traces.end());
  return traces;
}

std::string opened_because(Connection& db, const AlertGroupId& group) {
  const Rows rows = db.query("SELECT opened_because FROM alert_groups WHERE id = $1", {group});
  return rows.empty() ? "{}" : rows[0].string(0);
}

}  // namespace tocsin::store
