#include "edge/api/integrations.h"

#include "domain/integration/name.h"
#include "edge/api/audit.h"
#include "edge/api/relations.h"
#include "edge/api/route_fields.h"
#include "edge/api/template_fields.h"
#include "engine/maintenance.h"
#include "language/json/object_text.h"
#include "language/json/read.h"
#include "store/integrations.h"

namespace tocsin::api {
namespace {

constexpr std::size_t kLinkTokenLength = 25;
constexpr std::int64_t kPageSize = 50;
constexpr std::int64_t kLongestMaintenance_s = 10LL * 365 * 86400;
constexpr std::string_view kDirectPaging = "direct_paging";

constexpr std::string_view kModes[] = {"debug", "maintenance"};

constexpr Field kFields[] = {
    {.name = "maintenance_mode",
     .access = FieldAccess::ReadOnly,
     .about = "Null when not in maintenance.",
     .nullable = true,
     .choices = kModes},
    {.name = "maintenance_started_at",
     .type = FieldType::Time,
     .access = FieldAccess::ReadOnly,
     .about = "Whole seconds, UTC.",
     .nullable = true},
    {.name = "maintenance_end_at",
     .type = FieldType::Time,
     .access = FieldAccess::ReadOnly,
     .about = "Whole seconds, UTC.",
     .nullable = true},
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "C and 12 signs."},
    {.name = "name", .about = "Unique within the team; made from the type when absent.", .max_length = 150},
    {.name = "description_short",
     .about = "One line about the integration.",
     .nullable = true,
     .max_length = 250},
    {.name = "team_id", .type = FieldType::Reference, .about = "Null for no team.", .nullable = true},
    {.name = "link",
     .access = FieldAccess::ReadOnly,
     .about = "Where the monitoring system posts its alerts.",
     .nullable = true},
    {.name = "inbound_email",
     .access = FieldAccess::ReadOnly,
     .about = "Only for type inbound_email.",
     .nullable = true},
    {.name = "type",
     .access = FieldAccess::CreateOnly,
     .about = "Slug of the integration type.",
     .required = true,
     .trimmed = false},
    {.name = "templates",
     .type = FieldType::Object,
     .about = "Jinja2 templates by channel; null stands for the type's default."},
    {.name = "heartbeat",
     .type = FieldType::Object,
     .access = FieldAccess::ReadOnly,
     .about = "Null for types without heartbeat.",
     .nullable = true},
    {.name = "default_route",
     .type = FieldType::Object,
     .about = "Where alerts go that no other route takes."},
    {.name = "labels",
     .type = FieldType::List,
     .about = "Labels given to each alert: [{\"key\": {\"name\"}, \"value\": {\"name\"}}]."},
    {.name = "dynamic_labels",
     .type = FieldType::List,
     .about = "As labels; the value's name is a template over the payload."},
};

std::string write_labels(const Labels& labels) {
  std::string out = "[";
  const auto named = [](const std::string& name) {
    return json::ObjectText().set("id", name).set("name", name).text();
  };
  for (const Label& label : labels) {
    if (out.size() > 1) out += ',';
    out += json::ObjectText().set_json("key", named(label.key)).set_json("value", named(label.value)).text();
  }
  return out + "]";
}

// [{"key": {"name": "k"}, "value": {"name": "v"}}]
std::optional<Labels> parse_labels(const json::Value& value) {
  Labels labels;
  for (const json::Value& item : value.as_array()) {
    const auto name_of = [&](std::string_view part) -> const json::Value* {
      const json::Value* object = item.find(part);
      return object == nullptr ? nullptr : object->find("name");
    };
    const json::Value* key = name_of("key");
    const json::Value* content = name_of("value");
    if (key == nullptr || content == nullptr || !key->is_string() || !content->is_string() ||
        key->as_string().empty()) {
      return std::nullopt;
    }
    labels.push_back({key->as_string(), content->as_string()});
  }
  return labels;
}

std::string link_of(const Integration& integration, const integration::Type& type, const Settings& settings) {
  return settings.base_url + "/integrations/v1/" + std::string(type.public_slug()) + "/" + integration.token +
         "/";
}

template <class Id>
std::optional<std::string> text_of(const std::optional<Id>& id) {
  return id ? std::optional(id->str()) : std::nullopt;
}

std::string write_default_route(const Route& route) {
  json::ObjectText out;
  out.set("id", route.id.str()).set("escalation_chain_id", text_of(route.chain));
  write_destinations(route, out);
  return out.text();
}

std::string write_integration(const Integration& i, const Route& default_route, const Settings& settings) {
  const integration::Type* type = integration::find_type(i.type);
  TOCSIN_CHECK(type != nullptr);
  const std::string link = link_of(i, *type, settings);
  std::optional<std::string> mode, started_at, end_at, inbound_email;
  if (i.maintenance) {
    mode = std::string(to_text(i.maintenance->mode));
    started_at = to_iso_seconds(i.maintenance->started_at);
    end_at = to_iso_seconds(i.maintenance->end_at);
  }
  if (i.type == "inbound_email" && settings.inbound_email_domain) {
    inbound_email = i.token + "@" + *settings.inbound_email_domain;
  }
  json::ObjectText out;
  out.set("maintenance_mode", mode)
      .set("maintenance_started_at", started_at)
      .set("maintenance_end_at", end_at);
  out.set("id", i.id.str()).set("name", i.name).set("description_short", i.description_short);
  out.set("team_id", text_of(i.team));
  out.set("link", type->has_link ? std::optional(link) : std::nullopt);
  out.set("inbound_email", inbound_email).set("type", type->public_slug());
  out.set_json("templates", write_templates(i.templates));
  out.set_json("heartbeat",
               type->has_heartbeat() ? json::ObjectText().set("link", link + "heartbeat/").text() : "null");
  out.set_json("default_route", write_default_route(default_route));
  out.set_json("labels", write_labels(i.labels)).set_json("dynamic_labels", write_labels(i.dynamic_labels));
  return out.text();
}

http::Response answer(const Integration& integration, const Route& route, const Call& call,
                      int status = 200) {
  return http::json_response(status, write_integration(integration, route, call.services.settings));
}

Result<Integration> get_integration(const Call& call, store::Connection& db) {
  auto integration = store::find_integration(db, IntegrationId(call.id()));
  // Both filters act on detail URLs as well.
  const auto name = call.query("name");
  if (!integration || (name && *name != integration->name)) return not_found();
  if (const auto team = call.query("team_id")) {
    if (*team == "null" ? integration->team.has_value() : integration->team != TeamId(*team))
      return not_found();
  }
  return *std::move(integration);
}

Result<Route> get_default_route(store::Connection& db, const IntegrationId& id) {
  auto route = store::find_default_route(db, id);
  TOCSIN_CHECK(route.has_value());
  return *std::move(route);
}

void read_labels(const Fields& body, std::string_view name, Labels& labels, Fields& faults) {
  if (!body.has(name)) return;
  if (auto read = parse_labels(body.value(name))) {
    labels = *std::move(read);
  } else {
    faults.refuse(name, "Each label needs a key and a value, each with a name.");
  }
}

// What create and update share: everything but type and name, which need to know the other.
Result<void> apply_fields(const Call& call, store::Connection& db, Fields& fields, Integration& integration,
                          Route& route) {
  if (fields.has("team_id")) integration.team = read_team(fields, "team_id", call.caller, db);
  if (fields.has("description_short"))
    integration.description_short = fields.optional_text("description_short");
  read_labels(fields, "labels", integration.labels, fields);
  read_labels(fields, "dynamic_labels", integration.dynamic_labels, fields);
  if (fields.has("templates"))
    TRY(read_templates(fields.value("templates").as_object(), integration.templates));
  if (fields.has("default_route")) {
    TRY(read_destinations(fields.value("default_route").as_object(), route, fields, db));
  }
  TRY(fields.accepted());
  return {};
}

Result<void> check_name(const Fields& fields, Integration& integration, store::Connection& db,
                        const std::optional<IntegrationId>& except) {
  if (!fields.has("name")) return {};
  integration.name = fields.text("name");
  if (store::integration_name_taken(db, integration.name, integration.team, except)) {
    return invalid("An integration with this name already exists for this team");
  }
  return {};
}

// Without what holds the link's token: who has it may send alerts.
json::Value audited(const Integration& integration, const Route& route, const Call& call) {
  json::Value whole = json::read(write_integration(integration, route, call.services.settings)).value();
  for (const std::string_view name : {"link", "inbound_email", "heartbeat"}) whole.as_object().erase(name);
  return whole;
}

// A team is paged through the one integration of this type that it has.
Result<void> check_only_direct_paging(const Integration& integration, store::Connection& db) {
  if (integration.type != kDirectPaging) return {};
  const auto other = store::find_integration_of_type(db, kDirectPaging, integration.team);
  if (other && other->id != integration.id)
    return invalid("Direct paging integration already exists for this team");
  return {};
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, Method::Create));
  const integration::Type* type = nullptr;
  if (fields.has("type")) {
    TRY_AS(type, integration::get_creatable_type(fields.text("type"), call.services.settings.type_set));
  }
  const Instant now = batch.next_instant();
  Integration integration;
  integration.id = IntegrationId(batch.ids.public_id("C"));
  integration.token = batch.ids.link_token(kLinkTokenLength);
  integration.author = call.caller.user;
  integration.created_at = now;
  Route route = new_route(RouteId(batch.ids.public_id("R")), integration.id, true, now);
  TRY(apply_fields(call, batch.db, fields, integration, route));
  integration.type = std::string(type->slug);
  TRY(check_name(fields, integration, batch.db, std::nullopt));
  if (!fields.has("name")) {
    integration.name = integration::default_name(*type, [&](std::string_view name) {
      return store::integration_name_taken(batch.db, name, integration.team, std::nullopt);
    });
  }
  store::insert_integration(batch.db, integration);
  store::insert_route(batch.db, route);
  if (type->has_heartbeat()) store::insert_heartbeat(batch.db, integration.id, {});
  batch.configuration_changed();
  audit(batch, call.caller,
        {.kind = "integration", .id = integration.id.str(), .after = audited(integration, route, call)});
  return answer(integration, route, call, 201);
}

