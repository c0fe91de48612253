// Methods of str that search and cut.
#include <algorithm>

#include "language/jinja/attributes.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_tools.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

// A part of the text itself: nothing to copy.
Value part(Value self, std::string_view text) {
  return Value::text(text, self.markup());
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

// --- table ---------------------------------------------------------------------------------------

constexpr MethodInfo kMethods[] = {
    text_method("count", count, "sub start end", 1),
    text_method("endswith", endswith, "suffix start end", 1),
    text_method("find", find_text, "sub start end", 1),
    text_method("index", index, "sub start end", 1),
    text_method("lstrip", lstrip, "chars"),
    text_method("partition", partition, "sep", 1),
    text_method("removeprefix", removeprefix, "prefix", 1),
    text_method("removesuffix", removesuffix, "suffix", 1),
    text_method("rfind", rfind, "sub start end", 1),
    text_method("rindex", rindex, "sub start end", 1),
    text_method("rpartition", rpartition, "sep", 1),
    text_method("rsplit", rsplit, "sep maxsplit"),
    text_method("rstrip", rstrip, "chars"),
    text_method("split", split, "sep maxsplit"),
    text_method("splitlines", splitlines, "keepends"),
    text_method("startswith", startswith, "prefix start end", 1),
    text_method("strip", strip, "chars"),
};

}  // namespace

std::span<const MethodInfo> search_methods() {
  return kMethods;
}

}  // namespace tocsin::jinja
