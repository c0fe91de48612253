// Silences by matcher in the database, and the groups that each one silenced.
#pragma once

#include <optional>
#include <vector>

#include "domain/model/silence.h"
#include "store/connection.h"

namespace tocsin::store {

void insert_silence(Connection& db, const Silence& silence);
// Ends it: nothing that opens from `at` on is silenced by it.
void end_silence(Connection& db, const SilenceId& id, Instant at);
std::optional<Silence> find_silence(Connection& db, const SilenceId& id);
// Those that have begun and not ended.
std::vector<Silence> silences_at(Connection& db, Instant now);

struct SilenceFilter {
  std::optional<Instant> active_at;  // begun or still to begin, not ended
};
std::int64_t count_silences(Connection& db, const SilenceFilter& filter);
// Newest first.
std::vector<Silence> list_silences(Connection& db, const SilenceFilter& filter, std::int64_t limit,
                                   std::int64_t offset);

void note_silenced_group(Connection& db, const SilenceId& silence, const AlertGroupId& group);
std::vector<AlertGroupId> groups_silenced_by(Connection& db, const SilenceId& silence);

}  // namespace tocsin::store
