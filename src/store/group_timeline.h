// What is known of an alert group's story: its log records, and why it was opened and joined.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "domain/model/log_record.h"
#include "store/connection.h"

namespace tocsin::store {

using LogRecord = std::variant<GroupRecord, PersonalRecord>;

// In the order in which they happened. A record that cannot be read any more is an error.
std::vector<LogRecord> records_of(Connection& db, const AlertGroupId& group);

struct AlertTrace {
  AlertId id;
  Instant created_at;
  bool is_first = false;
  std::string signals;  // JSON: why it joined, what it signalled, faults of templates
};
// The newest `limit` alerts, in order of arrival.
std::vector<AlertTrace> alert_traces(Connection& db, const AlertGroupId& group, std::int64_t limit);

// JSON: grouping key, routes tried and what each answered; "{}" once wiped.
std::string opened_because(Connection& db, const AlertGroupId& group);

}  // namespace tocsin::store
