#include "edge/api/alert_groups.h"

#include "edge/api/aside.h"
#include "edge/api/bulk_actions.h"
#include "edge/api/group_actions.h"
#include "edge/api/group_filter.h"
#include "edge/api/group_json.h"
#include "edge/api/group_timeline.h"
#include "store/alert_lists.h"
#include "store/group_lists.h"

namespace tocsin::api {
namespace {

constexpr std::int64_t kPageSize = 50;
constexpr std::string_view kStates[] = {"firing", "acknowledged", "resolved", "silenced"};

constexpr Field kGroupFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "I and 12 signs."},
    {.name = "integration_id", .access = FieldAccess::ReadOnly, .about = "Also of a deleted integration."},
    {.name = "team_id",
     .access = FieldAccess::ReadOnly,
     .about = "Team of the integration now.",
     .nullable = true},
    {.name = "route_id",
     .access = FieldAccess::ReadOnly,
     .about = "Null when the route is gone.",
     .nullable = true},
    {.name = "alerts_count", .type = FieldType::Integer, .access = FieldAccess::ReadOnly},
    {.name = "state", .access = FieldAccess::ReadOnly, .choices = kStates},
    {.name = "created_at", .type = FieldType::Time, .access = FieldAccess::ReadOnly},
    {.name = "resolved_at", .type = FieldType::Time, .access = FieldAccess::ReadOnly, .nullable = true},
    {.name = "resolved_by",
     .access = FieldAccess::ReadOnly,
     .about = "Id of a user; null for source, last step, maintenance.",
     .nullable = true},
    {.name = "acknowledged_at", .type = FieldType::Time, .access = FieldAccess::ReadOnly, .nullable = true},
    {.name = "acknowledged_by", .access = FieldAccess::ReadOnly, .nullable = true},
    {.name = "labels", .type = FieldType::List, .access = FieldAccess::ReadOnly},
    {.name = "title",
     .access = FieldAccess::ReadOnly,
     .about = "Rendered when the group was opened.",
     .nullable = true},
    {.name = "permalinks", .type = FieldType::Object, .access = FieldAccess::ReadOnly},
    {.name = "silenced_at", .type = FieldType::Time, .access = FieldAccess::ReadOnly, .nullable = true},
    {.name = "last_alert", .type = FieldType::Object, .access = FieldAccess::ReadOnly, .nullable = true},
};

constexpr Field kAlertFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "A and 12 signs."},
    {.name = "alert_group_id", .access = FieldAccess::ReadOnly},
    {.name = "created_at", .type = FieldType::Time, .access = FieldAccess::ReadOnly},
    {.name = "payload",
     .type = FieldType::Any,
     .access = FieldAccess::ReadOnly,
     .about = "As received; {} once wiped."},
};

// `paging` becomes the page that is really answered.
store::WindowOf window_of(Paging& paging) {
  return [&paging](std::int64_t all) {
    paging = clamp(paging, all);
    return store::Window{.limit = paging.per_page, .offset = (paging.page - 1) * paging.per_page};
  };
}

std::vector<store::ListedGroup> read_page(const Call& call, store::Connection& db,
                                          const store::GroupFilter& filter, Paging& paging,
                                          std::int64_t& count) {
  if (filter.id) {
    auto groups = store::list_groups(db, filter, 1, 0);
    count = static_cast<std::int64_t>(groups.size());
    return groups;
  }
  const auto found = call.services.group_index.find(db, filter, window_of(paging));
  count = found.count;
  return store::list_groups(db, found.ids);
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  TRY_AS(const store::GroupFilter filter, read_group_filter(call, db));
  Paging paging = read_paging(call.request.query, kPageSize);
  std::int64_t count = 0;
  const auto groups = read_page(call, db, filter, paging, count);
  const GroupLinks links = links_of(db, groups, call.services.settings.base_url);
  std::string results = "[";
  for (const store::ListedGroup& group : groups) {
    if (results.size() > 1) results += ',';
    append_group(results, group, links);
  }
  return page_response(call.services.settings.base_url, call.request, paging, count, results + "]");
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(store::GroupFilter filter, read_group_filter(call, db));
  if (filter.id && *filter.id != call.id()) return not_found();
  filter.id = call.id();
  const auto groups = store::list_groups(db, filter, 1, 0);
  if (groups.empty()) return not_found();
  std::string body;
  append_group(body, groups.front(), links_of(db, groups, call.services.settings.base_url));
  return http::json_response(200, std::move(body));
}

Result<http::Response> list_alerts(const Call& call, store::Connection& db) {
  const store::AlertFilter filter{call.query("id"), call.query("alert_group_id"), call.query("search")};
  Paging paging = read_paging(call.request.query, kPageSize);
  const auto found = store::find_alerts(db, filter, window_of(paging));
  std::string results = "[";
  for (const store::ListedAlert& alert : found.alerts) {
    if (results.size() > 1) results += ',';
    append_alert(results, alert);
  }
  return page_response(call.services.settings.base_url, call.request, paging, found.count, results + "]");
}

// A search reads every payload, unless it is told the group.
void list_alerts_somewhere(std::shared_ptr<const Call> call, const Answer& answer) {
  const auto work = [](const Call& c) { return list_alerts(c, *c.services.reads.lease()); };
  const bool reads_all = call->query("search") && !call->query("alert_group_id") && !call->query("id");
  if (!reads_all) return answer(work(*call));
  answer_aside("a search", std::move(call), work, answer);
}

}  // namespace

Resource alert_groups_resource() {
  using access::Permission;
  constexpr Permission kRead = Permission::AlertGroupsRead;
  Resource resource{.name = "alert_groups",
                    .title = "AlertGroup",
                    .about = "Alerts with the same grouping key, and the state that people give them.",
                    .fields = kGroupFields,
                    .endpoints = {{.path = "/alert_groups/",
                                   .operations = {{"GET", "List alert groups, newest first", kRead,
                                                   Read(list), 200, Operation::Answers::Page}},
                                   .parameters = group_filter_parameters()},
                                  {.path = "/alert_groups/{id}/",
                                   .operations = {{"GET", "Get an alert group", kRead, Read(get)},
                                                  delete_group_operation()}},
                                  group_timeline_endpoint()}};
  for (Endpoint& endpoint : group_action_endpoints()) resource.endpoints.push_back(std::move(endpoint));
  resource.endpoints.push_back(bulk_actions_endpoint());
  return resource;
}

Resource alerts_resource() {
  using access::Permission;
  return {.name = "alerts",
          .title = "Alert",
          .about = "What monitoring systems sent.",
          .fields = kAlertFields,
          .endpoints = {{.path = "/alerts/",
                         .operations = {{"GET", "List alerts, newest first", Permission::AlertGroupsRead,
                                         Later(list_alerts_somewhere), 200, Operation::Answers::Page}},
                         .parameters = {{"id", "Exact id."},
                                        {"alert_group_id", "Alerts of that group."},
                                        {"search", "Part of the payload's text, ignoring case."}}}}};
}

}  // namespace tocsin::api
