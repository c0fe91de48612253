// str() and repr(): how values are printed.
#pragma once

#include <string>

#include "language/jinja/state.h"

namespace tocsin::jinja {

void append_str(State& state, std::string& out, Value v);
void append_repr(State& state, std::string& out, Value v);
std::string str(State& state, Value v);
std::string repr(State& state, Value v);
// str() as a value; strings stay themselves (Markup too).
Value to_text(State& state, Value v);
// repr() of a str.
void append_quoted(std::string& out, std::string_view text);
std::string repr_quoted(std::string_view text);

}  // namespace tocsin::jinja
