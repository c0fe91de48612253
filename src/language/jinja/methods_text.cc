// Methods of str that search, cut and build.
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
// A part of the text itself: nothing to copy.
Value part(Value self, std::string_view text) {
  return Value::text(text, self.markup());
}

// A text argument; Markup's methods escape what is not.
std::string_view text_of(State& state, Value self, Value v, std::string_view message) {
  if (v.undefined() || !v.string())
    type_error(std::string(message) + " must be str, not " + std::string(type_name(v)));
  return self.markup() && !v.markup() ? escape(state, v).str() : v.str();
}

// --- searching -----------------------------------------------------------------------------------

struct Window {
  std::string_view text;
  std::int64_t start;  // code points before it
  bool valid;          // Python finds nothing in a window that starts behind its end
};

Window window(State& state, Value self, Value start, Value stop) {
  const std::string_view text = self.str();
  if ((start.missing() || start.none_type()) && (stop.missing() || stop.none_type())) return {text, 0, true};
  const auto size = static_cast<std::int64_t>(code_points(state, text));
  const auto bound = [&](Value v, std::int64_t absent) {
    if (v.missing() || v.none_type()) return absent;
    if (!v.integral()) type_error("slice indices must be integers or None or have an __index__ method");
    const std::int64_t at = index_argument(state, v);
    return at < 0 ? std::max<std::int64_t>(at < -size ? 0 : at + size, 0) : at;
  };
  const std::int64_t from = bound(start, 0), to = std::min(bound(stop, size), size);
  if (from > to) return {{}, from, false};
  const std::size_t begin = json::first_code_points(text, static_cast<std::size_t>(from)).size();
  return {json::first_code_points(text.substr(begin), static_cast<std::size_t>(to - from)), from,
          from <= size};
}

std::int64_t find_at(State& state, const Value* p, bool last) {
  const Window w = window(state, p[0], p[2], p[3]);
  if (!p[1].string()) type_error("must be str, not " + std::string(type_name(p[1])));
  if (!w.valid) return -1;
  const std::size_t at = last ? rfind_text(state, w.text, p[1].str()) : find_text(state, w.text, p[1].str());
  if (at == std::string_view::npos) return -1;
  return w.start + static_cast<std::int64_t>(code_points(state, w.text.substr(0, at)));
}

Value find_text(State& state, const Value* p) {
  return Value::integer(find_at(state, p, false));
}
Value rfind(State& state, const Value* p) {
  return Value::integer(find_at(state, p, true));
}
Value index(State& state, const Value* p) {
  const std::int64_t at = find_at(state, p, false);
  if (at < 0) value_error("substring not found");
  return Value::integer(at);
}
Value rindex(State& state, const Value* p) {
  const std::int64_t at = find_at(state, p, true);
  if (at < 0) value_error("substring not found");
  return Value::integer(at);
}

Value count(State& state, const Value* p) {
  const Window w = window(state, p[0], p[2], p[3]);
  if (!p[1].string()) type_error("must be str, not " + std::string(type_name(p[1])));
  if (!w.valid) return Value::integer(0);
  const std::string_view what = p[1].str();
  if (what.empty()) return Value::integer(static_cast<std::int64_t>(code_points(state, w.text)) + 1);
  std::int64_t found = 0;
  for (std::size_t at = find_text(state, w.text, what); at != std::string_view::npos;
       at = find_text(state, w.text, what, at + what.size()))
    ++found;
  return Value::integer(found);
}

Value has_affix(State& state, const Value* p, bool prefix) {
  const Window w = window(state, p[0], p[2], p[3]);
  const std::string name = prefix ? "startswith" : "endswith";
  const auto matches = [&](Value v) {
    if (!v.string()) {
      type_error(p[1].is(Type::Tuple)
                     ? "tuple for " + name + " must only contain str, not " + std::string(type_name(v))
                     : name + " first arg must be str or a tuple of str, not " + std::string(type_name(v)));
    }
    state.charge_bytes(std::min<std::size_t>(v.tag(), w.text.size()));
    return w.valid && (prefix ? w.text.starts_with(v.str()) : w.text.ends_with(v.str()));
  };
  if (!p[1].is(Type::Tuple)) return Value::boolean(matches(p[1]));
  for (const Value& candidate : p[1].items()) {
    state.charge();
    if (matches(candidate)) return Value::boolean(true);
  }
  return Value::boolean(false);
}
Value startswith(State& state, const Value* p) {
  return has_affix(state, p, true);
}
Value endswith(State& state, const Value* p) {
  return has_affix(state, p, false);
}

// --- cutting -------------------------------------------------------------------------------------

Value list_of(State& state, Value self, const std::vector<std::string_view>& parts) {
  ArenaVector<Value> items;
  items.reserve(state.arena, parts.size());
  for (const std::string_view text : parts) items.push_back(state.arena, part(self, text));
  return state.list(items);
}

Value split_at(State& state, Value self, std::string_view separator, std::int64_t most) {
  const std::string_view text = self.str();
  ArenaVector<Value> parts;
  std::size_t start = 0;
  for (std::int64_t cuts = 0; most < 0 || cuts < most; ++cuts) {
    const std::size_t at = find_text(state, text, separator, start);
    if (at == std::string_view::npos) break;
    parts.push_back(state.arena, part(self, text.substr(start, at - start)));
    start = at + separator.size();
  }
  parts.push_back(state.arena, part(self, text.substr(start)));
  return state.list(parts);
}

