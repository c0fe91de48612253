#include "store/group_lists.h"

#include <unordered_map>

#include "store/alert_groups.h"
#include "store/json_columns.h"
#include "store/placeholders.h"
#include "store/where.h"

namespace tocsin::store {
namespace {

void add_team(Where& where, const std::string& column, const std::string& team) {
  if (team == "null") {
    where.add(column + " IN (SELECT id FROM integrations WHERE team_id IS NULL)");
  } else {
    where.add(column + " IN (SELECT id FROM integrations WHERE team_id = ?)", team);
  }
}

Where where_of(const GroupFilter& filter) {
  Where where;
  if (filter.id) where.add("g.id = ?", *filter.id);
  if (filter.integration) where.add("g.integration_id = ?", *filter.integration);
  if (filter.route) where.add("g.route_id = ?", *filter.route);
  if (filter.team) add_team(where, "g.integration_id", *filter.team);
  if (filter.state) where.add("g.state = ?", state_number(*filter.state));
  if (filter.started) {
    where.add("g.created_at >= ?", filter.started->first);
    where.add("g.created_at <= ?", filter.started->second);
  }
  if (filter.search) where.add_search("g.title", *filter.search);
  for (const Label& label : filter.labels) {
    std::string condition =
        "EXISTS (SELECT 1 FROM alert_group_labels l WHERE l.group_id = g.id AND l.label_key = ? ";
    const std::string value = where.next(label.value);
    where.add(condition + "AND l.label_value = " + value + ")", label.key);
  }
  return where;
}

#define LISTED_COLUMNS                                                                               \
  "p.flags, p.id, p.route_id, t.alerts_count, p.labels, i.team_id, a.id, a.group_id, a.created_at, " \
  "a.payload"
#define WITH_LAST_ALERT                                   \
  "LEFT JOIN integrations i ON i.id = p.integration_id "  \
  "LEFT JOIN alert_group_tallies t ON t.group_id = p.id " \
  "LEFT JOIN alerts a ON a.id = t.last_alert_id "

ListedGroup read_group(const Row& row) {
  return {.group = StoredGroup(row.id<AlertGroupId>(1), row.optional_id<RouteId>(2), row.string(0)).read(),
          .team = row.optional_string(5),
          .alerts_count = row.integer(3),
          .labels = parse_labels(row.text(4)),
          .last_alert = row.is_null(6) ? std::nullopt : std::optional(read_alert(row, 6))};
}

}  // namespace

std::vector<ListedGroup> list_groups(Connection& db, const GroupFilter& filter, std::int64_t limit,
                                     std::int64_t offset) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit) + " OFFSET " + where.next(offset);
  const Rows rows = db.query("SELECT " LISTED_COLUMNS
                             " FROM (SELECT g.flags, g.id, g.route_id, g.labels, g.integration_id, "
                             "g.created_at FROM alert_groups g" +
                                 where.text() + " ORDER BY g.created_at DESC, g.id DESC" + limits +
                                 ") p " WITH_LAST_ALERT "ORDER BY p.created_at DESC, p.id DESC",
                             where.params());
  std::vector<ListedGroup> groups;
  groups.reserve(rows.size());
  for (const Row row : rows) groups.push_back(read_group(row));
  return groups;
}

std::vector<ListedGroup> list_groups(Connection& db, const std::vector<AlertGroupId>& ids) {
  if (ids.empty()) return {};
  std::vector<Param> params;
  const std::string those = add_list(params, ids);
  const Rows rows = db.query(
      "SELECT " LISTED_COLUMNS " FROM alert_groups p " WITH_LAST_ALERT "WHERE p.id IN " + those, params);
  std::unordered_map<std::string_view, std::size_t> row_of;
  for (std::size_t row = 0; row < rows.size(); ++row) row_of.emplace(rows[row].text(1), row);
  std::vector<ListedGroup> groups;
  groups.reserve(rows.size());
  for (const AlertGroupId& id : ids) {
    if (const auto found = row_of.find(id.str()); found != row_of.end())
      groups.push_back(read_group(rows[found->second]));
  }
  return groups;
}

Question question_of_group(const AlertGroupId& id) {
  return {"SELECT " LISTED_COLUMNS
          ", (SELECT f.payload FROM alerts f WHERE f.group_id = p.id ORDER BY f.created_at LIMIT 1), "
          "(SELECT people_stamp FROM organization) FROM alert_groups p " WITH_LAST_ALERT "WHERE p.id = $1",
          {id}};
}

std::optional<SeenGroup> seen_group(const Rows& answer) {
  if (answer.empty()) return std::nullopt;
  return SeenGroup{.listed = read_group(answer[0]),
                   .first_payload = answer[0].optional_string(10),
                   .people_stamp = answer[0].integer(11)};
}

std::vector<AlertGroupId> list_group_ids(Connection& db, const GroupFilter& filter, std::int64_t limit) {
  Where where = where_of(filter);
  const std::string limits = " LIMIT " + where.next(limit);
  std::vector<AlertGroupId> ids;
  for (const Row row : db.query("SELECT g.id FROM alert_groups g" + where.text() +
                                    " ORDER BY g.created_at DESC, g.id DESC" + limits,
                                where.params())) {
    ids.push_back(row.id<AlertGroupId>(0));
  }
  return ids;
}

}  // namespace tocsin::store
