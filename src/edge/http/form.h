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

  // The last field of that name.
  const std::string* find(std::string_view name) const;
};

// The media type of a Content-Type header, lower case, without parameters: "application/json".
std::string media_type(std::string_view content_type);
// A parameter of it: "boundary", "charset".
std::optional<std::string> media_parameter(std::string_view content_type, std::string_view name);

// More parts than this are no form.
inline constexpr std::size_t kMostFormParts = 2000;

// nullopt when a multipart body has no boundary, is not well-formed or has too many parts.
std::optional<Form> parse_multipart(std::string_view content_type, std::string_view body);
// Either kind of form; nullopt also for every other content type.
std::optional<Form> parse_form(std::string_view content_type, std::string_view body);

}  // namespace tocsin::http