Value split_at_from_right(State& state, Value self, std::string_view separator, std::int64_t most) {
  const std::string_view text = self.str();
  ArenaVector<Value> parts;
  std::size_t end = text.size();
  for (std::int64_t cuts = 0; (most < 0 || cuts < most) && end >= separator.size(); ++cuts) {
    const std::size_t at = rfind_text(state, text, separator, end - separator.size());
    if (at == std::string_view::npos) break;
    parts.push_back(state.arena, part(self, text.substr(at + separator.size(), end - at - separator.size())));
    end = at;
  }
  parts.push_back(state.arena, part(self, text.substr(0, end)));
  std::reverse(parts.begin(), parts.end());
  return state.list(parts);
}

Value split_by(State& state, const Value* p, bool from_right) {
  const std::int64_t most = index_or(state, p[2], -1);
  if (p[1].missing() || p[1].none_type()) {
    const std::string_view text = p[0].str();
    return list_of(state, p[0],
                   from_right ? split_words_from_right(state, text, most) : split_words(state, text, most));
  }
  if (!p[1].string()) type_error("must be str or None, not " + std::string(type_name(p[1])));
  const std::string_view separator = p[1].str();
  if (separator.empty()) value_error("empty separator");
  return from_right ? split_at_from_right(state, p[0], separator, most)
                    : split_at(state, p[0], separator, most);
}
Value split(State& state, const Value* p) {
  return split_by(state, p, false);
}
Value rsplit(State& state, const Value* p) {
  return split_by(state, p, true);
}

Value splitlines(State& state, const Value* p) {
  return list_of(state, p[0], split_lines(state, p[0].str(), !p[1].missing() && truthy(state, p[1])));
}

Value partition_at(State& state, const Value* p, bool last) {
  const std::string_view separator = text_of(state, p[0], p[1], "argument");
  if (separator.empty()) value_error("empty separator");
  const std::string_view text = p[0].str();
  const std::size_t at = last ? rfind_text(state, text, separator) : find_text(state, text, separator);
  const auto piece = [&](std::string_view s) { return part(p[0], s); };
  if (at == std::string_view::npos) {
    return last ? state.tuple({piece(""), piece(""), piece(text)})
                : state.tuple({piece(text), piece(""), piece("")});
  }
  return state.tuple(
      {piece(text.substr(0, at)), piece(separator), piece(text.substr(at + separator.size()))});
}
Value partition(State& state, const Value* p) {
  return partition_at(state, p, false);
}
Value rpartition(State& state, const Value* p) {
  return partition_at(state, p, true);
}

Value stripped(State& state, const Value* p, bool left, bool right) {
  if (p[1].missing() || p[1].none_type()) return part(p[0], strip_space(state, p[0].str(), left, right));
  if (!p[1].string()) type_error("strip arg must be None or str");
  return part(p[0], strip_characters(state, p[0].str(), p[1].str(), left, right));
}
Value strip(State& state, const Value* p) {
  return stripped(state, p, true, true);
}
Value lstrip(State& state, const Value* p) {
  return stripped(state, p, true, false);
}
Value rstrip(State& state, const Value* p) {
  return stripped(state, p, false, true);
}

Value removeprefix(State& state, const Value* p) {
  const std::string_view prefix = text_of(state, Value(), p[1], "removeprefix() argument");
  std::string_view text = p[0].str();
  state.charge_bytes(prefix.size());
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return Value::text(text);
}
Value removesuffix(State& state, const Value* p) {
  const std::string_view suffix = text_of(state, Value(), p[1], "removesuffix() argument");
  std::string_view text = p[0].str();
  state.charge_bytes(suffix.size());
  if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
  return Value::text(text);
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
  state.charge_characters(text);
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t start = pos;
    const char32_t c = json::next_code_point(text, pos);
    if (c == '\t') {
      const std::int64_t spaces = tab > 0 ? tab - column % tab : 0;
      state.charge_bytes(static_cast<std::size_t>(spaces));
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

constexpr MethodInfo plain(std::string_view name, Builtin::Fixed function, std::string_view parameters = "",
                           std::uint8_t required = 0) {
  return {
      MethodType::Str,
      false,
      {.name = name, .python_name = name, .parameters = parameters, .required = required, .fixed = function}};
}
constexpr MethodInfo kMethods[] = {
    plain("center", center, "width fillchar", 1),
    plain("count", count, "sub start end", 1),
    plain("endswith", endswith, "suffix start end", 1),
    plain("expandtabs", expandtabs, "tabsize"),
    plain("find", find_text, "sub start end", 1),
    {MethodType::Str,
     false,
     {.name = "format", .python_name = "format", .parameters = "", .variadic = format}},
    {MethodType::Str,
     false,
     {.name = "format_map", .python_name = "format_map", .parameters = "", .variadic = format_map}},
    plain("index", index, "sub start end", 1),
    plain("join", join, "iterable", 1),
    plain("ljust", ljust, "width fillchar", 1),
    plain("lstrip", lstrip, "chars"),
    plain("partition", partition, "sep", 1),
    plain("removeprefix", removeprefix, "prefix", 1),
    plain("removesuffix", removesuffix, "suffix", 1),
    plain("replace", replace, "old new count", 2),
    plain("rfind", rfind, "sub start end", 1),
    plain("rindex", rindex, "sub start end", 1),
    plain("rjust", rjust, "width fillchar", 1),
    plain("rpartition", rpartition, "sep", 1),
    plain("rsplit", rsplit, "sep maxsplit"),
    plain("rstrip", rstrip, "chars"),
    plain("split", split, "sep maxsplit"),
    plain("splitlines", splitlines, "keepends"),
    plain("startswith", startswith, "prefix start end", 1),
    plain("strip", strip, "chars"),
    plain("translate", translate, "table", 1),
    plain("zfill", zfill, "width", 1),
};

}  // namespace

std::span<const MethodInfo> text_methods() {
  return kMethods;
}

}  // namespace tocsin::jinja
