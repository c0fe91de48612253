// Lists of alert groups, newest first. What the API lists is found by store/group_index.h; here
// the database filters, for whoever is inside a transaction or names a group.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/model/alert_group.h"
#include "domain/model/integration.h"
#include "store/alert_lists.h"
#include "store/connection.h"

namespace tocsin::store {

struct GroupFilter {
  std::optional<std::string> id;
  std::optional<std::string> integration;
  std::optional<std::string> route;
  std::optional<std::string> team;  // id of the integration's team; "null": no team
  std::optional<GroupState> state;
  std::optional<std::pair<Instant, Instant>> started;  // both ends included
  Labels labels;                                       // all must hold
  std::optional<std::string> search;                   // part of the title, ignoring case
};

struct ListedGroup {
  AlertGroup group;
  std::optional<std::string> team;  // of the integration now
  std::int64_t alerts_count = 0;
  Labels labels;
  std::optional<ListedAlert> last_alert;
};

std::vector<ListedGroup> list_groups(Connection& db, const GroupFilter& filter, std::int64_t limit,
                                     std::int64_t offset);
// Those, in that order; without those that are gone.
std::vector<ListedGroup> list_groups(Connection& db, const std::vector<AlertGroupId>& ids);
// One of them with its first alert, for query_all; nullopt: there is none.
Question question_of_group(const AlertGroupId& id);
struct SeenGroup {
  ListedGroup listed;
  std::optional<std::string> first_payload;
  std::int64_t people_stamp = 0;  // organization.people_stamp as of the same moment
};
std::optional<SeenGroup> seen_group(const Rows& answer);

// The ids alone, newest first.
std::vector<AlertGroupId> list_group_ids(Connection& db, const GroupFilter& filter, std::int64_t limit);

}  // namespace tocsin::store
