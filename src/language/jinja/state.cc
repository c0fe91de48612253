#include "language/jinja/state.h"

#include <algorithm>

#include "language/jinja/ast.h"
#include "language/jinja/bigint.h"
#include "language/jinja/dict.h"

namespace tocsin::jinja {

Value State::from_json(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::Null:
      return Value::none();
    case json::Kind::Bool:
      return Value::boolean(value.as_bool());
    case json::Kind::Int:
      return Value::integer(value.as_int());
    case json::Kind::BigInt:
      return big::from_decimal(*this, value.as_big_int().digits);
    case json::Kind::Float:
      return Value::real(value.as_float());
    case json::Kind::String:
      return Value::text(value.as_string());
    case json::Kind::Array:
      return Value::object(Type::JsonArray, &value);
    case json::Kind::Object:
      return Value::object(Type::JsonObject, &value);
  }
  return Value::none();
}

Value State::keep_json(json::Value value) {
  kept_json_.push_back(std::make_unique<const json::Value>(std::move(value)));
  return from_json(*kept_json_.back());
}

Value State::changeable(Value v) {
  v = real(v);
  if (v.is(Type::JsonArray)) {
    const json::Array& from = v.as_json().as_array();
    charge(from.size());
    auto* list = arena.make<List>();
    list->items.reserve(arena, from.size());
    for (const json::Value& item : from) list->items.push_back(arena, from_json(item));
    return changed_[v.pointer()] = Value::object(Type::List, list);
  }
  if (v.is(Type::JsonObject)) {
    auto* dict = arena.make<Dict>();
    for (const json::Member& member : v.as_json().as_object()) {
      charge();
      set(*this, *dict, Value::text(member.key), from_json(member.value));
    }
    // The tag keeps what it was: a mapping of the context prints differently in JSON escaping.
    return changed_[v.pointer()] = Value::object(Type::Dict, dict, 1);
  }
  return v;
}

void State::note(const Undefined& undefined) {
  last_undefined.clear();
  if (undefined.site == nullptr) return;
  std::string path = path_of(*undefined.site);
  charge(4 + path.size() / 8);
  last_undefined = path;
  if (undefined_paths.size() >= 16) return;
  if (std::find(undefined_paths.begin(), undefined_paths.end(), path) == undefined_paths.end()) {
    undefined_paths.push_back(std::move(path));
  }
}

const regex::Pattern& State::pattern(std::string_view text) {
  if (const auto found = patterns_.find(text); found != patterns_.end()) return found->second;
  if (patterns_.size() >= 100) patterns_.clear();
  charge(1000 + text.size());
  regex::Limits limits;
  limits.steps = options.limits.regex_steps;
  limits.steps_per_byte = 0;
  limits.output_bytes = options.limits.memory_bytes / 4;
  auto compiled = regex::Pattern::compile(text, regex::Dialect::Regex, limits);
  if (!compiled) raise(Fault::Runtime, compiled.error().message);
  charge(compiled->compiled_bytes() / 6);
  return patterns_.emplace(std::string(text), *compiled).first->second;
}

std::size_t State::draw(std::size_t bound) {
  if (random == 0) random = static_cast<std::uint64_t>(to_micros(options.now)) * 0x9E3779B97F4A7C15U + 1;
  random ^= random << 13;  // xorshift64
  random ^= random >> 7;
  random ^= random << 17;
  return bound == 0 ? 0 : random % bound;
}

}  // namespace tocsin::jinja
