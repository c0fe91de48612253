#include "edge/api/body.h"

#include "edge/http/form.h"
#include "language/json/read.h"
#include "language/json/utf8.h"

namespace tocsin::api {
namespace {

void set_nested(json::Object& object, std::string_view name, std::string value) {
  const std::size_t split = name.find_first_of(".[");
  if (split == std::string_view::npos || split == 0) {
    object.set(name, std::move(value));
    return;
  }
  const std::string_view outer = name.substr(0, split);
  std::string_view inner = name.substr(split + 1);
  if (name[split] == '[') {
    if (!inner.ends_with(']')) return static_cast<void>(object.set(name, std::move(value)));
    inner.remove_suffix(1);
  }
  json::Value* slot = object.find(outer);
  if (slot == nullptr || !slot->is_object()) slot = &object.set(outer, json::Object{});
  set_nested(slot->as_object(), inner, std::move(value));
}

Result<json::Value> from_fields(const std::vector<std::pair<std::string, std::string>>& fields) {
  json::Object object;
  for (const auto& [name, value] : fields) {
    if (json::valid_utf8_prefix(name) != name.size() || json::valid_utf8_prefix(value) != value.size()) {
      return invalid("Form data is not valid UTF-8.");
    }
    set_nested(object, name, value);
  }
  return json::Value(std::move(object));
}

}  // namespace

Result<json::Value> read_body(const http::Request& request) {
  if (request.body.empty()) return json::Value(json::Object{});
  const std::string_view content_type = request.headers.find("Content-Type").value_or("");
  const std::string type = http::media_type(content_type);
  if (type == "application/json") {
    auto value = json::read(request.body);
    if (!value) return invalid("JSON parse error - " + value.error().message);
    return value;
  }
  if (type == "application/x-www-form-urlencoded") return from_fields(http::parse_query(request.body));
  if (type == "multipart/form-data") {
    const auto form = http::parse_multipart(content_type, request.body);
    if (!form) return invalid("Multipart form parse error - Invalid boundary in multipart");
    return from_fields(form->fields);
  }
  return invalid(std::string(kUnsupported),
                 "Unsupported media type \"" + std::string(content_type) + "\" in request.");
}

}  // namespace tocsin::api
