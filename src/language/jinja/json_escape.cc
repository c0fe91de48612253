#include "language/jinja/json_escape.h"

#include "language/json/write.h"

namespace tocsin::jinja {

json::Value json_escaped(const json::Value& value) {
  if (value.is_string()) {
    std::string quoted;
    json::append_string(quoted, value.as_string());
    return quoted.substr(1, quoted.size() - 2);
  }
  if (value.is_array()) {
    json::Array out;
    out.reserve(value.as_array().size());
    for (const json::Value& item : value.as_array()) out.push_back(json_escaped(item));
    return out;
  }
  if (value.is_object()) {
    json::Object out;
    for (const json::Member& member : value.as_object()) out.set(member.key, json_escaped(member.value));
    return out;
  }
  return value;
}

}  // namespace tocsin::jinja
