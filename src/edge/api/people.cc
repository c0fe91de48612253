#include "edge/api/people.h"

#include <algorithm>
#include <charconv>

#include "edge/api/exports.h"
#include "edge/api/notices.h"
#include "edge/api/page.h"
#include "engine/schedule_edits.h"
#include "engine/schedule_notices.h"
#include "store/organization.h"
#include "store/people.h"
#include "store/people_lists.h"

namespace tocsin::api {
namespace {

using access::Permission;
using Answers = Operation::Answers;

constexpr std::int64_t kUsersPageSize = 100;
constexpr std::int64_t kTeamsPageSize = 50;
constexpr std::string_view kRoles[] = {"admin", "editor", "viewer", "none"};

constexpr Field kUserFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "U and 12 signs."},
    {.name = "grafana_id",
     .type = FieldType::Integer,
     .access = FieldAccess::ReadOnly,
     .about = "0: there is no Grafana behind."},
    {.name = "email", .about = "May be empty.", .allow_blank = true, .max_length = 254},
    {.name = "slack", .type = FieldType::Object, .access = FieldAccess::ReadOnly, .nullable = true},
    {.name = "username", .about = "Unique.", .required = true, .max_length = 150},
    {.name = "role", .about = "What the user may do.", .choices = kRoles},
    {.name = "is_phone_number_verified", .type = FieldType::Boolean, .access = FieldAccess::ReadOnly},
    {.name = "timezone", .about = "IANA name.", .nullable = true, .max_length = 100},
    {.name = "teams", .type = FieldType::Strings, .about = "Ids of teams."},
    {.name = "contacts",
     .type = FieldType::Object,
     .access = FieldAccess::WriteOnly,
     .about = "Verified contact points by channel (phone, slack, ntfy, telegram); null removes one. Ours."},
};

constexpr Field kTeamFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "T and 12 signs."},
    {.name = "grafana_id", .type = FieldType::Integer, .access = FieldAccess::ReadOnly},
    {.name = "name", .about = "Unique.", .required = true, .max_length = 300},
    {.name = "email", .nullable = true, .max_length = 254},
    {.name = "avatar_url", .allow_blank = true, .max_length = 300},
};

constexpr Field kOrganizationFields[] = {
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "O and 12 signs."},
};

// ------------------------------------------------------------------------------------------------ users

json::Value write_user(const User& user, bool short_form) {
  json::Object out;
  out.set("id", user.id.str());
  out.set("grafana_id", user.grafana_id);
  out.set("email", user.email);
  if (!short_form) {
    const auto slack = user.contacts.find("slack"), slack_team = user.contacts.find("slack_team");
    json::Object slack_user;
    if (slack != user.contacts.end()) {
      slack_user.set("user_id", slack->second);
      slack_user.set("team_id",
                     slack_team == user.contacts.end() ? json::Value() : json::Value(slack_team->second));
    }
    out.set("slack", slack_user.empty() ? json::Value() : json::Value(std::move(slack_user)));
  }
  out.set("username", user.username);
  out.set("role", to_text(user.role));
  out.set("is_phone_number_verified", user.contacts.contains("phone"));
  if (!short_form) {
    out.set("timezone", user.time_zone ? json::Value(*user.time_zone) : json::Value());
    json::Array teams;
    for (const TeamId& team : user.teams) teams.emplace_back(team.str());
    out.set("teams", std::move(teams));
  }
  return json::Value(std::move(out));
}

Result<store::UserFilter> read_user_filter(const Call& call) {
  store::UserFilter filter{.email = call.query("email"), .username = call.query("username"), .roles = {}};
  for (const std::string& text : call.query_all("roles")) {
    int number = -1;
    std::from_chars(text.data(), text.data() + text.size(), number);
    if (number < 0 || number > 3 || text.size() != 1) {
      return invalid("roles", "Select a valid choice. " + text + " is not one of the available choices.");
    }
    filter.roles.push_back(static_cast<Role>(number));
  }
  return filter;
}

Result<http::Response> list_users(const Call& call, store::Connection& db) {
  TRY_AS(const store::UserFilter filter, read_user_filter(call));
  const bool short_form = call.query("short") == "true";
  return answer_page(
      call, kUsersPageSize, store::count_users(db, filter),
      [&](std::int64_t limit, std::int64_t offset) { return store::list_users(db, filter, limit, offset); },
      [&](const User& user) { return write_user(user, short_form); });
}

Result<User> get_user(const Call& call, store::Connection& db) {
  auto user = store::find_user(db, UserId(call.id()));
  if (!user) return not_found();
  return *std::move(user);
}

Result<http::Response> read_user(const Call& call, store::Connection& db) {
  TRY_AS(const User user, get_user(call, db));
  return ok(write_user(user, false));
}

Result<http::Response> current_user(const Call& call, store::Connection& db) {
  if (!call.caller.user) return not_found();
  const auto user = store::find_user(db, *call.caller.user);
  if (!user) return not_found();
  return ok(write_user(*user, false));
}

