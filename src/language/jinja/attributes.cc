#include "language/jinja/attributes.h"

#include <algorithm>
#include <unordered_map>

#include "language/jinja/datetime.h"
#include "language/jinja/dict.h"
#include "language/jinja/evaluator.h"
#include "language/jinja/operators.h"
#include "language/jinja/sandbox.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

std::optional<MethodType> method_type(Value v) {
  switch (v.type()) {
    case Type::Str:
      return MethodType::Str;
    case Type::Bytes:
      return MethodType::Bytes;
    case Type::List:
    case Type::JsonArray:
      return MethodType::List;
    case Type::Tuple:
      return MethodType::Tuple;
    case Type::Dict:
    case Type::JsonObject:
      return MethodType::Dict;
    case Type::Bool:
    case Type::Int:
    case Type::BigInt:
      return MethodType::Int;
    case Type::Float:
      return MethodType::Float;
    case Type::DateTime:
      return MethodType::DateTime;
    case Type::Date:
      return MethodType::Date;
    case Type::Time:
      return MethodType::Time;
    case Type::TimeDelta:
      return MethodType::TimeDelta;
    case Type::Loop:
      return MethodType::Loop;
    case Type::Cycler:
      return MethodType::Cycler;
    case Type::DictType:
      return MethodType::DictType;
    default:
      return std::nullopt;
  }
}

Value unsafe(State& state, Value object, std::string_view name, const Expr* site) {
  state.charge(16);
  const std::string message = "access to attribute '" + std::string(name) + "' of '" +
                              std::string(short_type_name(object)) + "' object is unsafe.";
  return Value::object(Type::Undefined,
                       state.arena.make<Undefined>(Undefined::Kind::Unsafe, "", state.text(name),
                                                   state.arena.copy(message), site));
}

Value no_such(State& state, Value object, Value key, const Expr* site) {
  const auto kind = key.string() ? Undefined::Kind::Attribute : Undefined::Kind::Element;
  // The common types' names are constants and need no copy.
  const std::string_view type = object.mapping()     ? std::string_view("dict object")
                                : object.list_like() ? std::string_view("list object")
                                                     : state.arena.copy(object_type(object));
  return Value::object(Type::Undefined, state.arena.make<Undefined>(kind, type, key, "", site));
}

// obj[key] in Python, Missing where it would raise TypeError or LookupError.
Value plain_item(State& state, Value object, Value key) {
  switch (object.type()) {
    case Type::JsonObject:
    case Type::Dict:
      if (key.list_like() || key.mapping() || key.is(Type::Slice)) return {};  // unhashable
      return mapping_find(state, state.real(object), key);
    case Type::JsonArray:
    case Type::List:
    case Type::Tuple: {
      if (!key.small_int()) return {};
      const Value list = state.real(object);
      const auto size = static_cast<std::int64_t>(sequence_size(list));
      const std::int64_t at = key.as_int() < 0 ? key.as_int() + size : key.as_int();
      return at >= 0 && at < size ? sequence_item(state, list, static_cast<std::size_t>(at)) : Value();
    }
    case Type::Str: {
      if (!key.small_int()) return {};
      const std::string_view text = object.str();
      state.charge(text.size() / 8);
      std::int64_t at = key.as_int();
      if (at < 0) at += static_cast<std::int64_t>(json::count_code_points(text));
      if (at < 0 || at >= static_cast<std::int64_t>(text.size())) return {};
      const std::size_t start = json::first_code_points(text, static_cast<std::size_t>(at)).size();
      if (start >= text.size()) return {};
      std::size_t end = start;
      json::next_code_point(text, end);
      return Value::text(text.substr(start, end - start), object.markup());
    }
    case Type::Bytes: {
      if (!key.small_int()) return {};
      const auto size = static_cast<std::int64_t>(object.tag());
      const std::int64_t at = key.as_int() < 0 ? key.as_int() + size : key.as_int();
      return at >= 0 && at < size
                 ? Value::integer(static_cast<unsigned char>(object.str()[static_cast<std::size_t>(at)]))
                 : Value();
    }
    case Type::Self:
      return key.string() ? state.evaluator->block_reference(key.str()) : Value();
    default:
      return {};
  }
}

