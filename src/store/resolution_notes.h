// Resolution notes in the database (docs/spec/api-alerting.md, section 10).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/model/resolution_note.h"
#include "store/connection.h"

namespace tocsin::store {

void insert_resolution_note(Connection& db, const ResolutionNote& note);
void update_resolution_note(Connection& db, const ResolutionNote& note);
void delete_resolution_note(Connection& db, const ResolutionNoteId& id, Instant now);
// Live ones only, as everywhere here.
std::optional<ResolutionNote> find_resolution_note(Connection& db, const ResolutionNoteId& id);
bool has_resolution_note(Connection& db, const AlertGroupId& group);
std::int64_t count_resolution_notes(Connection& db, const std::optional<std::string>& group);
// By the group's start, newest first, then by the note's own time.
std::vector<ResolutionNote> list_resolution_notes(Connection& db, const std::optional<std::string>& group,
                                                  std::int64_t limit, std::int64_t offset);

}  // namespace tocsin::store
