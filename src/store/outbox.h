// What has to leave for other people's servers, in the database: written in the transaction of the state
// change that wants it, claimed by the node that sends it, finished with what came of it.
//
// A claim is a lease: when it runs out, the row can be claimed again, so that a dead node loses nothing and a
// receiver may, at worst, see the same id twice. Rows are handed out in the order of their due times; what
// one webhook is told about one group leaves in the order of the events: a later row waits until the earlier
// one has ended or was given up.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "domain/model/ids.h"
#include "language/json/value.h"
#include "store/connection.h"

namespace tocsin::store {

struct OutboxRow {
  std::string id;     // the idempotency key that the receiver sees
  std::string queue;  // the lane: "email", "webhook:WH1", "slack:C123"
  std::string kind;   // how to read `payload`
  std::optional<AlertGroupId> group;
  std::optional<std::string> coalesce_key;
  json::Value payload;  // null: what is stored is unreadable
  Instant created_at;
  Instant due_at;
  std::int64_t attempts = 0;  // this one included, once claimed
};

// While a row with the same coalesce key waits, its payload is replaced instead, and it keeps its id. It then
// leaves at the earlier due time of the two, but never before a pause that a failed attempt has earned.
void insert_outbox(Connection& db, const OutboxRow& row);

// When a row of the group with that coalesce key left last; nullopt: none has.
std::optional<Instant> last_left(Connection& db, const AlertGroupId& group, std::string_view coalesce_key);

struct OutboxClaim {
  std::string node;
  Instant now;
  Instant until;           // end of the lease
  std::size_t limit = 64;  // rows in one claim
  // How many rows of that lane may be taken now; asked once a lane. Lanes without room are skipped.
  std::function<std::size_t(std::string_view queue)> room;
  std::vector<std::string> full;  // lanes known to have no room: their backlog is not even looked at
  std::set<std::string> held;     // what the node itself is sending, however late its lease
};
// Rows that are due, those of dead nodes included. In a write transaction.
std::vector<OutboxRow> claim_due(Connection& db, const OutboxClaim& claim);

// What came of one row.
struct Ended {
  std::string id;
  json::Value outcome;
};
// Many at once, one round trip. For each: false when the row is no longer this node's (its lease ran out and
// somebody else took it).
std::vector<bool> finish_each(Connection& db, std::string_view node, Instant now,
                              const std::vector<Ended>& ended);
// Both answer false when the row is no longer this node's.
// Gives the row back to wait until `at`. A newer row with its coalesce key makes it superfluous: finished.
bool retry_at(Connection& db, std::string_view id, std::string_view node, Instant now, Instant at,
              const json::Value& outcome);
// A claimed row that turned out to be impossible to send yet: as if it had not been claimed.
bool give_back(Connection& db, std::string_view id, std::string_view node, Instant now, Instant at);

// The node is still at it.
void renew_lease(Connection& db, std::string_view id, std::string_view node, Instant until);

// Whatever is claimed can be claimed again at once: for a node that knows itself to be the only one.
void end_all_leases(Connection& db, Instant now);

// When the next row, or the next lease, is due. Nullopt: nothing is under way.
std::optional<Instant> next_due(Connection& db);
// Rows that are due and not finished: how many, and since when the oldest is due.
struct OutboxBacklog {
  std::int64_t waiting = 0;
  std::optional<Instant> oldest_due;
};
OutboxBacklog outbox_backlog(Connection& db, Instant now);

// The delivery log of a group, oldest first.
struct OutboxEntry {
  OutboxRow row;
  std::optional<Instant> finished_at;
  std::optional<json::Value> outcome;
};
std::vector<OutboxEntry> outbox_of_group(Connection& db, const AlertGroupId& group);
std::optional<OutboxEntry> find_outbox(Connection& db, std::string_view id);
// At most `limit` finished rows; answers how many went.
std::int64_t delete_finished_before(Connection& db, Instant before, std::int64_t limit);

}  // namespace tocsin::store
