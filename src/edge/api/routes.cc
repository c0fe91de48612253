#include "edge/api/routes.h"

#include "edge/api/audit.h"
#include "edge/api/positions.h"
#include "edge/api/route_fields.h"
#include "language/jinja/template.h"
#include "language/json/read.h"
#include "language/json/utf8.h"
#include "language/json/write.h"
#include "language/regex/pattern.h"
#include "store/integrations.h"

namespace tocsin::api {
namespace {

constexpr std::int64_t kPageSize = 25;
constexpr std::size_t kLongestExpression = 1024;
constexpr std::string_view kRoutingTypes[] = {"regex", "jinja2", "labels"};

constexpr Field kPosition{.name = "position",
                          .type = FieldType::Integer,
                          .about = "From 0; -1 for the end (without manual_order)."};
constexpr Field kManualOrder{
    .name = "manual_order",
    .type = FieldType::Boolean,
    .access = FieldAccess::WriteOnly,
    .about = "true: swap with the one who stands at the position, instead of shifting the others."};
constexpr Field kIntegration{.name = "integration_id",
                             .type = FieldType::Reference,
                             .access = FieldAccess::CreateOnly,
                             .about = "The integration whose alerts it takes.",
                             .required = true};
constexpr Field kRoutingType{.name = "routing_type", .about = "regex or jinja2.", .choices = kRoutingTypes};
constexpr Field kRoutingRegex{.name = "routing_regex",
                              .about = "Pattern over the payload's JSON text, or a Jinja2 template.",
                              .required = true};

constexpr Field backend(std::string_view name) {
  return {.name = name, .type = FieldType::Object, .about = "{id, enabled}"};
}

constexpr Field kFields[] = {
    kPosition,
    kManualOrder,
    {.name = "id", .access = FieldAccess::ReadOnly, .about = "R and 12 signs."},
    kIntegration,
    {.name = "escalation_chain_id",
     .type = FieldType::Reference,
     .about = "Null: nobody is paged.",
     .nullable = true},
    kRoutingType,
    kRoutingRegex,
    {.name = "is_the_last_route",
     .type = FieldType::Boolean,
     .access = FieldAccess::ReadOnly,
     .about = "True for the default route."},
    {.name = "slack", .type = FieldType::Object, .about = "{channel_id, enabled}"},
    backend("telegram"),
    backend("mobile_app"),
    backend("mobile_app_critical"),
    backend("email"),
    backend("msteams"),
    backend("webhook"),
};

// What read_fields takes; the rest is read by read_destinations, in the same way as for a default_route.
constexpr Field kParsed[] = {kPosition, kManualOrder, kIntegration, kRoutingType, kRoutingRegex};

std::string write_route(const Route& route) {
  json::ObjectText out;
  out.set("position", route.position)
      .set("id", route.id.str())
      .set("integration_id", route.integration.str());
  out.set("escalation_chain_id", route.chain ? std::optional(route.chain->str()) : std::nullopt);
  out.set("routing_type", to_text(route.type)).set("routing_regex", route.expression);
  out.set("is_the_last_route", route.is_default);
  write_destinations(route, out);
  return out.text();
}

// Saving runs a template once on an empty payload; what only real payloads could tell is forgiven
// (docs/spec/templates.md, section 4.2).
bool is_usable_template(const std::string& source) {
  const json::Value payload{json::Object{}};
  jinja::Context context;
  context.set("payload", &payload);
  const jinja::Rendered rendered = jinja::render(source, context);
  return !rendered.error || rendered.error->warning;
}

// The resulting pair of type and expression.
Result<void> check_expression(const Route& route) {
  const auto refuse = [](std::string text) { return invalid("non_field_errors", std::move(text)); };
  if (route.type == RoutingType::Labels) return refuse("Expression type is incorrect");
  const std::string& expression = route.expression.value();
  if (const std::size_t length = json::count_code_points(expression); length > kLongestExpression) {
    return refuse("Expression is too long. Maximum length: " + std::to_string(kLongestExpression) +
                  " characters, current length: " + std::to_string(length));
  }
  if (route.type == RoutingType::Jinja2) {
    if (!is_usable_template(expression)) return refuse("Jinja template is incorrect");
  } else if (!regex::Pattern::compile(expression, regex::Dialect::Re)) {
    return refuse("Regular expression is incorrect");
  }
  return {};
}

Result<void> apply_fields(const json::Value& body, Fields& fields, Route& route, store::Connection& db) {
  if (fields.has("routing_type")) {
    const auto type = parse_routing_type(fields.text("routing_type"));
    if (!type) return invalid("Invalid route type");
    route.type = *type;
  }
  if (fields.has("routing_regex")) route.expression = fields.text("routing_regex");
  TRY(read_destinations(body.as_object(), route, fields, db));
  TRY(fields.accepted());
  const bool written = fields.has("routing_type") || fields.has("routing_regex");
  if (written && route.expression) TRY(check_expression(route));
  return {};
}

Result<void> move(store::Connection& db, Route& route, const Fields& fields) {
  const auto slots = store::route_slots(db, route.integration, route.is_default);
  TRY_AS(const auto moved, place(slots, route.id.str(), read_placement(fields)));
  store::move_routes(db, moved);
  if (!moved.empty()) route.position = moved.back().position;
  return {};
}

Result<Route> get_route(const Call& call, store::Connection& db) {
  auto route = store::find_route(db, RouteId(call.id()));
  if (!route) return not_found();
  return *std::move(route);
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kParsed, Method::Create));
  std::optional<Integration> integration;
  if (fields.has("integration_id")) {
    integration = store::find_integration(batch.db, IntegrationId(fields.text("integration_id")));
    if (!integration) fields.refuse("integration_id", "Object does not exist");
  }
  Route route = new_route(RouteId(batch.ids.public_id("R")), integration ? integration->id : IntegrationId(),
                          false, batch.next_instant());
  TRY(apply_fields(body, fields, route, batch.db));
  route.position = end_position(store::route_slots(batch.db, route.integration, false));
  store::insert_route(batch.db, route);
  TRY(move(batch.db, route, fields));
  batch.configuration_changed();
  std::string answer = write_route(route);
  audit(batch, call.caller, {.kind = "route", .id = route.id.str(), .after = json::read(answer).value()});
  return http::json_response(201, std::move(answer));
}

