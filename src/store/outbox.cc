#include "store/outbox.h"

#include <map>
#include <set>

#include "language/json/read.h"
#include "language/json/write.h"
#include "store/placeholders.h"

namespace tocsin::store {
namespace {

#define OUTBOX_COLUMNS "id, queue, kind, group_id, coalesce_key, payload, created_at, due_at, attempts"

// One spoilt row must not keep the others from leaving.
json::Value read_json(std::string_view text) {
  auto value = json::read(text);
  return value ? std::move(value).value() : json::Value();
}

OutboxRow read_row(const Row& row) {
  return {.id = row.string(0),
          .queue = row.string(1),
          .kind = row.string(2),
          .group = row.optional_id<AlertGroupId>(3),
          .coalesce_key = row.optional_string(4),
          .payload = read_json(row.text(5)),
          .created_at = row.instant(6),
          .due_at = row.instant(7),
          .attempts = row.integer(8)};
}

OutboxEntry read_entry(const Row& row) {
  OutboxEntry entry{read_row(row), row.optional_instant(9), std::nullopt};
  if (!row.is_null(10)) entry.outcome = read_json(row.text(10));
  return entry;
}

// Of one row that is named by its id. Spelled so that no partial index fits: PostgreSQL, planning while the
// table was empty, would take one in place of the primary key and walk through all of it, for good.
#define STILL_CLAIMED "claimed_by = $2 AND COALESCE(finished_at, 0) = 0 "

// Two nodes must not edit the same chat post side by side: a row whose coalesce key is just being sent waits.
// Asked of those alone that have one, not as a join of all with all.
#define SELECT_WAITING                                                                                    \
  "SELECT id, queue FROM outbox o WHERE finished_at IS NULL AND claimed_by IS NULL AND due_at <= $1 AND " \
  "(o.coalesce_key IS NULL OR NOT EXISTS (SELECT 1 FROM outbox c WHERE c.coalesce_key = "                 \
  "o.coalesce_key AND c.finished_at IS NULL AND c.claimed_by IS NOT NULL AND c.claimed_until > $1)) "
// A receiver must not hear of "resolved" before "acknowledged" because the first call is being repeated.
#define IN_ORDER                                                                                           \
  "AND NOT (substr(queue, 1, 8) = 'webhook:' AND group_id IS NOT NULL AND EXISTS (SELECT 1 FROM outbox e " \
  "WHERE substr(e.queue, 1, 8) = 'webhook:' AND e.queue = o.queue AND e.group_id = o.group_id AND "        \
  "e.finished_at IS NULL AND (e.created_at < o.created_at OR (e.created_at = o.created_at AND e.id < "     \
  "o.id)))) "
#define SELECT_ABANDONED                                                                                   \
  "SELECT id, queue FROM outbox o WHERE finished_at IS NULL AND claimed_by IS NOT NULL AND claimed_until " \
  "<= $1 "
#define NOT_FULL_SQLITE "AND queue NOT IN (SELECT value FROM json_each($2)) "
#define NOT_FULL_POSTGRES "AND queue NOT IN (SELECT jsonb_array_elements_text(CAST($2 AS jsonb))) "
#define FIRST_DUE "ORDER BY due_at, created_at LIMIT $3"
#define FIRST_OVER "ORDER BY claimed_until LIMIT $3"

struct Candidates {
  std::string_view waiting;
  std::string_view abandoned;
};
Candidates candidates_sql(const Connection& db) {
  if (db.dialect() == Dialect::Sqlite)
    return {SELECT_WAITING IN_ORDER NOT_FULL_SQLITE FIRST_DUE, SELECT_ABANDONED NOT_FULL_SQLITE FIRST_OVER};
  return {SELECT_WAITING IN_ORDER NOT_FULL_POSTGRES FIRST_DUE " FOR UPDATE SKIP LOCKED",
          SELECT_ABANDONED NOT_FULL_POSTGRES FIRST_OVER " FOR UPDATE SKIP LOCKED"};
}

std::string names_text(const std::vector<std::string>& names) {
  json::Array out;
  for (const std::string& name : names) out.emplace_back(name);
  return json::write(json::Value(std::move(out)));
}

// Those rows, which the transaction holds, in the order asked.
std::vector<OutboxRow> claim_those(Connection& db, const OutboxClaim& claim,
                                   const std::vector<std::string>& ids) {
  if (ids.empty()) return {};
  std::vector<Param> params{claim.node, claim.until};
  const std::string those = add_list(params, ids);
  std::map<std::string, OutboxRow, std::less<>> claimed;
  for (const Row row : db.query(
           "UPDATE outbox SET claimed_by = $1, claimed_until = $2, attempts = attempts + 1 WHERE id IN " +
               those + " RETURNING " OUTBOX_COLUMNS,
           params)) {
    claimed.emplace(row.string(0), read_row(row));
  }
  std::vector<OutboxRow> in_order;
  for (const std::string& id : ids) in_order.push_back(std::move(claimed.at(id)));
  return in_order;
}

}  // namespace

void insert_outbox(Connection& db, const OutboxRow& row) {
  const std::string payload = json::write(row.payload);
  if (!row.coalesce_key) {
    return db.write_later(
        "INSERT INTO outbox (id, queue, kind, group_id, coalesce_key, payload, created_at, due_at, attempts) "
        "VALUES ($1, $2, $3, $4, NULL, $5, $6, $7, 0)",
        0, {row.id, row.queue, row.kind, row.group, payload, row.created_at, row.due_at});
  }
  db.execute_later(
      "INSERT INTO outbox (id, queue, kind, group_id, coalesce_key, payload, created_at, due_at, attempts) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) "
      "ON CONFLICT (coalesce_key) WHERE coalesce_key IS NOT NULL AND finished_at IS NULL AND claimed_by IS "
      "NULL DO UPDATE SET payload = excluded.payload, queue = excluded.queue, kind = excluded.kind, "
      "due_at = CASE WHEN outbox.attempts = 0 AND excluded.due_at < outbox.due_at THEN excluded.due_at "
      "ELSE outbox.due_at END",
      {row.id, row.queue, row.kind, row.group, row.coalesce_key, payload, row.created_at, row.due_at});
}

std::optional<Instant> last_left(Connection& db, const AlertGroupId& group, std::string_view coalesce_key) {
  return db
      .query(
          "SELECT MAX(COALESCE(finished_at, due_at)) FROM outbox WHERE group_id = $1 AND coalesce_key = $2 "
          "AND "
          "(finished_at IS NOT NULL OR claimed_by IS NOT NULL)",
          {group, coalesce_key})[0]
      .optional_instant(0);
}

std::vector<OutboxRow> claim_due(Connection& db, const OutboxClaim& claim) {
  const Candidates sql = candidates_sql(db);
  const std::string full = names_text(claim.full);
  std::map<std::string, std::size_t, std::less<>> room;
  std::vector<std::string> wanted;
  const auto choose = [&](const Rows& rows) {
    for (const Row found : rows) {
      if (wanted.size() >= claim.limit) return;
      if (claim.held.contains(found.string(0))) continue;
      auto lane = room.find(found.text(1));
      if (lane == room.end()) lane = room.emplace(found.string(1), claim.room(found.text(1))).first;
      if (lane->second == 0) continue;
      --lane->second;
      wanted.push_back(found.string(0));
    }
  };
  // More candidates than rows to take, so that one lane's backlog does not hide the others.
  const auto looked_at = static_cast<std::int64_t>(claim.limit * 4);
  choose(db.query(sql.abandoned, {claim.now, full, looked_at}));
  choose(db.query(sql.waiting, {claim.now, full, looked_at}));
  return claim_those(db, claim, wanted);
}

std::vector<bool> finish_each(Connection& db, std::string_view node, Instant now,
                              const std::vector<Ended>& ended) {
  if (ended.empty()) return {};
  std::vector<std::string> outcomes;
  for (const Ended& one : ended) outcomes.push_back(json::write(one.outcome));
  std::vector<Param> params{now, node}, rows;
  std::set<std::string_view> named;  // of two outcomes of one row the first stands
  for (std::size_t i = 0; i < ended.size(); ++i) {
    if (named.insert(ended[i].id).second) rows.insert(rows.end(), {ended[i].id, outcomes[i]});
  }
  const std::string values = add_rows(params, rows, 2);
  std::set<std::string> ours;
  for (const Row row :
       db.query("UPDATE outbox SET finished_at = $1, outcome = v.column2, claimed_by = NULL, claimed_until = "
                "NULL FROM (VALUES " +
                    values + ") v WHERE id = v.column1 AND " STILL_CLAIMED "RETURNING id",
                params)) {
    ours.insert(row.string(0));
  }
  std::vector<bool> each;
  for (const Ended& one : ended) each.push_back(ours.erase(one.id) > 0);
  return each;
}

namespace {

// A row that would return under a coalesce key which a newer one holds by now has nothing left to say.
bool finish_superseded(Connection& db, std::string_view id, std::string_view node, Instant now) {
  return db.execute(
             "UPDATE outbox SET finished_at = $3, outcome = '{\"result\":\"superseded\"}', claimed_by = "
             "NULL, "
             "claimed_until = NULL WHERE id = $1 AND " STILL_CLAIMED
             "AND EXISTS "
             "(SELECT 1 FROM outbox newer WHERE newer.coalesce_key = outbox.coalesce_key AND "
             "newer.finished_at IS NULL AND newer.claimed_by IS NULL)",
             {id, node, now}) > 0;
}

}  // namespace

bool retry_at(Connection& db, std::string_view id, std::string_view node, Instant now, Instant at,
              const json::Value& outcome) {
  if (finish_superseded(db, id, node, now)) return true;
  return db.execute(
             "UPDATE outbox SET due_at = $3, outcome = $4, claimed_by = NULL, claimed_until = NULL "
             "WHERE id = $1 AND " STILL_CLAIMED,
             {id, node, at, json::write(outcome)}) > 0;
}

bool give_back(Connection& db, std::string_view id, std::string_view node, Instant now, Instant at) {
  if (finish_superseded(db, id, node, now)) return true;
  return db.execute(
             "UPDATE outbox SET due_at = $3, attempts = attempts - 1, claimed_by = NULL, claimed_until = "
             "NULL WHERE id = $1 AND " STILL_CLAIMED,
             {id, node, at}) > 0;
}

void renew_lease(Connection& db, std::string_view id, std::string_view node, Instant until) {
  db.execute_later("UPDATE outbox SET claimed_until = $3 WHERE id = $1 AND " STILL_CLAIMED,
                   {id, node, until});
}

void end_all_leases(Connection& db, Instant now) {
  db.execute_later(
      "UPDATE outbox SET claimed_until = $1 WHERE finished_at IS NULL AND claimed_by IS NOT NULL", {now});
}

std::optional<Instant> next_due(Connection& db) {
  // Not MIN(): the order names the index, whatever PostgreSQL believes of the table's size.
  const std::vector<Rows> found = db.query_all(std::vector<Question>{
      {"SELECT due_at FROM outbox WHERE finished_at IS NULL AND claimed_by IS NULL ORDER BY due_at, "
       "created_at LIMIT 1",
       {}},
      {"SELECT claimed_until FROM outbox WHERE finished_at IS NULL AND claimed_by IS NOT NULL ORDER BY "
       "claimed_until LIMIT 1",
       {}}});
  std::optional<Instant> next;
  for (const Rows& rows : found) {
    if (!rows.empty() && (!next || rows[0].instant(0) < *next)) next = rows[0].instant(0);
  }
  return next;
}

OutboxBacklog outbox_backlog(Connection& db, Instant now) {
  const Rows rows =
      db.query("SELECT COUNT(*), MIN(due_at) FROM outbox WHERE finished_at IS NULL AND due_at <= $1", {now});
  return {rows[0].integer(0), rows[0].optional_instant(1)};
}

std::vector<OutboxEntry> outbox_of_group(Connection& db, const AlertGroupId& group) {
  std::vector<OutboxEntry> entries;
  for (const Row row :
       db.query("SELECT " OUTBOX_COLUMNS
                ", finished_at, outcome FROM outbox WHERE group_id = $1 ORDER BY created_at, id",
                {group})) {
    entries.push_back(read_entry(row));
  }
  return entries;
}

std::optional<OutboxEntry> find_outbox(Connection& db, std::string_view id) {
  const Rows rows =
      db.query("SELECT " OUTBOX_COLUMNS ", finished_at, outcome FROM outbox WHERE id = $1", {id});
  if (rows.empty()) return std::nullopt;
  return read_entry(rows[0]);
}

std::int64_t delete_finished_before(Connection& db, Instant before, std::int64_t limit) {
  return db.execute(
      "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE finished_at < $1 ORDER BY finished_at "
      "LIMIT $2)",
      {before, limit});
}

}  // namespace tocsin::store