Value macro_attribute(State& state, Value macro, std::string_view name) {
  const MacroDefinition& definition = *macro.as<MacroObject>()->definition;
  if (name == "name") return definition.name.empty() ? Value::none() : Value::text(definition.name);
  if (name == "catch_kwargs") return Value::boolean(definition.uses_kwargs);
  if (name == "catch_varargs") return Value::boolean(definition.uses_varargs);
  if (name == "caller") return Value::boolean(definition.uses_caller);
  if (name == "explicit_caller") return Value::boolean(definition.explicit_caller);
  if (name != "arguments") return {};
  Value* names = state.arena.array<Value>(definition.parameters.size());
  for (std::size_t i = 0; i < definition.parameters.size(); ++i)
    names[i] = Value::text(definition.parameters[i]->name);
  return Value::tuple(names, definition.parameters.size());
}

// Python takes an AttributeError out of a property for "no such attribute": a failing loop condition makes
// `loop.nextitem` undefined.
Value property_value(State& state, Value object, const MethodInfo& info) {
  try {
    return info.builtin.fixed(state, &object);
  } catch (const Raised& raised) {
    if (raised.fault != Fault::AttributeError) throw;
    state.charge(kCaughtSteps);
    return {};
  }
}

}  // namespace

const MethodName* find_method_name(std::string_view name) {
  static const auto kNames = [] {
    std::unordered_map<std::string_view, MethodName> names;
    for (const auto& table : {text_methods(), search_methods(), case_methods(), bytes_methods(),
                              container_methods(), date_methods(), other_methods()}) {
      for (const MethodInfo& info : table)
        names[info.builtin.name].by_type[static_cast<std::size_t>(info.type)] = &info;
    }
    return names;
  }();
  constexpr std::size_t kLongest = 24;  // what is longer need not be hashed
  const auto found = name.size() <= kLongest ? kNames.find(name) : kNames.end();
  return found != kNames.end() ? &found->second : nullptr;
}

const MethodInfo* method_of(Value object, const MethodName* name) {
  if (name == nullptr) return nullptr;
  const auto type = method_type(object);
  return type ? name->by_type[static_cast<std::size_t>(*type)] : nullptr;
}

Value plain_attribute(State& state, Value object, std::string_view name, const MethodName* method) {
  if (const MethodInfo* info = method_of(object, method)) {
    if (info->property) return property_value(state, object, *info);
    return Value::object(Type::Method, state.arena.make<Method>(object, info));
  }
  switch (object.type()) {
    case Type::Namespace: {
      const Value* found = find(state, object.as<Namespace>()->attributes, Value::text(name));
      return found != nullptr ? *found : Value();
    }
    case Type::Macro:
      return macro_attribute(state, object, name);
    case Type::BlockRef:
      if (name == "name") return Value::text(object.as<BlockReference>()->block->name);
      if (name == "super") return state.evaluator->no_parent_block(object.as<BlockReference>()->block->name);
      return {};
    case Type::Joiner:
      if (name == "sep") return object.as<Joiner>()->separator;
      return name == "used" ? Value::boolean(object.as<Joiner>()->used) : Value();
    case Type::Tuple:
      if (!object.flag()) return {};
      if (name == "grouper") return object.items()[0];
      return name == "list" ? object.items()[1] : Value();
    default:
      return {};
  }
}

Value get_attribute(State& state, Value object, std::string_view name, const MethodName* method,
                    const Expr* site) {
  if (object.undefined()) {
    if (is_unsafe(object, name)) return unsafe(state, object, name, site);
    raise_undefined(state, object);
  }
  if (name.starts_with('_') || object.is(Type::Iterator) || object.is(Type::DictType)) [[unlikely]] {
    const bool known = object.is(Type::Namespace) && !plain_attribute(state, object, name, method).missing();
    if (known || is_unsafe(object, name)) return unsafe(state, object, name, site);
  }
  if (const Value found = plain_attribute(state, object, name, method); !found.missing()) return found;
  if (const Value found = plain_item(state, object, Value::text(name)); !found.missing()) return found;
  return no_such(state, object, Value::text(name), site);
}

Value get_attribute_only(State& state, Value object, std::string_view name) {
  if (is_unsafe(object, name)) return unsafe(state, object, name, nullptr);
  if (object.undefined()) {
    // Names of Python's protocols are only missing from it; all others fail as any use does.
    if (!name.starts_with("__") || !name.ends_with("__")) raise_undefined(state, object);
    return no_such(state, object, Value::text(name), nullptr);
  }
  const Value found = plain_attribute(state, object, name, find_method_name(name));
  if (found.missing()) return no_such(state, object, Value::text(name), nullptr);
  return name.starts_with('_') ? unsafe(state, object, name, nullptr) : found;
}

