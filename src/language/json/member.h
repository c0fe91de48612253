// A member that is expected to be a text, for documents that somebody else wrote.
#pragma once

#include <string_view>

#include "language/json/value.h"

namespace tocsin::json {

// "" when there is no such member or it is something else; valid as long as the object.
inline std::string_view text_member(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  return value != nullptr && value->is_string() ? std::string_view(value->as_string()) : std::string_view();
}
inline std::string_view text_member(const Value& object, std::string_view name) {
  return object.is_object() ? text_member(object.as_object(), name) : std::string_view();
}

}  // namespace tocsin::json
