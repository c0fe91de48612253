// The declarative field table: each resource lists its fields once; reading bodies, error texts and the
// OpenAPI document come from that list.
//
// Source: docs/spec/api-common.md, sections 7 (stock texts) and 10 (null, absent, empty).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "language/json/value.h"

namespace tocsin::api {

enum class FieldType {
  String,
  Integer,
  Number,
  Boolean,
  Time,       // ISO 8601 text
  Reference,  // public id of another object, "" reads as null
  Strings,    // list of texts, ids among them
  Object,     // JSON object; its members are checked by the resource
  List,       // JSON list; its items are checked by the resource
  Any,        // any JSON, checked by the resource
};

enum class FieldAccess {
  ReadWrite,
  ReadOnly,    // answered, ignored when sent
  CreateOnly,  // written on create, answered, ignored on update
  WriteOnly,   // never answered
};

struct Field {
  std::string_view name;
  FieldType type = FieldType::String;
  FieldAccess access = FieldAccess::ReadWrite;
  std::string_view about = {};  // one sentence for the reference page

  bool required = false;         // on create
  bool required_on_put = false;  // and on PUT (PATCH never)
  bool nullable = false;
  bool allow_blank = false;  // "" is a value of its own
  bool trimmed = true;       // white space around a text goes away
  bool blank_is_null = false;
  std::size_t max_length = 0;  // code points; 0: no limit
  std::optional<std::int64_t> minimum = {};
  std::optional<std::int64_t> maximum = {};
  std::span<const std::string_view> choices =
      {};  // documented values; checked by the resource, whose texts differ
};

enum class Method { Create, Put, Patch };

// The accepted fields of a body, in the types of the table. Absent and null are different.
class Fields {
 public:
  bool has(std::string_view name) const { return values_.contains(name); }
  bool is_null(std::string_view name) const;
  // Preconditions of the getters: present, not null, of that type.
  const std::string& text(std::string_view name) const { return values_.find(name)->as_string(); }
  std::int64_t integer(std::string_view name) const { return values_.find(name)->as_int(); }
  bool boolean(std::string_view name) const { return values_.find(name)->as_bool(); }
  const json::Value& value(std::string_view name) const { return *values_.find(name); }
  // nullopt when absent or null.
  std::optional<std::string> optional_text(std::string_view name) const;

  void set(std::string_view name, json::Value value) { values_.set(name, std::move(value)); }

  // Faults found so far. A resource adds its own (an id that names nothing) and then asks whether all was
  // accepted, so that the client reads all failing fields together.
  void refuse(Error error) { errors_.push_back(std::move(error)); }
  void refuse(std::string_view name, std::string_view text) {
    refuse(invalid(std::string(name), std::string(text)));
  }
  Result<void> accepted() const;

 private:
  json::Object values_;
  std::vector<Error> errors_;
};

// Checks a body against a table; failing fields are in Fields::accepted(). An error: the body is no object at
// all.
Result<Fields> read_fields(const json::Value& body, std::span<const Field> table, Method method);
// One value by its field's rules; for nested members. `at` is the field's path in error bodies:
// "slack.channel_id".
Result<json::Value> read_field(const json::Value& value, const Field& field, std::string at);

// Python's str.strip(): Unicode white space on both ends.
std::string_view trim(std::string_view text);

}  // namespace tocsin::api