Result<http::Response> update(const Call& call, engine::Batch& batch, Method method) {
  TRY_AS(Integration integration, get_integration(call, batch.db));
  TRY_AS(Route route, get_default_route(batch.db, integration.id));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kFields, method));
  const json::Value before = audited(integration, route, call);
  TRY(apply_fields(call, batch.db, fields, integration, route));
  TRY(check_name(fields, integration, batch.db, integration.id));
  TRY(check_only_direct_paging(integration, batch.db));
  store::update_integration(batch.db, integration);
  store::update_route(batch.db, route);
  batch.configuration_changed();
  audit(batch, call.caller,
        {.kind = "integration",
         .id = integration.id.str(),
         .before = before,
         .after = audited(integration, route, call)});
  return answer(integration, route, call);
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const Integration integration, get_integration(call, batch.db));
  if (integration.type == kDirectPaging) return invalid("Direct paging integrations can't be deleted");
  TRY_AS(const Route route, get_default_route(batch.db, integration.id));
  store::delete_integration(batch.db, integration.id, batch.now());
  batch.configuration_changed();
  audit(batch, call.caller,
        {.kind = "integration", .id = integration.id.str(), .before = audited(integration, route, call)});
  return no_content();
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const Integration integration, get_integration(call, db));
  TRY_AS(const Route route, get_default_route(db, integration.id));
  return answer(integration, route, call);
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  TRY_AS(auto team, read_team_filter(call, db));
  const store::IntegrationFilter filter{.name = call.query("name"), .team = std::move(team)};
  const std::int64_t count = store::count_integrations(db, filter);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  std::string results = "[";
  for (const auto& [integration, route] :
       store::list_integrations(db, filter, paging.per_page, (paging.page - 1) * paging.per_page)) {
    if (results.size() > 1) results += ',';
    results += write_integration(integration, route, call.services.settings);
  }
  return page_response(call.services.settings.base_url, call.request, paging, count, results + "]");
}

