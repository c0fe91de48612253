// Writes JSON in the three shapes that OnCall's parts produce.
#pragma once

#include <string>
#include <string_view>

#include "language/json/value.h"

namespace tocsin::json {

struct Style {
  std::string_view between_items = ",";
  std::string_view after_key = ":";
  int indent = -1;         // spaces a level; -1 writes one line
  bool sort_keys = false;  // by code point, as Python sorts
  bool ascii = false;      // non-ASCII as \uXXXX
};

// What the API answers: no spaces, UTF-8.
inline constexpr Style kCompact{};
// json.dumps(value): what route patterns search and the json_dumps filter prints.
inline constexpr Style kPython{.between_items = ", ", .after_key = ": ", .ascii = true};
// json.dumps(sort_keys=True, indent=4, ensure_ascii=False): the tojson_pretty filter.
inline constexpr Style kPretty{.after_key = ": ", .indent = 4, .sort_keys = true};

// Non-finite numbers are written NaN, Infinity, -Infinity as Python does.
std::string write(const Value& value, const Style& style = kCompact);
void append(std::string& out, const Value& value, const Style& style = kCompact);
// A quoted, escaped string. Lone surrogates are always written as escapes.
void append_string(std::string& out, std::string_view text, bool ascii = false);
// repr(float): the shortest text that reads back, "2.0", "1e+16", "inf".
std::string float_repr(double number);

}  // namespace tocsin::json
