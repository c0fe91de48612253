#include "edge/api/route_fields.h"

#include "edge/api/relations.h"
#include "store/integrations.h"

namespace tocsin::api {
namespace {

bool truthy(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::Null:
      return false;
    case json::Kind::Bool:
      return value.as_bool();
    case json::Kind::Int:
      return value.as_int() != 0;
    case json::Kind::BigInt:
      return true;
    case json::Kind::Float:
      return value.as_float() != 0;
    case json::Kind::String:
      return !value.as_string().empty();
    case json::Kind::Array:
      return !value.as_array().empty();
    case json::Kind::Object:
      return !value.as_object().empty();
  }
  return false;
}

Result<void> read_slack(const json::Value& value, Route& route, Fields& fields, store::Connection& db) {
  if (value.is_null()) {
    fields.refuse("slack", "This field may not be null.");
    return {};
  }
  if (!value.is_object()) {
    fields.refuse("slack.non_field_errors",
                  "Invalid data. Expected a dictionary, but got " + std::string(value.python_type()) + ".");
    return {};
  }
  if (const json::Value* channel = value.find("channel_id")) {
    TRY_AS(route.slack_channel_id,
           read_slack_id(*channel, SlackObject::Channel, "slack.channel_id", fields, db));
  }
  if (const json::Value* enabled = value.find("enabled")) {
    const Field field{.name = "enabled", .type = FieldType::Boolean, .nullable = true};
    auto read = read_field(*enabled, field, "slack.enabled");
    if (read) {
      route.slack_enabled = !read->is_null() && read->as_bool();
    } else {
      fields.refuse(std::move(read).error());
    }
  }
  return {};
}

Result<void> read_backend(std::string_view name, const json::Value& value, Route& route, Fields& fields) {
  if (!value.is_object()) {
    if (name == "msteams") return {};  // the provider sends null for it; nothing is meant
    fields.refuse(name, value.is_null() ? "This field may not be null."
                                        : "Expected a dictionary of items but got type \"" +
                                              std::string(value.python_type()) + "\".");
    return {};
  }
  Backend& backend = route.backends[std::string(name)];
  if (const json::Value* id = value.find("id")) {
    if (id->is_null() || (id->is_string() && id->as_string().empty())) {
      backend.id.reset();
    } else if (name == "telegram") {
      return invalid("Telegram channel does not exist");
    } else if (id->is_string()) {
      backend.id = id->as_string();
    }
  }
  if (const json::Value* enabled = value.find("enabled")) backend.enabled = truthy(*enabled);
  return {};
}

}  // namespace

Route new_route(RouteId id, IntegrationId integration, bool is_default, Instant now) {
  Route route;
  route.id = std::move(id);
  route.integration = std::move(integration);
  route.is_default = is_default;
  route.created_at = now;
  return route;
}

void write_destinations(const Route& route, json::ObjectText& out) {
  json::ObjectText slack;
  slack.set("channel_id", route.slack_channel_id).set("enabled", route.slack_enabled);
  out.set_json("slack", slack.text());
  for (const std::string_view name : kRouteBackends) {
    const auto found = route.backends.find(name);
    const Backend backend = found == route.backends.end() ? Backend{} : found->second;
    json::ObjectText object;
    object.set("id", backend.id).set("enabled", backend.enabled);
    out.set_json(name, object.text());
  }
}

Result<void> read_destinations(const json::Object& body, Route& route, Fields& fields,
                               store::Connection& db) {
  if (const json::Value* chain = body.find("escalation_chain_id")) {
    const Field field{.name = "escalation_chain_id", .type = FieldType::Reference, .nullable = true};
    auto read = read_field(*chain, field, "escalation_chain_id");
    if (!read) {
      fields.refuse(std::move(read).error());
    } else if (read->is_null()) {
      route.chain.reset();
    } else if (store::chain_exists(db, EscalationChainId(read->as_string()))) {
      route.chain = EscalationChainId(read->as_string());
    } else {
      fields.refuse("escalation_chain_id", "Object does not exist");
    }
  }
  if (const json::Value* slack = body.find("slack")) TRY(read_slack(*slack, route, fields, db));
  for (const std::string_view name : kRouteBackends) {
    if (const json::Value* backend = body.find(name)) TRY(read_backend(name, *backend, route, fields));
  }
  return {};
}

}  // namespace tocsin::api
