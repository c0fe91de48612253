#include "edge/inbound/payload_body.h"

#include "edge/http/form.h"
#include "language/json/read.h"
#include "language/json/utf8.h"
#include "language/json/write.h"

namespace tocsin::inbound {
namespace {

constexpr std::size_t kMaxFormFields = 1000;

http::Response detail(int status, const std::string& text) {
  return http::json_response(status, json::write(json::Value(json::Object{{"detail", json::Value(text)}})));
}

http::Response plain(int status, std::string text) {
  return http::text_response(status, std::move(text), "text/html; charset=utf-8");
}

// A flat object of texts; of a repeated field the last value counts.
std::variant<PayloadBody, http::Response> from_fields(
    const std::vector<std::pair<std::string, std::string>>& fields) {
  if (fields.size() > kMaxFormFields) return detail(400, "The form has more than 1000 fields.");
  json::Object object;
  for (const auto& [name, value] : fields) {
    if (json::valid_utf8_prefix(name) != name.size() || json::valid_utf8_prefix(value) != value.size()) {
      return detail(400, "The form is not valid UTF-8.");
    }
    object.set(name, value);
  }
  PayloadBody body{json::Value(std::move(object)), {}};
  body.text = json::write(body.value);
  return body;
}

}  // namespace

std::variant<PayloadBody, http::Response> read_payload(http::Request& request) {
  if (request.body.empty()) return PayloadBody{json::Value(json::Object{}), "{}"};
  const std::string_view content_type = request.headers.find("Content-Type").value_or("");
  const std::string type = http::media_type(content_type);
  if (type == "application/json") {
    auto value = json::read(request.body);
    if (!value) return detail(400, "JSON parse error - " + value.error().message);
    if (value->is_null()) return plain(400, "Payload is required");
    return PayloadBody{std::move(value).value(), std::move(request.body)};
  }
  if (type == "application/x-www-form-urlencoded") return from_fields(http::parse_query(request.body));
  if (type == "multipart/form-data") {
    const auto form = http::parse_multipart(content_type, request.body);
    if (!form) return detail(400, "Multipart form parse error - Invalid boundary in multipart");
    if (form->has_files) return plain(400, "File uploads are not allowed");
    return from_fields(form->fields);
  }
  return detail(415, "Unsupported media type \"" + std::string(content_type) + "\" in request.");
}

}  // namespace tocsin::inbound
