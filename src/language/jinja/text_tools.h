// Pieces of str's behaviour that filters and methods share. Texts are UTF-8, counts and positions are code
// points.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/jinja/state.h"

namespace tocsin::jinja {

std::size_t code_points(State& state, std::string_view text);  // pays for the scan
// Where `what` stands, from `from` on; npos when nowhere. Each place that might match is paid for, so that
// texts made to match almost everywhere end in the budget. An empty `what` stands at once.
std::size_t find_text(State& state, std::string_view text, std::string_view what, std::size_t from = 0);
// The last place where it stands and starts at or before `from`.
std::size_t rfind_text(State& state, std::string_view text, std::string_view what,
                       std::size_t from = std::string_view::npos);

// Without white space, or without the signs of a set, at the ends.
std::string_view strip_space(State& state, std::string_view text, bool left, bool right);
std::string_view strip_characters(State& state, std::string_view text, std::string_view characters, bool left,
                                  bool right);
enum class Side { Left, Right, Both };
std::string pad(State& state, std::string_view text, std::int64_t width, std::string_view fill,
                Side where_text_stands);
// Lines without their ends (or with), at every line boundary that Python knows.
std::vector<std::string_view> split_lines(State& state, std::string_view text, bool keep_ends = false);
// Words between runs of white space; at most `most` cuts, negative for all.
std::vector<std::string_view> split_words(State& state, std::string_view text, std::int64_t most);
std::vector<std::string_view> split_words_from_right(State& state, std::string_view text, std::int64_t most);
// str.replace; an empty `from` stands between all code points. `most` negative: all.
std::string replace_all(State& state, std::string_view text, std::string_view from, std::string_view to,
                        std::int64_t most);

// int(text, base) and float(text); nullopt where Python raises ValueError.
std::optional<Value> parse_integer(State& state, std::string_view text, int base);
std::optional<double> parse_float(State& state, std::string_view text);

// A text argument of a method of `self`; raises TypeError "`message` must be str, not int". Markup's methods
// escape what is not Markup.
std::string_view text_of(State& state, Value self, Value v, std::string_view message);

}  // namespace tocsin::jinja