Actor maintainer(const Call& call) {
  return {.user = call.caller.user, .username = call.caller.username, .via = ActionSource::Api};
}

Result<http::Response> start_maintenance(const Call& call, engine::Batch& batch) {
  TRY_AS(Integration integration, get_integration(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  const json::Value* mode_value = body.find("mode");
  const auto mode = mode_value != nullptr && mode_value->is_string()
                        ? parse_maintenance_mode(mode_value->as_string())
                        : std::nullopt;
  if (!mode) return invalid("mode", "Unknown mode");
  const Field duration_field{
      .name = "duration", .type = FieldType::Integer, .maximum = kLongestMaintenance_s};
  const json::Value* duration_value = body.find("duration");
  const auto duration = duration_value == nullptr ? Result<json::Value>(invalid("missing"))
                                                  : read_field(*duration_value, duration_field, "duration");
  if (!duration) return invalid("duration", "Invalid duration");
  if (integration.maintenance) return invalid("Already on maintenance");
  const Instant now = std::chrono::floor<std::chrono::seconds>(batch.now());
  engine::begin_maintenance(
      batch, integration,
      Maintenance{*mode, now, now + std::chrono::seconds(duration->as_int()), call.caller.user},
      maintainer(call));
  TRY_AS(const Route route, get_default_route(batch.db, integration.id));
  return answer(integration, route, call);
}

Result<http::Response> stop_maintenance(const Call& call, engine::Batch& batch) {
  TRY_AS(Integration integration, get_integration(call, batch.db));
  engine::end_maintenance(batch, integration, maintainer(call));
  TRY_AS(const Route route, get_default_route(batch.db, integration.id));
  return answer(integration, route, call);
}

Write put_or_patch(Method method) {
  return [method](const Call& call, engine::Batch& batch) { return update(call, batch, method); };
}

}  // namespace

Resource integrations_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::IntegrationsRead, kWrite = Permission::IntegrationsWrite;
  return {
      .name = "integrations",
      .title = "Integration",
      .about = "Sources of alerts and alert groups: each has its own link, templates and routes.",
      .fields = kFields,
      .endpoints = {
          {.path = "/integrations/",
           .operations = {{"GET", "List integrations, oldest first", kRead, Read(list), 200, Answers::Page},
                          {"POST", "Create an integration", kWrite, Write(create), 201}},
           .parameters = {{"name", "Exact name."}, {"team_id", "Id of a team, or null for no team."}}},
          {.path = "/integrations/{id}/",
           .operations = {{"GET", "Get an integration", kRead, Read(get)},
                          {"PUT", "Update an integration; absent fields keep their value", kWrite,
                           put_or_patch(Method::Put)},
                          {"PATCH", "Update an integration", kWrite, put_or_patch(Method::Patch)},
                          {"DELETE", "Delete an integration; its alert groups and alerts stay", kWrite,
                           Write(remove), 204, Answers::Nothing}}},
          {.path = "/integrations/{id}/maintenance_start/",
           .operations = {{"POST", "Start maintenance or debug mode: {mode, duration in seconds}", kWrite,
                           Write(start_maintenance)}}},
          {.path = "/integrations/{id}/maintenance_stop/",
           .operations = {{"POST", "Stop maintenance", kWrite, Write(stop_maintenance)}}}}};
}

}  // namespace tocsin::api
