#include "edge/api/field.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "language/json/utf8.h"
#include "language/json/write.h"

namespace tocsin::api {
namespace {

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Texts that no database column takes (the framework's own validators and words).
Result<void> check_characters(std::string_view text, const std::string& at) {
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t code = json::next_code_point(text, pos);
    if (code == 0) return invalid(at, "Null characters are not allowed.");
    if (code >= 0xD800 && code <= 0xDFFF) {
      std::array<char, 8> hex{};
      const auto end =
          std::to_chars(hex.data(), hex.data() + hex.size(), static_cast<unsigned>(code), 16).ptr;
      std::string name(hex.data(), end);
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
      return invalid(at, "Surrogate characters are not allowed: U+" + name + ".");
    }
  }
  return {};
}

Result<json::Value> read_string(const json::Value& value, const Field& field, const std::string& at) {
  std::string text;
  switch (value.kind()) {
    case json::Kind::String:
      text = field.trimmed ? std::string(trim(value.as_string())) : value.as_string();
      break;
    case json::Kind::Int:
    case json::Kind::BigInt:
    case json::Kind::Float:
      text = json::write(value);
      break;
    default:
      return invalid(at, "Not a valid string.");
  }
  if (text.empty() && !field.allow_blank) {
    if (field.blank_is_null) return json::Value();
    return invalid(at, "This field may not be blank.");
  }
  TRY(check_characters(text, at));
  if (field.max_length > 0 && json::count_code_points(text) > field.max_length) {
    return invalid(at,
                   "Ensure this field has no more than " + std::to_string(field.max_length) + " characters.");
  }
  return json::Value(std::move(text));
}

// Digits, perhaps signed, perhaps with ".0" behind them.
std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = trim(text);
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    if (text.find_first_not_of('0', dot + 1) != std::string_view::npos) return std::nullopt;
    text = text.substr(0, dot);
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<json::Value> read_integer(const json::Value& value, const Field& field, const std::string& at) {
  std::optional<std::int64_t> number;
  if (value.is_int()) {
    number = value.as_int();
  } else if (value.is_float()) {
    if (std::abs(value.as_float()) < 9e15) number = parse_integer(json::float_repr(value.as_float()));
  } else if (value.is_string()) {
    if (value.as_string().size() > 1000) return invalid(at, "String value too large.");
    number = parse_integer(value.as_string());
  }
  if (!number) return invalid(at, "A valid integer is required.");
  if (field.minimum && *number < *field.minimum) {
    return invalid(at,
                   "Ensure this value is greater than or equal to " + std::to_string(*field.minimum) + ".");
  }
  if (field.maximum && *number > *field.maximum) {
    return invalid(at, "Ensure this value is less than or equal to " + std::to_string(*field.maximum) + ".");
  }
  return json::Value(*number);
}

Result<json::Value> read_number(const json::Value& value, const std::string& at) {
  if (value.is_int()) return json::Value(static_cast<double>(value.as_int()));
  if (value.is_float() && std::isfinite(value.as_float())) return value;
  if (value.is_string()) {
    const std::string_view text = trim(value.as_string());
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && std::isfinite(number))
      return json::Value(number);
  }
  return invalid(at, "A valid number is required.");
}

Result<json::Value> read_boolean(const json::Value& value, const Field& field, const std::string& at) {
  if (value.is_bool()) return value;
  if (value.is_int() && (value.as_int() == 0 || value.as_int() == 1)) return json::Value(value.as_int() == 1);
  if (value.is_string()) {
    constexpr auto kTrue = std::to_array<std::string_view>(
        {"t", "T", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "1"});
    constexpr auto kFalse = std::to_array<std::string_view>(
        {"f", "F", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", "0"});
    const std::string_view text = trim(value.as_string());
    if (text.empty() && field.nullable) return json::Value();
    if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return json::Value(true);
    if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return json::Value(false);
  }
  return invalid(at, "Must be a valid boolean.");
}

std::string wrong_type(std::string_view expected, const json::Value& value) {
  return "Expected a " + std::string(expected) + " of items but got type \"" +
         std::string(value.python_type()) + "\".";
}

Result<json::Value> read_strings(const json::Value& value, const std::string& at) {
  if (!value.is_array()) return invalid(at, wrong_type("list", value));
  json::Array out;
  for (const json::Value& item : value.as_array()) {
    TRY_AS(json::Value text, read_string(item, Field{.name = {}, .allow_blank = true}, at));
    out.push_back(std::move(text));
  }
  return json::Value(std::move(out));
}

Result<json::Value> read_reference(const json::Value& value, const Field& field, const std::string& at) {
  if (!value.is_string()) return invalid(at, "Invalid values");
  const std::string& text = value.as_string();
  // "null" spells "no team" in form bodies (docs/spec/api-common.md, section 9).
  if (text.empty() || ((field.name == "team_id" || field.name == "team") && text == "null")) {
    if (!field.nullable) return invalid(at, "This field may not be null.");
    return json::Value();
  }
  if (!check_characters(text, at)) return invalid(at, "Object does not exist");
  return value;
}

bool must_be_there(const Field& field, Method method) {
  switch (method) {
    case Method::Create:
      return field.required;
    case Method::Put:
      return field.required_on_put;
    case Method::Patch:
      return false;
  }
  return false;
}

}  // namespace

std::string_view trim(std::string_view text) {
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t next = start;
    if (!is_space(json::next_code_point(text, next))) break;
    start = next;
  }
  std::size_t end = text.size();
  while (end > start) {
    std::size_t previous = end - 1;
    while (previous > start && (static_cast<unsigned char>(text[previous]) & 0xC0) == 0x80) --previous;
    std::size_t at = previous;
    if (!is_space(json::next_code_point(text, at))) break;
    end = previous;
  }
  return text.substr(start, end - start);
}

bool Fields::is_null(std::string_view name) const {
  const json::Value* value = values_.find(name);
  return value != nullptr && value->is_null();
}

std::optional<std::string> Fields::optional_text(std::string_view name) const {
  const json::Value* value = values_.find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return value->as_string();
}

Result<void> Fields::accepted() const {
  if (errors_.empty()) return {};
  Error first = errors_.front();
  first.others.assign(errors_.begin() + 1, errors_.end());
  return first;
}

Result<json::Value> read_field(const json::Value& value, const Field& field, std::string at) {
  if (value.is_null()) {
    if (field.nullable) return json::Value();
    return invalid(std::move(at), "This field may not be null.");
  }
  switch (field.type) {
    case FieldType::String:
    case FieldType::Time:
      return read_string(value, field, at);
    case FieldType::Integer:
      return read_integer(value, field, at);
    case FieldType::Number:
      return read_number(value, at);
    case FieldType::Boolean:
      return read_boolean(value, field, at);
    case FieldType::Reference:
      return read_reference(value, field, at);
    case FieldType::Strings:
      return read_strings(value, at);
    case FieldType::Object:
      if (!value.is_object()) return invalid(std::move(at), wrong_type("dictionary", value));
      return value;
    case FieldType::List:
      if (!value.is_array()) return invalid(std::move(at), wrong_type("list", value));
      return value;
    case FieldType::Any:
      return value;
  }
  return value;
}

Result<Fields> read_fields(const json::Value& body, std::span<const Field> table, Method method) {
  if (body.is_null()) return invalid("non_field_errors", "No data provided");
  if (!body.is_object()) {
    return invalid("non_field_errors",
                   "Invalid data. Expected a dictionary, but got " + std::string(body.python_type()) + ".");
  }
  Fields fields;
  for (const Field& field : table) {
    const bool writable = field.access == FieldAccess::ReadWrite || field.access == FieldAccess::WriteOnly ||
                          (field.access == FieldAccess::CreateOnly && method == Method::Create);
    if (!writable) continue;
    const json::Value* value = body.find(field.name);
    if (value == nullptr) {
      if (must_be_there(field, method)) fields.refuse(field.name, "This field is required.");
      continue;
    }
    auto read = read_field(*value, field, std::string(field.name));
    if (read) {
      fields.set(field.name, std::move(read).value());
    } else {
      fields.refuse(std::move(read).error());
    }
  }
  return fields;
}

}  // namespace tocsin::api