// Channels that are absent keep their contact point.
void read_contacts(Fields& fields, User& user) {
  constexpr std::string_view kChannels[] = {"phone", "slack", "slack_team", "ntfy", "telegram"};
  for (const auto& [channel, address] : fields.value("contacts").as_object()) {
    const std::string at = "contacts." + channel;
    if (std::find(std::begin(kChannels), std::end(kChannels), channel) == std::end(kChannels)) {
      fields.refuse(at, "Unknown channel.");
      continue;
    }
    auto read = read_field(address, {.name = "contact", .nullable = true, .max_length = 200}, at);
    if (!read) {
      fields.refuse(std::move(read).error());
    } else if (read->is_null()) {
      user.contacts.erase(channel);
    } else {
      user.contacts[channel] = read->as_string();
    }
  }
}

Result<void> apply_user_fields(Fields& fields, User& user, store::Connection& db) {
  if (fields.has("username")) {
    user.username = fields.text("username");
    const auto other = store::find_user_by_name(db, user.username);
    if (other && other->id != user.id) fields.refuse("username", "This field must be unique.");
    user.name = user.username;
  }
  if (fields.has("email")) user.email = fields.text("email");
  if (fields.has("timezone")) user.time_zone = fields.optional_text("timezone");
  if (fields.has("role")) {
    const auto role = parse_role(fields.text("role"));
    if (!role) fields.refuse("role", "\"" + fields.text("role") + "\" is not a valid choice.");
    user.role = role.value_or(user.role);
  }
  if (fields.has("contacts")) read_contacts(fields, user);
  if (fields.has("teams")) {
    user.teams.clear();
    for (const json::Value& id : fields.value("teams").as_array()) {
      const TeamId team(id.as_string());
      if (!store::find_team(db, team)) {
        fields.refuse("teams", "Object does not exist");
        break;
      }
      user.teams.push_back(team);
    }
    std::sort(user.teams.begin(), user.teams.end());
    user.teams.erase(std::unique(user.teams.begin(), user.teams.end()), user.teams.end());
  }
  return fields.accepted();
}

Result<http::Response> create_user(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kUserFields, Method::Create));
  User user;
  user.id = UserId(batch.ids.public_id("U"));
  user.created_at = batch.next_instant();
  TRY(apply_user_fields(fields, user, batch.db));
  store::insert_user(batch.db, user);
  batch.log.info("user created", {{"user", user.id.str()}, {"by", call.caller.username}});
  return ok(write_user(user, false), 201);
}

Result<http::Response> update_user(const Call& call, engine::Batch& batch) {
  TRY_AS(User user, get_user(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kUserFields, Method::Patch));
  const User before = user;
  TRY(apply_user_fields(fields, user, batch.db));
  // Who was on call stays, also when the person is called otherwise or may no longer be paged.
  if (user.role != before.role || user.username != before.username || user.email != before.email) {
    engine::settle_schedules_of(batch, user.id);
  }
  store::update_user(batch.db, user);
  if (user.contacts != before.contacts) engine::look_again_for(batch, user.id);
  batch.log.info("user updated", {{"user", user.id.str()}, {"by", call.caller.username}});
  return ok(write_user(user, false));
}

Result<http::Response> delete_user(const Call& call, engine::Batch& batch) {
  TRY_AS(const User user, get_user(call, batch.db));
  engine::settle_schedules_of(batch, user.id);
  store::delete_user(batch.db, user.id, batch.now());
  batch.log.info("user deleted", {{"user", user.id.str()}, {"by", call.caller.username}});
  return no_content();
}

// ------------------------------------------------------------------------------------------------ teams

json::Value write_team(const Team& team) {
  json::Object out;
  out.set("id", team.id.str());
  out.set("grafana_id", team.grafana_id);
  out.set("name", team.name);
  out.set("email", team.email ? json::Value(*team.email) : json::Value());
  out.set("avatar_url", team.avatar_url);
  return json::Value(std::move(out));
}

Result<http::Response> list_teams(const Call& call, store::Connection& db) {
  const auto name = call.query("name");
  return answer_page(
      call, kTeamsPageSize, store::count_teams(db, name),
      [&](std::int64_t limit, std::int64_t offset) { return store::list_teams(db, name, limit, offset); },
      write_team);
}

Result<Team> get_team(const Call& call, store::Connection& db) {
  auto team = store::find_team(db, TeamId(call.id()));
  if (!team) return not_found();
  return *std::move(team);
}

Result<http::Response> read_team(const Call& call, store::Connection& db) {
  TRY_AS(const Team team, get_team(call, db));
  return ok(write_team(team));
}

Result<void> apply_team_fields(Fields& fields, Team& team, store::Connection& db) {
  if (fields.has("name")) {
    team.name = fields.text("name");
    const auto other = store::find_team_by_name(db, team.name);
    if (other && other->id != team.id) fields.refuse("name", "This field must be unique.");
  }
  if (fields.has("email")) team.email = fields.optional_text("email");
  if (fields.has("avatar_url")) team.avatar_url = fields.text("avatar_url");
  return fields.accepted();
}

