#include "edge/api/escalation.h"

#include <algorithm>

#include "edge/api/group_actions.h"
#include "edge/api/group_json.h"
#include "edge/api/relations.h"
#include "engine/direct_paging.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/people.h"

namespace tocsin::api {
namespace {

constexpr Field kFields[] = {
    {.name = "users",
     .type = FieldType::Any,
     .access = FieldAccess::WriteOnly,
     .about = "[{id, important}]: each is notified at once by the own rules."},
    {.name = "team",
     .type = FieldType::Reference,
     .access = FieldAccess::WriteOnly,
     .about = "Id of a team: its direct paging integration escalates.",
     .nullable = true},
    {.name = "important_team_escalation", .type = FieldType::Boolean, .access = FieldAccess::WriteOnly},
    {.name = "alert_group_id",
     .access = FieldAccess::WriteOnly,
     .about = "Adds the users to this alert group instead of opening one."},
    {.name = "title", .access = FieldAccess::WriteOnly, .about = "Made up when absent."},
    {.name = "message", .access = FieldAccess::WriteOnly, .nullable = true},
    {.name = "source_url", .access = FieldAccess::WriteOnly, .about = "A URL.", .nullable = true},
};

constexpr Field kUserId{.name = "id", .required = true};
constexpr Field kImportant{.name = "important", .type = FieldType::Boolean, .required = true};

json::Value no_field_error(std::string text) {
  return json::Object{{"non_field_errors", json::Value(json::Array{json::Value(std::move(text))})}};
}

bool looks_like_url(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://", "ftp://", "ftps://"}) {
    if (text.size() <= scheme.size() || !http::equal_ignoring_case(text.substr(0, scheme.size()), scheme))
      continue;
    const std::string_view rest = text.substr(scheme.size());
    const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    const bool blank = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' '; });
    return !blank && !host.empty() && host.front() != '.' && host.front() != ':';
  }
  return false;
}

// One entry of `users`: the error's object, or an empty one.
json::Object read_user(const json::Value& item, store::Connection& db,
                       std::vector<notification::PageRequest>& requests) {
  if (!item.is_object()) {
    return no_field_error("Invalid data. Expected a dictionary, but got " + std::string(item.python_type()) +
                          ".")
        .as_object();
  }
  json::Object errors;
  const auto read = [&](const Field& field) -> std::optional<json::Value> {
    const json::Value* value = item.find(field.name);
    auto result = value == nullptr
                      ? Result<json::Value>(invalid(std::string(field.name), "This field is required."))
                      : read_field(*value, field, std::string(field.name));
    if (result) return std::move(result).value();
    errors.set(field.name, json::Array{json::Value(result.error().message)});
    return std::nullopt;
  };
  const auto id = read(kUserId), important = read(kImportant);
  if (!id || !important) return errors;
  const auto user = store::find_user(db, UserId(id->as_string()));
  if (!user) return no_field_error("User " + id->as_string() + " does not exist").as_object();
  const Person person{user->id, user->username, user->role <= Role::Editor};
  const Importance importance = important->as_bool() ? Importance::Important : Importance::Default;
  std::erase_if(requests, [&](const auto& other) { return other.user.id == person.id; });
  requests.push_back({person, importance});
  return {};
}

std::vector<notification::PageRequest> read_users(Fields& fields, store::Connection& db) {
  std::vector<notification::PageRequest> requests;
  if (!fields.has("users")) return requests;
  const json::Value& users = fields.value("users");
  if (!users.is_array()) {
    fields.refuse(kNested + std::string("users"),
                  json::write(no_field_error("Expected a list of items but got type \"" +
                                             std::string(users.python_type()) + "\".")));
    return requests;
  }
  json::Array errors;
  bool failed = false;
  for (const json::Value& item : users.as_array()) {
    json::Object error = read_user(item, db, requests);
    failed |= !error.empty();
    errors.push_back(std::move(error));
  }
  if (failed) fields.refuse(kNested + std::string("users"), json::write(json::Value(std::move(errors))));
  return requests;
}

// "ann is paging bob, carl and dora to join escalation"
std::string made_up_title(const std::string& caller, std::vector<std::string> names) {
  std::string title = caller + " is paging ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) title += i + 1 == names.size() ? " and " : ", ";
    title += names[i];
  }
  return title + " to join escalation";
}

struct PageOrder {
  std::vector<notification::PageRequest> users;
  std::optional<TeamId> team;
  std::optional<AlertGroupId> group;
  engine::DirectPage page;
};

Result<PageOrder> read_order(const Call& call, store::Connection& db) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, Method::Create));
  PageOrder order;
  order.users = read_users(fields, db);
  order.team = read_team(fields, "team", call.caller, db);
  if (const auto url = fields.optional_text("source_url"); url && !looks_like_url(*url))
    fields.refuse("source_url", "Enter a valid URL.");
  TRY(fields.accepted());

  const auto title = fields.optional_text("title"), message = fields.optional_text("message"),
             url = fields.optional_text("source_url"), group = fields.optional_text("alert_group_id");
  const auto refuse = [](std::string text) { return invalid("non_field_errors", std::move(text)); };
  if (group && (title || message || url))
    return refuse("alert_group_id and (title, message, source_url) are mutually exclusive");
  if (!order.users.empty() && order.team) return refuse("users and team are mutually exclusive");
  if (group) {
    order.group = AlertGroupId(*group);
    if (!store::find_group(db, *order.group)) return refuse("Alert group " + *group + " does not exist");
  }
  if (order.users.empty() && !order.team) return invalid("No team or user(s) specified");

  std::vector<std::string> names;
  if (order.team) names.push_back(store::find_team(db, *order.team).value().name);
  for (const auto& request : order.users) names.push_back(request.user.username);
  order.page = {
      .team = order.team,
      .title = title.value_or(made_up_title(call.caller.username, std::move(names))),
      .message = message,
      .source_url = url,
      .important = fields.has("important_team_escalation") && fields.boolean("important_team_escalation")};
  return order;
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const PageOrder order, read_order(call, batch.db));
  const Actor actor = actor_of(call.caller);
  const AlertGroupId group = order.group ? *order.group : engine::open_direct_page(batch, order.page, actor);
  TRY(engine::page_users(batch, group, order.users, actor));
  batch.log.info("people paged", {{"alert_group", group.str()}, {"by", actor.username}});
  store::GroupFilter filter;
  filter.id = group.str();
  const auto groups = store::list_groups(batch.db, filter, 1, 0);
  TOCSIN_CHECK(!groups.empty());
  std::string body;
  append_group(body, groups.front(), links_of(batch.db, groups, call.services.settings.base_url));
  return http::json_response(200, std::move(body));
}

}  // namespace

Resource escalation_resource() {
  return {.name = "escalation",
          .title = "DirectPage",
          .about = "Paging users or a team by hand.",
          .fields = kFields,
          .endpoints = {{.path = "/escalation/",
                         .operations = {{"POST", "Page users or a team; answers the alert group",
                                         access::Permission::AlertGroupsDirectPaging, Write(create), 200,
                                         Operation::Answers::Other, false, "DirectPage", "AlertGroup"}}}}};
}

}  // namespace tocsin::api
