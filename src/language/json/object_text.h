// Writes a JSON object member by member, straight to text: for answers that are built often and never read
// back.
//
//   ObjectText out;
//   out.set("id", id).set("team", optional_team).set_json("slack", slack.text());
//   out.text()  // {"id":"...","team":null,"slack":{...}}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "language/json/write.h"

namespace tocsin::json {

class ObjectText {
 public:
  ObjectText& set(std::string_view name, std::string_view text) {
    key(name);
    append_string(out_, text);
    return *this;
  }
  ObjectText& set(std::string_view name, const std::string& text) {
    return set(name, std::string_view(text));
  }
  ObjectText& set(std::string_view name, const char* text) { return set(name, std::string_view(text)); }
  ObjectText& set(std::string_view name, std::nullptr_t) { return set_json(name, "null"); }
  ObjectText& set(std::string_view name, bool b) { return set_json(name, b ? "true" : "false"); }
  ObjectText& set(std::string_view name, std::int64_t number) {
    return set_json(name, std::to_string(number));
  }
  template <class T>
  ObjectText& set(std::string_view name, const std::optional<T>& value) {
    return value ? set(name, *value) : set(name, nullptr);
  }
  // `json_text` is a whole JSON value.
  ObjectText& set_json(std::string_view name, std::string_view json_text) {
    key(name);
    out_ += json_text;
    return *this;
  }

  std::string text() const { return out_ + "}"; }

 private:
  void key(std::string_view name) {
    if (out_.size() > 1) out_ += ',';
    append_string(out_, name);
    out_ += ':';
  }
  std::string out_ = "{";
};

}  // namespace tocsin::json
