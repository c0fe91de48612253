#include "edge/api/openapi.h"

#include <algorithm>

namespace tocsin::api {
namespace {

json::Value text(std::string_view value) {
  return json::Value(value);
}

json::Object reference(const std::string& to) {
  return {{"$ref", json::Value("#/components/" + to)}};
}

std::string_view type_name(FieldType type) {
  switch (type) {
    case FieldType::String:
    case FieldType::Time:
    case FieldType::Reference:
      return "string";
    case FieldType::Integer:
      return "integer";
    case FieldType::Number:
      return "number";
    case FieldType::Boolean:
      return "boolean";
    case FieldType::Strings:
    case FieldType::List:
      return "array";
    case FieldType::Object:
      return "object";
    case FieldType::Any:
      return "";
  }
  return "";
}

json::Value schema_of(const Field& field) {
  json::Object schema;
  const std::string_view type = type_name(field.type);
  if (!type.empty() && field.nullable) {
    schema.set("type", json::Array{text(type), text("null")});
  } else if (!type.empty()) {
    schema.set("type", type);
  }
  if (field.type == FieldType::Strings) schema.set("items", json::Object{{"type", text("string")}});
  if (field.type == FieldType::List) schema.set("items", json::Object{});
  if (!field.about.empty()) schema.set("description", field.about);
  if (field.max_length > 0) schema.set("maxLength", field.max_length);
  if (field.minimum) schema.set("minimum", *field.minimum);
  if (field.maximum) schema.set("maximum", *field.maximum);
  if (!field.choices.empty()) {
    json::Array choices;
    for (const std::string_view choice : field.choices) choices.push_back(text(choice));
    if (field.nullable) choices.emplace_back(nullptr);
    schema.set("enum", std::move(choices));
  }
  if (field.required) {
    json::Array methods{text("POST")};
    if (field.required_on_put) methods.push_back(text("PUT"));
    schema.set("x-required-on", std::move(methods));
  }
  if (field.access == FieldAccess::ReadOnly) schema.set("readOnly", true);
  if (field.access == FieldAccess::WriteOnly) schema.set("writeOnly", true);
  return json::Value(std::move(schema));
}

json::Value object_schema(const Resource& resource) {
  json::Object properties;
  for (const Field& field : resource.fields) properties.set(field.name, schema_of(field));
  return json::Object{{"type", text("object")},
                      {"description", text(resource.about)},
                      {"properties", json::Value(std::move(properties))}};
}

json::Value page_schema(const Resource& resource) {
  const auto integer = json::Object{{"type", text("integer")}};
  const auto link = json::Object{{"type", json::Array{text("string"), text("null")}}};
  json::Object properties;
  properties.set("count", integer);
  properties.set("next", link);
  properties.set("previous", link);
  properties.set("results", json::Object{{"type", text("array")},
                                         {"items", json::Value(reference("schemas/" + resource.title))}});
  for (const char* name : {"page_size", "current_page_number", "total_pages"}) properties.set(name, integer);
  return json::Object{{"type", text("object")}, {"properties", json::Value(std::move(properties))}};
}

bool has_pages(const Resource& resource) {
  for (const Endpoint& endpoint : resource.endpoints) {
    for (const Operation& operation : endpoint.operations) {
      if (operation.answers == Operation::Answers::Page) return true;
    }
  }
  return false;
}

json::Value json_content(json::Value schema) {
  return json::Object{{"application/json", json::Value(json::Object{{"schema", std::move(schema)}})}};
}

json::Value success_response(const Operation& operation, const Resource& resource) {
  json::Object response{{"description", text("Success")}};
  switch (operation.answers) {
    case Operation::Answers::Object:
      response.set("content", json_content(json::Value(reference("schemas/" + resource.title))));
      break;
    case Operation::Answers::Page:
      response.set("content", json_content(json::Value(reference("schemas/" + resource.title + "Page"))));
      break;
    case Operation::Answers::Other:
      response.set("content",
                   json_content(operation.answer_schema.empty()
                                    ? json::Value(json::Object{})
                                    : json::Value(reference("schemas/" + operation.answer_schema))));
      break;
    case Operation::Answers::Nothing:
      break;
  }
  return json::Value(std::move(response));
}

std::string operation_id(const Operation& operation, const Endpoint& endpoint) {
  std::string id;
  for (const char c : operation.method) id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  bool separate = true;
  for (const char c : endpoint.path) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      separate = true;
    } else {
      if (std::exchange(separate, false)) id += '_';
      id += c;
    }
  }
  return id;
}

