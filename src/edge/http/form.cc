#include "edge/http/form.h"

#include <algorithm>

#include "edge/http/message.h"

namespace tocsin::http {
namespace {

std::string_view strip(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

// The value of a header line inside a part; empty when there is none.
std::string_view part_header(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(head.size(), line.size() + 1));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && equal_ignoring_case(strip(line.substr(0, colon)), name)) {
      return strip(line.substr(colon + 1));
    }
  }
  return {};
}

}  // namespace

std::string media_type(std::string_view content_type) {
  std::string type(strip(content_type.substr(0, content_type.find(';'))));
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
  return type;
}

std::optional<std::string> media_parameter(std::string_view content_type, std::string_view name) {
  std::size_t semicolon = content_type.find(';');
  while (semicolon != std::string_view::npos) {
    content_type.remove_prefix(semicolon + 1);
    const std::size_t equals = content_type.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = strip(content_type.substr(0, equals));
    content_type.remove_prefix(equals + 1);
    std::string_view value;
    if (content_type.starts_with('"')) {
      const std::size_t close = std::min(content_type.find('"', 1), content_type.size());
      value = content_type.substr(1, close - 1);
      content_type.remove_prefix(close);
    } else {
      value = strip(content_type.substr(0, content_type.find(';')));
    }
    if (equal_ignoring_case(key, name)) return std::string(value);
    semicolon = content_type.find(';');
  }
  return std::nullopt;
}

std::optional<Form> parse_multipart(std::string_view content_type, std::string_view body) {
  const auto boundary = media_parameter(content_type, "boundary");
  if (!boundary || boundary->empty()) return std::nullopt;
  const std::string delimiter = "--" + *boundary;
  Form form;
  std::size_t at = body.find(delimiter);
  if (at == std::string_view::npos) return std::nullopt;
  for (std::size_t parts = 0; parts <= kMostFormParts; ++parts) {
    body.remove_prefix(at + delimiter.size());
    if (body.starts_with("--")) return form;
    const std::size_t line_end = body.find('\n');
    if (line_end == std::string_view::npos) return std::nullopt;
    body.remove_prefix(line_end + 1);
    at = body.find("\n" + delimiter);
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view part = body.substr(0, at);
    if (part.ends_with('\r')) part.remove_suffix(1);
    at += 1;  // the newline before the delimiter
    std::size_t head_end = part.find("\r\n\r\n"), gap = 4;
    if (head_end == std::string_view::npos) head_end = part.find("\n\n"), gap = 2;
    if (head_end == std::string_view::npos) return std::nullopt;
    const std::string_view disposition = part_header(part.substr(0, head_end), "Content-Disposition");
    const auto name = media_parameter(disposition, "name");
    if (!name) continue;
    if (media_parameter(disposition, "filename")) {
      form.has_files = true;
    } else {
      form.fields.emplace_back(*name, std::string(part.substr(head_end + gap)));
    }
  }
  return std::nullopt;
}

std::optional<Form> parse_form(std::string_view content_type, std::string_view body) {
  const std::string type = media_type(content_type);
  if (type == "multipart/form-data") return parse_multipart(content_type, body);
  if (type != "application/x-www-form-urlencoded") return std::nullopt;
  Form form{.fields = parse_query(body)};
  if (form.fields.size() > kMostFormParts) return std::nullopt;
  return form;
}

const std::string* Form::find(std::string_view name) const {
  const auto found =
      std::find_if(fields.rbegin(), fields.rend(), [&](const auto& field) { return field.first == name; });
  return found == fields.rend() ? nullptr : &found->second;
}

}  // namespace tocsin::http
