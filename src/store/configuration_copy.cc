#include "store/configuration_copy.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/overloaded.h"
#include "store/migrations.h"
#include "store/transaction.h"

namespace tocsin::store {
namespace {

struct Kind {
  std::string_view table;
  TableKind kind;
  std::string_view secret = {};  // a column that is left empty in the copy
};

constexpr std::array kKinds = {
    Kind{"organization", TableKind::Configuration},
    Kind{"teams", TableKind::Configuration},
    Kind{"users", TableKind::Configuration},
    Kind{"team_members", TableKind::Configuration},
    Kind{"notification_rules", TableKind::Configuration},
    Kind{"escalation_chains", TableKind::Configuration},
    Kind{"escalation_policies", TableKind::Configuration},
    Kind{"integrations", TableKind::Configuration},
    Kind{"heartbeats", TableKind::Configuration},
    Kind{"routes", TableKind::Configuration},
    Kind{"webhooks", TableKind::Configuration},
    Kind{"personal_webhooks", TableKind::Configuration, "context"},
    Kind{"silences", TableKind::Configuration},
    Kind{"schedules", TableKind::Configuration},
    Kind{"on_call_shifts", TableKind::Configuration},
    Kind{"schedule_shifts", TableKind::Configuration},
    Kind{"shift_swaps", TableKind::Configuration},
    Kind{"calendar_feeds", TableKind::Configuration},
    Kind{"settled_events", TableKind::Configuration},   // who was on call, for a start in the past
    Kind{"delivery_counts", TableKind::Configuration},  // the limits of the day
    Kind{"slack_workspace", TableKind::Configuration},
    Kind{"slack_channels", TableKind::Configuration},
    Kind{"slack_user_groups", TableKind::Configuration},
    Kind{"slack_members", TableKind::Configuration},
    Kind{"schedule_notices", TableKind::Configuration},
    Kind{"shift_lead_times", TableKind::Configuration},

    Kind{"schema_migrations", TableKind::Runtime},  // the copy writes its own
    Kind{"alert_groups", TableKind::Runtime},
    Kind{"alert_group_tallies", TableKind::Runtime},
    Kind{"alert_group_labels", TableKind::Runtime},
    Kind{"alert_group_counts", TableKind::Runtime},
    Kind{"alert_group_changes", TableKind::Runtime},
    Kind{"alert_hours", TableKind::Runtime},
    Kind{"alerts", TableKind::Runtime},
    Kind{"log_records", TableKind::Runtime},
    Kind{"webhook_responses", TableKind::Runtime},
    Kind{"resolution_notes", TableKind::Runtime},
    Kind{"silenced_groups", TableKind::Runtime},
    Kind{"maintenance_groups", TableKind::Runtime},
    Kind{"published_events", TableKind::Runtime},
    Kind{"phone_relays", TableKind::Runtime},
    Kind{"shift_announcements", TableKind::Runtime},
    Kind{"outbox", TableKind::Runtime},
    Kind{"chat_posts", TableKind::Runtime},
    Kind{"escalation_plans", TableKind::Runtime},
    Kind{"escalations", TableKind::Runtime},
    Kind{"personal_chains", TableKind::Runtime},
    Kind{"sms_bundles", TableKind::Runtime},
    Kind{"timers", TableKind::Runtime},

    Kind{"api_tokens", TableKind::Secret},
    Kind{"export_tokens", TableKind::Secret},
    Kind{"webhook_secrets", TableKind::Secret},
    Kind{"secret_key", TableKind::Secret},
};

const Kind* find_kind(std::string_view table) {
  const auto* found = std::ranges::find(kKinds, table, &Kind::table);
  return found == kKinds.end() ? nullptr : found;
}

// Those migrations that made the source what it is.
std::vector<Migration> history_of(Connection& source) {
  std::set<std::int64_t> applied;
  try {
    for (const Row row : source.query("SELECT number FROM schema_migrations")) applied.insert(row.integer(0));
  } catch (const Busy&) {
    throw;
  } catch (const StorageError& error) {
    throw StorageError(std::string("there is no Tocsin database: ") + error.what());
  }
  std::vector<Migration> history;
  for (const Migration& step : migrations()) {
    if (applied.erase(step.number) > 0) history.push_back(step);
  }
  if (!applied.empty()) {
    throw StorageError("the database has schema version " + std::to_string(*applied.rbegin()) +
                       ", which this program does not know: use the Tocsin that serves it");
  }
  return history;
}

std::vector<std::string> columns_of(Connection& sqlite, const std::string& table) {
  std::vector<std::string> columns;
  for (const Row row : sqlite.query("SELECT name FROM pragma_table_info($1) ORDER BY cid", {table}))
    columns.push_back(row.string(0));
  return columns;
}

Param param_of(const Rows::Cell& cell) {
  return std::visit([](const auto& value) { return Param(value); }, cell);
}

void copy_table(Connection& source, Connection& target, const Kind& kind) {
  const std::string table(kind.table);
  const std::vector<std::string> columns = columns_of(target, table);
  std::string names, places;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    names += (i == 0 ? "" : ", ") + columns[i];
    places += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
  }
  const std::string insert = "INSERT INTO " + table + " (" + names + ") VALUES (" + places + ")";
  const Rows rows = source.query("SELECT " + names + " FROM " + table);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<Param> values;
    for (std::size_t column = 0; column < columns.size(); ++column)
      values.push_back(columns[column] == kind.secret ? Param(nullptr) : param_of(rows.cell(i, column)));
    target.execute(insert, Params(values));
  }
}

}  // namespace

std::optional<TableKind> kind_of_table(std::string_view table) {
  const Kind* found = find_kind(table);
  return found == nullptr ? std::nullopt : std::optional(found->kind);
}

std::vector<std::string> tables_of(Connection& sqlite) {
  std::vector<std::string> tables;
  for (const Row row : sqlite.query(
           "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"))
    tables.push_back(row.string(0));
  return tables;
}

void copy_configuration(Connection& source, Database& target, Instant now) {
  migrate(target, now, history_of(source));
  {
    const auto db = target.connect(Connection::Mode::Write);
    Transaction transaction(*db);
    for (const std::string& table : tables_of(*db)) {
      const Kind* kind = find_kind(table);
      if (kind != nullptr && kind->kind == TableKind::Configuration) copy_table(source, *db, *kind);
    }
    transaction.commit();
  }
  migrate(target, now);
}

}  // namespace tocsin::store