Result<http::Response> create_team(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kTeamFields, Method::Create));
  Team team;
  team.id = TeamId(batch.ids.public_id("T"));
  team.created_at = batch.next_instant();
  TRY(apply_team_fields(fields, team, batch.db));
  store::insert_team(batch.db, team);
  batch.log.info("team created", {{"team", team.id.str()}, {"by", call.caller.username}});
  return ok(write_team(team), 201);
}

Result<http::Response> update_team(const Call& call, engine::Batch& batch) {
  TRY_AS(Team team, get_team(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kTeamFields, Method::Patch));
  TRY(apply_team_fields(fields, team, batch.db));
  store::update_team(batch.db, team);
  return ok(write_team(team));
}

Result<http::Response> delete_team(const Call& call, engine::Batch& batch) {
  TRY_AS(const Team team, get_team(call, batch.db));
  store::delete_team(batch.db, team.id);
  batch.configuration_changed();  // integrations of the team now have none
  batch.log.info("team deleted", {{"team", team.id.str()}, {"by", call.caller.username}});
  return no_content();
}

// ------------------------------------------------------------------------------------------------
// organizations

json::Value write_organization(store::Connection& db) {
  return json::Object{{"id", json::Value(store::organization_id(db).str())}};
}

// Whatever id is asked for: the one that there is.
Result<http::Response> read_organization(const Call&, store::Connection& db) {
  return ok(write_organization(db));
}

Result<http::Response> list_organizations(const Call& call, store::Connection& db) {
  return page_response(call.services.settings.base_url, call.request, read_paging(call.request.query, 25), 1,
                       "[" + json::write(write_organization(db)) + "]");
}

}  // namespace

Resource users_resource() {
  constexpr Permission kRead = Permission::UserSettingsRead, kAdmin = Permission::UserSettingsAdmin;
  Resource resource{
      .name = "users",
      .title = "User",
      .about = "People who can be paged and who may sign in.",
      .fields = kUserFields,
      .endpoints = {
          {.path = "/users/",
           .operations = {{"GET", "List users, oldest first", kRead, Read(list_users), 200, Answers::Page},
                          {"POST", "Create a user", kAdmin, Write(create_user), 201}},
           .parameters = {{"email", "Whole address, ignoring case."},
                          {"username", "Whole name, ignoring case."},
                          {"roles", "0 admin, 1 editor, 2 viewer, 3 none; may be repeated."},
                          {"short", "true: without slack, timezone and teams."}}},
          {.path = "/users/current/",
           .operations = {{"GET", "Get the token's own user", kRead, Read(current_user)}}},
          {.path = "/users/{id}/",
           .operations = {
               {"GET", "Get a user", kRead, Read(read_user)},
               {"PUT", "Update a user; absent fields keep their value", kAdmin, Write(update_user)},
               {"PATCH", "Update a user", kAdmin, Write(update_user)},
               {"DELETE", "Delete a user; the tokens die with it", kAdmin, Write(delete_user), 204,
                Answers::Nothing}}}}};
  for (Endpoint& endpoint : user_notice_endpoints()) resource.endpoints.push_back(std::move(endpoint));
  for (Endpoint& endpoint : user_export_endpoints()) resource.endpoints.push_back(std::move(endpoint));
  return resource;
}

Resource teams_resource() {
  constexpr Permission kRead = Permission::UserSettingsRead, kAdmin = Permission::UserSettingsAdmin;
  return {
      .name = "teams",
      .title = "Team",
      .about = "Groups of users that own integrations, chains and schedules.",
      .fields = kTeamFields,
      .endpoints = {
          {.path = "/teams/",
           .operations = {{"GET", "List teams, oldest first", kRead, Read(list_teams), 200, Answers::Page},
                          {"POST", "Create a team", kAdmin, Write(create_team), 201}},
           .parameters = {{"name", "Exact name."}}},
          {.path = "/teams/{id}/",
           .operations = {
               {"GET", "Get a team", kRead, Read(read_team)},
               {"PUT", "Update a team; absent fields keep their value", kAdmin, Write(update_team)},
               {"PATCH", "Update a team", kAdmin, Write(update_team)},
               {"DELETE", "Delete a team; what it owned belongs to no team then", kAdmin, Write(delete_team),
                204, Answers::Nothing}}}}};
}

Resource organizations_resource() {
  constexpr Permission kRead = Permission::OtherSettingsRead;
  return {.name = "organizations",
          .title = "Organization",
          .about = "The one organisation of this installation.",
          .fields = kOrganizationFields,
          .endpoints = {{.path = "/organizations/",
                         .operations = {{"GET", "List organisations", kRead, Read(list_organizations), 200,
                                         Answers::Page}}},
                        {.path = "/organizations/{id}/",
                         .operations = {{"GET", "Get the organisation", kRead, Read(read_organization)}}}}};
}

}  // namespace tocsin::api
