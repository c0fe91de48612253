// Alert groups, alerts and log records in the database.
//
// The row's columns are what queries need; the whole state of the group (who acknowledged, generations, ...)
// is its JSON in `flags`, written together with them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model/alert_group.h"
#include "domain/model/integration.h"
#include "domain/model/log_record.h"
#include "store/connection.h"

namespace tocsin::store {

// Which alerts belong together: docs/spec/alert-groups.md, section 1.2.
struct GroupIdentity {
  std::string distinction;
  IntegrationId integration;
  std::optional<RouteId> route;
  friend auto operator<=>(const GroupIdentity&, const GroupIdentity&) = default;
};

// A row as found; its state is read only by who needs it (an alert that merely joins does not).
class StoredGroup {
 public:
  StoredGroup(AlertGroupId id, std::optional<RouteId> route, std::string flags, bool awaits_alert = false)
      : id_(std::move(id)), route_(std::move(route)), flags_(std::move(flags)), awaits_alert_(awaits_alert) {}
  const AlertGroupId& id() const { return id_; }
  // Its escalation is paused until the next alert; known only of open groups (find_open_groups).
  bool awaits_alert() const { return awaits_alert_; }
  AlertGroup read() const;

 private:
  AlertGroupId id_;
  std::optional<RouteId> route_;
  std::string flags_;
  bool awaits_alert_;
};

// The open group of each identity, in the order asked; nullopt where there is none. Holds their rows until
// the commit (PostgreSQL), so that no other node answers them meanwhile.
std::vector<std::optional<StoredGroup>> find_open_groups(Connection& db,
                                                         const std::vector<GroupIdentity>& identities);
// The newest resolved group of an identity.
std::optional<AlertGroup> find_latest_resolved(Connection& db, const GroupIdentity& identity);

struct NewGroup {
  AlertGroup group;
  Labels labels;
  std::string opened_because;  // JSON
  std::optional<std::string> source_link;
  Instant received_at;
};
// False when another node opened the same identity first.
bool insert_group(Connection& db, const NewGroup& created);
// Writes the state; counts of states follow it.
void update_group(Connection& db, const AlertGroup& before, const AlertGroup& after);
// `more` alerts joined, the last one being `last`.
void add_alerts(Connection& db, const AlertGroupId& group, std::int64_t more, const AlertId& last);
std::optional<AlertGroup> find_group(Connection& db, const AlertGroupId& id);
// As find_group, held until the commit.
std::optional<AlertGroup> lock_group(Connection& db, const AlertGroupId& id);

// Deletes a group with its alerts, labels and records; groups attached to it are free then. The caller
// counts.
void delete_group(Connection& db, const AlertGroupId& id);

// Payloads, and what was rendered from them; counts and times stay.
void wipe_alerts(Connection& db, const AlertGroupId& group);
// delete_group, and the counts of states follow; nothing when there is no such group.
void remove_group(Connection& db, const AlertGroupId& id);

// The organisation's next `count` group numbers; answers the first.
std::int64_t take_group_numbers(Connection& db, std::int64_t count);

// What the state column holds: new, acknowledged, silenced, resolved from 0 on (docs/spec/alert-groups.md,
// section 2).
std::int64_t state_number(GroupState state);

// Adds to how many groups stand in a state.
void count_groups(Connection& db, const IntegrationId& integration, const std::optional<RouteId>& route,
                  GroupState state, std::int64_t more);

struct NewAlert {
  AlertId id;
  AlertGroupId group;
  Instant created_at;
  std::string_view payload;
  std::string signals;  // JSON
  bool is_first = false;
};
void insert_alert(Connection& db, const NewAlert& alert);
// In order of arrival, at most `limit`.
std::vector<std::string> payloads_of(Connection& db, const AlertGroupId& group, std::size_t limit);

void insert_record(Connection& db, const GroupRecord& record);
void insert_record(Connection& db, const PersonalRecord& record);

}  // namespace tocsin::store
