#include "store/resolution_notes.h"

#include "store/where.h"

namespace tocsin::store {
namespace {

// A deleted user is nobody any more.
#define NOTES                                                                                   \
  "SELECT n.id, n.group_id, u.id, n.source, n.text, n.created_at FROM resolution_notes n JOIN " \
  "alert_groups g ON g.id = n.group_id LEFT JOIN users u ON u.id = n.author_id AND u.deleted_at IS NULL"

ResolutionNote read_note(const Row& row) {
  return {.id = row.id<ResolutionNoteId>(0),
          .group = row.id<AlertGroupId>(1),
          .author = row.optional_id<UserId>(2),
          .source = row.string(3),
          .text = row.string(4),
          .created_at = row.instant(5)};
}

Where where_of(const std::optional<std::string>& group) {
  Where where;
  where.add("n.deleted_at IS NULL");
  if (group) where.add("n.group_id = ?", *group);
  return where;
}

}  // namespace

void insert_resolution_note(Connection& db, const ResolutionNote& note) {
  db.execute(
      "INSERT INTO resolution_notes (id, group_id, author_id, source, text, created_at) VALUES ($1, $2, $3, "
      "$4, $5, $6)",
      {note.id, note.group, note.author, note.source, note.text, note.created_at});
}

void update_resolution_note(Connection& db, const ResolutionNote& note) {
  db.execute("UPDATE resolution_notes SET text = $2 WHERE id = $1", {note.id, note.text});
}

void delete_resolution_note(Connection& db, const ResolutionNoteId& id, Instant now) {
  db.execute("UPDATE resolution_notes SET deleted_at = $2 WHERE id = $1", {id, now});
}

std::optional<ResolutionNote> find_resolution_note(Connection& db, const ResolutionNoteId& id) {
  const Rows rows = db.query(NOTES " WHERE n.id = $1 AND n.deleted_at IS NULL", {id});
  if (rows.empty()) return std::nullopt;
  return read_note(rows[0]);
}

bool has_resolution_note(Connection& db, const AlertGroupId& group) {
  return !db.query("SELECT 1 FROM resolution_notes WHERE group_id = $1 AND deleted_at IS NULL LIMIT 1",
                   {group})
              .empty();
}

std::int64_t count_resolution_notes(Connection& db, const std::optional<std::string>& group) {
  const Where where = where_of(group);
  return db.query("SELECT count(*) FROM resolution_notes n" + where.text(), where.params())[0].integer(0);
}

std::vector<ResolutionNote> list_resolution_notes(Connection& db, const std::optional<std::string>& group,
                                                  std::int64_t limit, std::int64_t offset) {
  Where where = where_of(group);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  std::vector<ResolutionNote> notes;
  for (const Row row :
       db.query(NOTES + where.text() + " ORDER BY g.created_at DESC, g.id, n.created_at, n.id" + limits,
                where.params())) {
    notes.push_back(read_note(row));
  }
  return notes;
}

}  // namespace tocsin::store
