// Built-in filters, tests, functions and methods: how they are declared, and how call arguments reach their
// parameters.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "language/jinja/state.h"

namespace tocsin::jinja {

struct Keyword {
  std::string_view name;
  Value value;
};

struct Args {
  std::span<const Value> positional;
  std::span<const Keyword> keywords;
};

inline constexpr std::size_t kMaxParameters = 9;

struct Builtin {
  using Fixed = Value (*)(State& state, const Value* p);  // one value per parameter, Missing when not given
  using Variadic = Value (*)(State& state, const Args& args);

  std::string_view name;         // in templates
  std::string_view python_name;  // in messages
  std::string_view parameters;   // names, separated by spaces; of a method, without its object
  std::uint8_t required = 0;     // how many of them must be given
  std::uint8_t hidden = 0;       // arguments that Jinja2 adds by itself: they count in its messages
  Fixed fixed = nullptr;
  Variadic variadic = nullptr;
};

// Calls with `first` (a filter's input, a method's object) before the arguments. Raises TypeError when they
// do not fit.
Value invoke(State& state, const Builtin& builtin, Value first, const Args& args);
// Without.
Value invoke(State& state, const Builtin& builtin, const Args& args);

// Argument helpers for implementations. They raise TypeError as Python would.
std::int64_t index_argument(State& state, Value v);  // clamped to 64 bits
std::int64_t index_or(State& state, Value v, std::int64_t when_missing);
std::string_view text_argument(Value v, std::string_view what);

}  // namespace tocsin::jinja