Value get_item(State& state, Value object, Value key, const Expr* site) {
  if (object.undefined()) raise_undefined(state, object);
  if (const Value found = plain_item(state, object, key); !found.missing()) return found;
  if (key.string()) {
    const std::string_view name = key.str();
    const MethodName* method = find_method_name(name);
    if (is_unsafe(object, name)) return unsafe(state, object, name, site);
    if (const Value found = plain_attribute(state, object, name, method); !found.missing()) {
      return name.starts_with('_') ? unsafe(state, object, name, site) : found;
    }
  }
  return no_such(state, object, key, site);
}

// --- slices --------------------------------------------------------------------------------------

SliceRange slice_range(State& state, Value start, Value stop, Value step, std::int64_t size) {
  const auto bound = [&](Value v) {
    if (v.integral()) return index_argument(state, v);
    type_error("slice indices must be integers or None or have an __index__ method");
  };
  const auto absent = [](Value v) { return v.missing() || v.none_type(); };
  const std::int64_t by = absent(step) ? 1 : bound(step);
  if (by == 0) value_error("slice step cannot be zero");
  const std::int64_t low = by < 0 ? -1 : 0, high = by < 0 ? size - 1 : size;
  const auto clamp = [&](Value v, std::int64_t when_absent) {
    if (absent(v)) return when_absent;
    std::int64_t at = bound(v);
    if (at < 0) at = at < -size ? -1 - size : at + size;
    return at < low ? low : std::min(at, high);
  };
  const std::int64_t from = clamp(start, by < 0 ? high : low);
  const std::int64_t to = clamp(stop, by < 0 ? low : high);
  std::int64_t count = 0;
  if (by > 0 && from < to) count = (to - from - 1) / by + 1;
  if (by < 0 && from > to) count = by == INT64_MIN ? 1 : (from - to - 1) / -by + 1;
  return {from, count, by};
}

namespace {

std::string slice_text(State& state, std::string_view text, Value start, Value stop, Value step, bool bytes) {
  std::string out;
  // Byte offsets of the code points; plain text needs none.
  std::vector<std::uint32_t> offsets;
  state.charge_characters(text);
  const std::size_t points = bytes ? text.size() : json::count_code_points(text);
  const bool plain = points == text.size();
  const SliceRange range = slice_range(state, start, stop, step, static_cast<std::int64_t>(points));
  state.charge(range.step == 1 ? 0 : static_cast<std::size_t>(range.count) / 2);
  if (!plain) {
    offsets.reserve(points + 1);
    for (std::size_t at = 0; at < text.size(); json::next_code_point(text, at))
      offsets.push_back(static_cast<std::uint32_t>(at));
    offsets.push_back(static_cast<std::uint32_t>(text.size()));
  }
  const auto offset = [&](std::int64_t i) {
    return plain ? static_cast<std::size_t>(i) : offsets[static_cast<std::size_t>(i)];
  };
  if (range.step == 1) {
    if (range.count > 0)
      out = text.substr(offset(range.start), offset(range.start + range.count) - offset(range.start));
    return out;
  }
  for (std::int64_t i = 0, at = range.start; i < range.count; ++i, at += range.step) {
    out += text.substr(offset(at), offset(at + 1) - offset(at));
  }
  return out;
}

}  // namespace

Value get_slice(State& state, Value object, Value start, Value stop, Value step) {
  if (object.undefined()) raise_undefined(state, object);
  if (object.string())
    return state.text(slice_text(state, object.str(), start, stop, step, false), object.markup());
  if (object.is(Type::Bytes))
    return Value::bytes(state.text(slice_text(state, object.str(), start, stop, step, true)).str());
  if (object.mapping()) type_error("unhashable type: 'slice'");
  if (!sequence(object)) type_error("'" + std::string(type_name(object)) + "' object is not subscriptable");
  const Value list = state.real(object);
  const SliceRange range =
      slice_range(state, start, stop, step, static_cast<std::int64_t>(sequence_size(list)));
  ArenaVector<Value> items;
  items.reserve(state.arena, static_cast<std::size_t>(range.count));
  for (std::int64_t i = 0, at = range.start; i < range.count; ++i, at += range.step) {
    state.charge();
    items.push_back(state.arena, sequence_item(state, list, static_cast<std::size_t>(at)));
  }
  return object.is(Type::Tuple) ? Value::tuple(items.begin(), items.size()) : state.list(items);
}

}  // namespace tocsin::jinja
