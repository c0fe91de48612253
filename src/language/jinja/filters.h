// The built-in filters, tests and globals, found by name when a template is compiled.
//
// One file for each kind; a filter is one row of its file's table: its name, its parameters, its function.
// Source: docs/spec/templates.md, sections 1.1, 1.2, 6.2 and 6.3.
#pragma once

#include <span>

#include "language/jinja/call.h"

namespace tocsin::jinja {

struct FilterInfo {
  Builtin builtin;
};
struct TestInfo {
  Builtin builtin;
};

const FilterInfo* find_filter(std::string_view name);
const TestInfo* find_test(std::string_view name);
// Missing when there is no such global.
Value find_global(std::string_view name);

// The tables.
std::span<const FilterInfo> text_filters();
std::span<const FilterInfo> sequence_filters();
std::span<const FilterInfo> order_filters();
std::span<const FilterInfo> selection_filters();
std::span<const FilterInfo> number_filters();
std::span<const FilterInfo> html_filters();
std::span<const FilterInfo> oncall_filters();

// `dict(...)`.
Value make_dict(State& state, const Args& args);
// Markup(value).
Value mark_safe(State& state, Value value);

// --- shared by the filters -----------------------------------------------------------------------

// The steps of "address.city.0": strings, and integers where a step is all digits.
ArenaVector<Value> attribute_path(State& state, Value attribute);
// Follows them; `fallback` (unless Missing or None) stands in for what is undefined on the way.
Value follow(State& state, Value item, const ArenaVector<Value>& path, Value fallback = {});
// Was the argument given, and is it true?
bool given(State& state, Value v);
// Strings in lower case, everything else as it is.
Value without_case(State& state, Value value);

// Sorts stably by `key_less`, comparing in Python's order so that errors name the same pair.
struct Sortable {
  Value key, value;
};
using KeyLess = bool (*)(State& state, Value a, Value b);
bool less(State& state, Value a, Value b);
void sort(State& state, ArenaVector<Sortable>& items, bool reverse, KeyLess key_less = less);

}  // namespace tocsin::jinja
