// The two ways Python formats text: `"%s" % value` and `"{}".format(value)`.
#pragma once

#include <span>
#include <string>

#include "language/jinja/state.h"

namespace tocsin::jinja {

struct Args;

// `format % values`: a tuple gives several values, a mapping named ones.
Value printf_format(State& state, Value format, Value values);
// `format.format(...)`; attribute steps obey the sandbox.
Value brace_format(State& state, Value format, const Args& args);
// format_map: names come from a mapping.
Value brace_format_map(State& state, Value format, Value mapping);
// format(value, spec).
std::string format_value(State& state, Value value, std::string_view spec);

// ascii(value): repr() with all but ASCII escaped.
std::string ascii_repr(State& state, Value v);
// A number as C's printf prints it: `kind` is one of e E f F g G.
std::string format_double(double number, char kind, int precision, bool alternate = false);

}  // namespace tocsin::jinja
