// `a.b`, `a['b']`, `a[1:2]`: look-up with Jinja2's order and the sandbox's rules.
// Source: docs/spec/templates.md, sections 5 (".x lookup" and the rows below it), 5.1 and 5.2.
#pragma once

#include "language/jinja/call.h"

namespace tocsin::jinja {

struct Expr;

// Types that have methods, as rows of the method tables.
enum class MethodType : std::uint8_t {
  Str,
  Bytes,
  List,
  Tuple,
  Dict,
  Int,
  Float,
  DateTime,
  Date,
  Time,
  TimeDelta,
  Loop,
  Cycler,
  DictType,
  Count
};

struct MethodInfo {
  MethodType type;
  bool property;  // evaluated at once, without a call
  Builtin builtin;
};

// A method of str with its parameters' names, the first `required` of them without defaults.
constexpr MethodInfo text_method(std::string_view name, Builtin::Fixed function,
                                 std::string_view parameters = "", std::uint8_t required = 0) {
  return {
      MethodType::Str,
      false,
      {.name = name, .python_name = name, .parameters = parameters, .required = required, .fixed = function}};
}

// What a name means as a method: one entry per type. Found once, when a template is compiled.
struct MethodName {
  std::array<const MethodInfo*, static_cast<std::size_t>(MethodType::Count)> by_type{};
};
const MethodName* find_method_name(std::string_view name);
const MethodInfo* method_of(Value object, const MethodName* name);

// The tables, one per file.
std::span<const MethodInfo> text_methods();
std::span<const MethodInfo> search_methods();
std::span<const MethodInfo> case_methods();
std::span<const MethodInfo> bytes_methods();
std::span<const MethodInfo> container_methods();
std::span<const MethodInfo> date_methods();
std::span<const MethodInfo> other_methods();

// `object.name`: attribute first, then item. `site` names the place for messages about undefined values.
Value get_attribute(State& state, Value object, std::string_view name, const MethodName* method,
                    const Expr* site);
// The `attr` filter: the attribute alone, undefined when there is none.
Value get_attribute_only(State& state, Value object, std::string_view name);
// The attribute alone, without the sandbox's rules; Missing when there is none.
Value plain_attribute(State& state, Value object, std::string_view name, const MethodName* method);
// `object[key]`: item first, then attribute.
Value get_item(State& state, Value object, Value key, const Expr* site);
Value get_slice(State& state, Value object, Value start, Value stop, Value step);

// Where a slice of `size` items begins, how many it takes and the step.
struct SliceRange {
  std::int64_t start, count, step;
};
SliceRange slice_range(State& state, Value start, Value stop, Value step, std::int64_t size);

}  // namespace tocsin::jinja
