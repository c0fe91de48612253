// Which alert groups were written of late, in the order of commits, so that a list in memory can follow those
// of all nodes (docs/decisions/0081).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "domain/model/ids.h"
#include "store/connection.h"

namespace tocsin::store {

// Of each writer at least so many changes are kept. Who is further behind must read all groups anew.
inline constexpr std::int64_t kGroupChangesKept = 50'000;
// Changes of a writer that wrote nothing since are kept so long.
inline constexpr std::chrono::hours kIdleWriterKept{1};

// What a list shows or looks for has changed, or the group is about to be deleted.
void note_group_change(Connection& db, const AlertGroupId& group, Instant created_at);

// The last change of each writer.
using ChangePositions = std::map<std::int64_t, std::int64_t>;
ChangePositions newest_group_changes(Connection& db);

// A group as a list knows it.
struct GroupEntry {
  AlertGroupId id;
  Instant created_at;
  std::string integration;
  std::optional<std::string> route;
  std::int64_t state = 0;  // state_number()
  std::string title;
  std::string labels;  // JSON, see json_columns.h
};

struct GroupChange {
  std::int64_t number = 0;
  AlertGroupId id;
  Instant created_at;
  std::optional<GroupEntry> now;  // none: deleted
};
// What the writer changed after `number`, oldest first, at most `limit`.
std::vector<GroupChange> group_changes_after(Connection& db, std::int64_t writer, std::int64_t number,
                                             std::int64_t limit);

// Groups in the order of (created_at, id), those after the one named, at most `limit`.
std::vector<GroupEntry> groups_after(Connection& db, Instant created_at, const AlertGroupId& id,
                                     std::int64_t limit);

}  // namespace tocsin::store