Result<http::Response> update(const Call& call, engine::Batch& batch, Method method) {
  TRY_AS(Route route, get_route(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kParsed, method));
  const std::string before = write_route(route);
  TRY(apply_fields(body, fields, route, batch.db));
  TRY(move(batch.db, route, fields));
  store::update_route(batch.db, route);
  batch.configuration_changed();
  std::string answer = write_route(route);
  audit(batch, call.caller,
        {.kind = "route",
         .id = route.id.str(),
         .before = json::read(before).value(),
         .after = json::read(answer).value()});
  return http::json_response(200, std::move(answer));
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const Route route, get_route(call, batch.db));
  if (route.is_default) return invalid("Unable to delete default filter");
  store::delete_route(batch.db, route.id);
  batch.configuration_changed();
  audit(batch, call.caller,
        {.kind = "route", .id = route.id.str(), .before = json::read(write_route(route)).value()});
  return no_content();
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const Route route, get_route(call, db));
  return http::json_response(200, write_route(route));
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  const store::RouteFilter filter{call.query("integration_id"), call.query("routing_regex")};
  const std::int64_t count = store::count_routes(db, filter);
  const Paging paging = clamp(read_paging(call.request.query, kPageSize), count);
  std::string results = "[";
  for (const Route& route :
       store::list_routes(db, filter, paging.per_page, (paging.page - 1) * paging.per_page)) {
    if (results.size() > 1) results += ',';
    results += write_route(route);
  }
  return page_response(call.services.settings.base_url, call.request, paging, count, results + "]");
}

Write put_or_patch(Method method) {
  return [method](const Call& call, engine::Batch& batch) { return update(call, batch, method); };
}

}  // namespace

Resource routes_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::IntegrationsRead, kWrite = Permission::IntegrationsWrite;
  return {.name = "routes",
          .title = "Route",
          .about = "Where the alerts of an integration go: the first route that matches takes an alert.",
          .fields = kFields,
          .endpoints = {{.path = "/routes/",
                         .operations = {{"GET", "List routes in the order of evaluation", kRead, Read(list),
                                         200, Answers::Page},
                                        {"POST", "Create a route", kWrite, Write(create), 201}},
                         .parameters = {{"integration_id", "Routes of that integration."},
                                        {"routing_regex", "Exactly this expression."}}},
                        {.path = "/routes/{id}/",
                         .operations = {{"GET", "Get a route", kRead, Read(get)},
                                        {"PUT", "Update a route; absent fields keep their value", kWrite,
                                         put_or_patch(Method::Put)},
                                        {"PATCH", "Update a route", kWrite, put_or_patch(Method::Patch)},
                                        {"DELETE", "Delete a route; its alert groups run on without one",
                                         kWrite, Write(remove), 204, Answers::Nothing}}}}};
}

}  // namespace tocsin::api
