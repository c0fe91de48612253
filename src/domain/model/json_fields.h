// One description of a struct serves both directions, so that writing and reading cannot drift apart:
//
//   template <class Io> void fields(Io& io, Wait& s) { io("duration", s.duration); }
//
//   json::Value text = write_fields(wait);   Result<Wait> back = read_fields<Wait>(text);
//
// Instants are microseconds, durations whole seconds, enumerators their numbers, ids their text. An absent
// optional is left out. When reading, a missing key keeps the field's default (older rows), null empties an
// optional, a wrong kind is an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "language/json/value.h"

namespace tocsin {

class FieldWriter {
 public:
  template <class T>
  void operator()(const char* key, const T& field) {
    if constexpr (requires { field.has_value(); }) {
      if (field) out_.set(key, value_of(*field));
    } else {
      out_.set(key, value_of(field));
    }
  }
  json::Value take() { return json::Value(std::move(out_)); }

 private:
  static json::Value value_of(bool v) { return v; }
  static json::Value value_of(const std::string& v) { return v; }
  static json::Value value_of(Instant v) { return to_micros(v); }
  static json::Value value_of(std::chrono::seconds v) { return std::int64_t{v.count()}; }
  template <class Tag>
  static json::Value value_of(const StrongId<Tag>& v) {
    return v.str();
  }
  template <class T>
  static json::Value value_of(const std::vector<T>& items) {
    json::Array out;
    out.reserve(items.size());
    for (const T& item : items) out.push_back(value_of(item));
    return out;
  }
  template <class T>
  static json::Value value_of(const T& v) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      return static_cast<std::int64_t>(v);
    } else {
      FieldWriter inner;
      fields(inner, const_cast<T&>(v));  // the writer only reads; one description serves both directions
      return inner.take();
    }
  }

  json::Object out_;
};

class FieldReader {
 public:
  explicit FieldReader(const json::Value& from) : from_(from) {
    if (!from.is_object()) fail("");
  }

  template <class T>
  void operator()(const char* key, T& field) {
    const json::Value* value = from_.find(key);
    if (value && !read(*value, field)) fail(key);
  }
  const std::optional<Error>& error() const { return error_; }

  // The description itself found something amiss (an unknown step type).
  void fail(std::string key) {
    if (!error_) error_ = invalid(std::move(key), "stored value has another form than expected");
  }

 private:
  static bool read(const json::Value& v, bool& out) { return v.is_bool() && (out = v.as_bool(), true); }
  static bool read(const json::Value& v, std::string& out) {
    return v.is_string() && (out = v.as_string(), true);
  }
  static bool read(const json::Value& v, Instant& out) {
    return v.is_int() && (out = from_micros(v.as_int()), true);
  }
  static bool read(const json::Value& v, std::chrono::seconds& out) {
    return v.is_int() && (out = std::chrono::seconds{v.as_int()}, true);
  }
  template <class Tag>
  static bool read(const json::Value& v, StrongId<Tag>& out) {
    return v.is_string() && (out = StrongId<Tag>(v.as_string()), true);
  }
  template <class T>
  static bool read(const json::Value& v, std::optional<T>& out) {
    out.reset();
    return v.is_null() || read(v, out.emplace());
  }
  template <class T>
  static bool read(const json::Value& v, std::vector<T>& out) {
    if (!v.is_array()) return false;
    out.clear();
    for (const json::Value& item : v.as_array()) {
      if (!read(item, out.emplace_back())) return false;
    }
    return true;
  }
  template <class T>
  static bool read(const json::Value& v, T& out) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      return v.is_int() && (out = static_cast<T>(v.as_int()), true);
    } else {
      FieldReader inner(v);
      if (!inner.error_) fields(inner, out);
      return !inner.error_;
    }
  }

  const json::Value& from_;
  std::optional<Error> error_;
};

template <class T>
json::Value write_fields(const T& value) {
  FieldWriter io;
  fields(io, const_cast<T&>(value));
  return io.take();
}

template <class T>
Result<T> read_fields(const json::Value& from) {
  T out;
  FieldReader io(from);
  if (!io.error()) fields(io, out);
  if (io.error()) return *io.error();
  return out;
}

}  // namespace tocsin
