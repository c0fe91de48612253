// Bodies of HTML forms: application/x-www-form-urlencoded and multipart/form-data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::http {

struct Form {
  std::vector<std::pair<std::string, std::string>> fields;  // in order, repeated names kept
  bool has_files = false;                                   // a part with a file name
};

// The media type of a Content-Type header, lower case, without parameters: "application/json".
std::string media_type(std::string_view content_type);
// A parameter of it: "boundary", "charset".
std::optional<std::string> media_parameter(std::string_view content_type, std::string_view name);

// nullopt when a multipart body has no boundary or is not well-formed.
std::optional<Form> parse_multipart(std::string_view content_type, std::string_view body);

}  // namespace tocsin::http
