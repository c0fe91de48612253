#include "store/silences.h"

#include "language/json/read.h"
#include "language/json/write.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

#define SILENCES \
  "SELECT id, matchers, starts_at, ends_at, comment, author_id, author_name, created_at FROM silences"

std::string matchers_text(const std::vector<SilenceMatcher>& matchers) {
  json::Array out;
  for (const SilenceMatcher& matcher : matchers) out.push_back(to_json(matcher));
  return json::write(json::Value(std::move(out)));
}

Silence read_silence(const Row& row) {
  Silence silence{.id = row.id<SilenceId>(0),
                  .matchers = {},
                  .starts_at = row.instant(2),
                  .ends_at = row.instant(3),
                  .comment = row.string(4),
                  .author = row.optional_id<UserId>(5),
                  .author_name = row.string(6),
                  .created_at = row.instant(7)};
  const auto value = json::read(row.text(1));
  if (!value || !value->is_array()) throw StorageError("silence " + silence.id.str() + ": unreadable");
  for (const json::Value& item : value->as_array()) {
    auto matcher = silence_matcher_from_json(item);
    if (!matcher) throw StorageError("silence " + silence.id.str() + ": " + matcher.error().message);
    silence.matchers.push_back(std::move(matcher).value());
  }
  return silence;
}

std::vector<Silence> read_silences(const Rows& rows) {
  std::vector<Silence> silences;
  silences.reserve(rows.size());
  for (const Row row : rows) silences.push_back(read_silence(row));
  return silences;
}

Where where_of(const SilenceFilter& filter) {
  Where where;
  if (filter.active_at) where.add("ends_at > ?", *filter.active_at);
  return where;
}

}  // namespace

void insert_silence(Connection& db, const Silence& s) {
  db.execute(
      "INSERT INTO silences (id, matchers, starts_at, ends_at, comment, author_id, author_name, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {s.id, matchers_text(s.matchers), s.starts_at, s.ends_at, s.comment, s.author, s.author_name,
       s.created_at});
}

void end_silence(Connection& db, const SilenceId& id, Instant at) {
  db.execute("UPDATE silences SET ends_at = $2 WHERE id = $1 AND ends_at > $2", {id, at});
}

std::optional<Silence> find_silence(Connection& db, const SilenceId& id) {
  const Rows rows = db.query(SILENCES " WHERE id = $1", {id});
  if (rows.empty()) return std::nullopt;
  return read_silence(rows[0]);
}

std::vector<Silence> silences_at(Connection& db, Instant now) {
  return read_silences(
      db.query(SILENCES " WHERE ends_at > $1 AND starts_at <= $1 ORDER BY created_at, id", {now}));
}

std::int64_t count_silences(Connection& db, const SilenceFilter& filter) {
  const Where where = where_of(filter);
  return db.query("SELECT count(*) FROM silences" + where.text(), where.params())[0].integer(0);
}

std::vector<Silence> list_silences(Connection& db, const SilenceFilter& filter, std::int64_t limit,
                                   std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  return read_silences(
      db.query(SILENCES + where.text() + " ORDER BY created_at DESC, id DESC" + limits, where.params()));
}

void note_silenced_group(Connection& db, const SilenceId& silence, const AlertGroupId& group) {
  db.execute_later(
      "INSERT INTO silenced_groups (silence_id, group_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
      {silence, group});
}

std::vector<AlertGroupId> groups_silenced_by(Connection& db, const SilenceId& silence) {
  std::vector<AlertGroupId> groups;
  for (const Row row :
       db.query("SELECT group_id FROM silenced_groups WHERE silence_id = $1 ORDER BY group_id", {silence})) {
    groups.push_back(row.id<AlertGroupId>(0));
  }
  return groups;
}

}  // namespace tocsin::store
