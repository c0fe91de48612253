// Methods of str that build: padding, joining, replacing, formatting.
#include <algorithm>

#include "language/jinja/attributes.h"
#include "language/jinja/dict.h"
#include "language/jinja/html.h"
#include "language/jinja/operators.h"
#include "language/jinja/printf.h"
#include "language/jinja/text_form.h"
#include "language/jinja/text_tools.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

// Results of Markup's methods are Markup.
Value same(State& state, Value self, std::string_view text) {
  return state.text(text, self.markup());
}
// --- building ------------------------------------------------------------------------------------

Value padded(State& state, const Value* p, Side side) {
  std::string_view fill = " ";
  if (!p[2].missing()) {
    if (!p[2].string())
      type_error("The fill character must be a unicode character, not " + std::string(type_name(p[2])));
    fill = p[2].str();
    if (json::count_code_points(fill) != 1)
      type_error("The fill character must be exactly one character long");
  }
  return same(state, p[0], pad(state, p[0].str(), index_argument(state, p[1]), fill, side));
}
Value center(State& state, const Value* p) {
  return padded(state, p, Side::Both);
}
Value ljust(State& state, const Value* p) {
  return padded(state, p, Side::Left);
}
Value rjust(State& state, const Value* p) {
  return padded(state, p, Side::Right);
}

Value zfill(State& state, const Value* p) {
  const std::string_view text = p[0].str();
  const bool sign = text.starts_with('-') || text.starts_with('+');
  const std::int64_t width = index_argument(state, p[1]);
  const std::string padded = pad(state, text.substr(sign ? 1 : 0), width - (sign ? 1 : 0), "0", Side::Right);
  return same(state, p[0], (sign ? std::string(text.substr(0, 1)) : std::string()) + padded);
}

Value expandtabs(State& state, const Value* p) {
  const std::int64_t tab = index_or(state, p[1], 8);
  if (tab > 1000) raise(Fault::Budget, "the template needs too much memory");
  std::string out;
  std::int64_t column = 0;
  const std::string_view text = p[0].str();
  state.charge(text.size() / 4);
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t start = pos;
    const char32_t c = json::next_code_point(text, pos);
    if (c == '\t') {
      const std::int64_t spaces = tab > 0 ? tab - column % tab : 0;
      state.charge(1 + static_cast<std::size_t>(spaces) / 16);
      out.append(static_cast<std::size_t>(spaces), ' ');
      column += spaces;
    } else {
      out.append(text, start, pos - start);
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
    state.check_text(out);
  }
  return same(state, p[0], out);
}

Value join(State& state, const Value* p) {
  if (!iterable(p[1])) type_error("can only join an iterable");
  Walk walk(state, p[1]);
  std::string out;
  std::size_t number = 0;
  for (Value item; walk.next(item); ++number) {
    if (!item.string() && !p[0].markup()) {
      type_error("sequence item " + std::to_string(number) + ": expected str instance, " +
                 std::string(type_name(item)) + " found");
    }
    state.charge_bytes(p[0].tag() + (item.string() ? item.tag() : 0));
    if (number > 0) out += p[0].str();
    if (p[0].markup()) {
      append_escaped(state, out, item);
    } else {
      out += item.str();
    }
    state.check_text(out);
  }
  return same(state, p[0], out);
}

Value replace(State& state, const Value* p) {
  const std::string_view from = text_of(state, p[0], p[1], "replace() argument 1"),
                         to = text_of(state, p[0], p[2], "replace() argument 2");
  return same(state, p[0], replace_all(state, p[0].str(), from, to, index_or(state, p[3], -1)));
}

// Keys are code points, as str.maketrans makes them.
Value translate(State& state, const Value* p) {
  const Value table = state.real(p[1]);
  if (!table.mapping() && !sequence(table))
    type_error("'" + std::string(type_name(table)) + "' object is not subscriptable");
  std::string out;
  const std::string_view text = p[0].str();
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t start = pos;
    const char32_t c = json::next_code_point(text, pos);
    state.charge();
    const Value to = table.mapping()            ? mapping_find(state, table, Value::integer(c))
                     : c < sequence_size(table) ? sequence_item(state, table, c)
                                                : Value();
    if (to.missing()) {
      out.append(text, start, pos - start);
    } else if (to.string()) {
      state.charge_bytes(to.tag());
      out += to.str();
    } else if (to.small_int()) {
      if (to.as_int() < 0 || to.as_int() > 0x10FFFF)
        value_error("character mapping must be in range(0x110000)");
      json::append_code_point(out, static_cast<char32_t>(to.as_int()));
    } else if (!to.none_type()) {
      type_error("character mapping must return integer, None or str");
    }
    state.check_text(out);
  }
  return same(state, p[0], out);
}

Value format(State& state, const Args& args) {
  return brace_format(state, args.positional[0], {args.positional.subspan(1), args.keywords});
}

Value format_map(State& state, const Args& args) {
  if (!args.keywords.empty()) type_error("format_map() takes no keyword arguments");
  if (args.positional.size() != 2)
    type_error("format_map() takes exactly one argument (" + std::to_string(args.positional.size() - 1) +
               " given)");
  return brace_format_map(state, args.positional[0], args.positional[1]);
}

// --- tables --------------------------------------------------------------------------------------

constexpr MethodInfo kMethods[] = {
    text_method("center", center, "width fillchar", 1),
    text_method("expandtabs", expandtabs, "tabsize"),
    {MethodType::Str,
     false,
     {.name = "format", .python_name = "format", .parameters = "", .variadic = format}},
    {MethodType::Str,
     false,
     {.name = "format_map", .python_name = "format_map", .parameters = "", .variadic = format_map}},
    text_method("join", join, "iterable", 1),
    text_method("ljust", ljust, "width fillchar", 1),
    text_method("replace", replace, "old new count", 2),
    text_method("rjust", rjust, "width fillchar", 1),
    text_method("translate", translate, "table", 1),
    text_method("zfill", zfill, "width", 1),
};

}  // namespace

std::span<const MethodInfo> text_methods() {
  return kMethods;
}

}  // namespace tocsin::jinja