json::Value parameters_of(const Operation& operation, const Endpoint& endpoint) {
  json::Array parameters;
  for (std::size_t at = endpoint.path.find('{'); at != std::string::npos;
       at = endpoint.path.find('{', at + 1)) {
    const std::string name = endpoint.path.substr(at + 1, endpoint.path.find('}', at) - at - 1);
    parameters.push_back(json::Object{{"name", text(name)},
                                      {"in", text("path")},
                                      {"required", json::Value(true)},
                                      {"schema", json::Value(json::Object{{"type", text("string")}})}});
  }
  if (operation.method != "GET") return json::Value(std::move(parameters));
  std::vector<Parameter> query = endpoint.parameters;
  if (operation.answers == Operation::Answers::Page) {
    query.push_back({"page", "From 1; beyond the end the last page is answered."});
    query.push_back({"perpage", "At most 100."});
  }
  for (const Parameter& parameter : query) {
    parameters.push_back(json::Object{{"name", text(parameter.name)},
                                      {"in", text("query")},
                                      {"description", text(parameter.about)},
                                      {"schema", json::Value(json::Object{{"type", text("string")}})}});
  }
  return json::Value(std::move(parameters));
}

json::Value describe(const Operation& operation, const Endpoint& endpoint, const Resource& resource) {
  json::Object out;
  out.set("operationId", operation_id(operation, endpoint));
  out.set("summary", operation.summary);
  out.set("tags", json::Array{text(resource.name)});
  if (operation.permission) {
    out.set("description",
            "Required permission: `" + std::string(access::full_name(*operation.permission)) + "`");
  }
  out.set("parameters", parameters_of(operation, endpoint));
  if (operation.method == "POST" || operation.method == "PUT" || operation.method == "PATCH") {
    const std::string& title = operation.request_schema.empty() ? resource.title : operation.request_schema;
    const bool known = operation.answers == Operation::Answers::Object || !operation.request_schema.empty();
    out.set("requestBody",
            json::Object{{"content", json_content(known ? json::Value(reference("schemas/" + title))
                                                        : json::Value(json::Object{}))}});
  }
  json::Object responses;
  responses.set(std::to_string(operation.success), success_response(operation, resource));
  for (const char* status : {"400", "403", "404", "429"}) responses.set(status, reference("responses/Error"));
  out.set("responses", std::move(responses));
  return json::Value(std::move(out));
}

}  // namespace

json::Value openapi_document(const std::vector<Resource>& resources) {
  json::Object paths, schemas;
  for (const Resource& resource : resources) {
    schemas.set(resource.title, object_schema(resource));
    if (has_pages(resource)) schemas.set(resource.title + "Page", page_schema(resource));
    for (const Endpoint& endpoint : resource.endpoints) {
      json::Object operations;
      for (const Operation& operation : endpoint.operations) {
        std::string method = operation.method;
        std::transform(method.begin(), method.end(), method.begin(),
                       [](unsigned char c) { return std::tolower(c); });
        operations.set(method, describe(operation, endpoint, resource));
      }
      paths.set("/api/v1" + endpoint.path, std::move(operations));
    }
  }
  json::Object components;
  components.set("schemas", std::move(schemas));
  components.set("responses",
                 json::Object{{"Error", json::Value(json::Object{
                                            {"description", text("Refused; nothing was changed.")},
                                            {"content", json_content(json::Value(json::Object{}))}})}});
  components.set("securitySchemes",
                 json::Object{{"token", json::Value(json::Object{{"type", text("apiKey")},
                                                                 {"in", text("header")},
                                                                 {"name", text("Authorization")}})}});
  return json::Object{
      {"openapi", text("3.1.0")},
      {"info",
       json::Value(json::Object{{"title", text("Tocsin API")},
                                {"version", text("v1")},
                                {"license", json::Value(json::Object{{"name", text("Apache-2.0")},
                                                                     {"identifier", text("Apache-2.0")}})}})},
      {"security", json::Array{json::Value(json::Object{{"token", json::Value(json::Array{})}})}},
      {"paths", json::Value(std::move(paths))},
      {"components", json::Value(std::move(components))}};
}

}  // namespace tocsin::api
