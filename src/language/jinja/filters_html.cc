// Filters that produce HTML, addresses or JSON.
#include <algorithm>

#include "language/jinja/attributes.h"
#include "language/jinja/dict.h"
#include "language/jinja/filters.h"
#include "language/jinja/html.h"
#include "language/jinja/json_dump.h"
#include "language/jinja/operators.h"
#include "language/jinja/pretty.h"
#include "language/jinja/text_form.h"
#include "language/jinja/unicode.h"
#include "language/jinja/urlize.h"

namespace tocsin::jinja {
namespace {

Value escape_filter(State& state, const Value* p) {
  return escape(state, p[0]);
}

Value forceescape(State& state, const Value* p) {
  std::string out;
  append_escaped(state, out, Value::text(to_text(state, p[0]).str()));
  return state.text(out, true);
}

Value safe(State& state, const Value* p) {
  return mark_safe(state, p[0]);
}

Value striptags(State& state, const Value* p) {
  const Value text = to_text(state, p[0]);
  const auto references = std::count(text.str().begin(), text.str().end(), '&');
  state.charge(text.tag() / 2 + 8 * static_cast<std::size_t>(references));
  return state.text(strip_tags(text.str()));
}

Value xmlattr(State& state, const Value* p) {
  if (p[0].undefined()) raise_undefined(state, p[0]);
  if (!p[0].mapping()) {
    raise(Fault::AttributeError,
          "'" + std::string(short_type_name(p[0])) + "' object has no attribute 'items'");
  }
  const Value mapping = state.real(p[0]);
  std::string out;
  Value key, value;
  for (std::size_t at = 0; mapping_next(state, mapping, at, key, value);) {
    state.charge();
    if (value.none_type() || value.undefined()) continue;
    state.charge_bytes(key.string() ? key.tag() : 0);
    if (!key.string())
      type_error("expected string or bytes-like object, got '" + std::string(short_type_name(key)) + "'");
    if (key.str().find_first_of(" \t\n\r\f\v/>=") != std::string_view::npos) {
      value_error("Invalid character in attribute name: " + repr(state, key));
    }
    if (!out.empty()) out += ' ';
    append_escaped(state, out, key);
    out += "=\"";
    append_escaped(state, out, value);
    out += '"';
  }
  const bool space = p[1].missing() || truthy(state, p[1]);
  return state.text((space && !out.empty() ? " " : "") + out, state.autoescape);
}

void append_quoted_url(std::string& out, std::string_view text, bool in_query) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '.' || c == '-' || c == '~';
    if (plain || (c == '/' && !in_query)) {
      out += c;
    } else if (c == ' ' && in_query) {
      out += '+';
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
}

Value urlencode(State& state, const Value* p) {
  std::string out;
  const auto append = [&](Value v, bool in_query) {
    const std::string_view text = v.is(Type::Bytes) ? v.str() : to_text(state, v).str();
    state.charge_characters(text);
    const std::size_t before = out.size();
    append_quoted_url(out, text, in_query);
    state.charge_bytes(out.size() - before);
    state.check_text(out);
  };
  if (p[0].string() || p[0].is(Type::Bytes) || !iterable(p[0])) {
    if (p[0].is(Type::Bytes)) type_error("cannot unpack non-iterable int object");
    append(p[0], false);
    return state.text(out);
  }
  Value source = p[0];
  if (source.mapping())
    source = Value::object(Type::DictView, state.arena.make<DictView>(DictView::Kind::Items, source));
  Walk walk(state, source);
  bool first = true;
  for (Value pair; walk.next(pair);) {
    if (!iterable(pair)) type_error("cannot unpack non-iterable " + std::string(type_name(pair)) + " object");
    const ArenaVector<Value> parts = collect(state, pair);
    if (parts.size() != 2) {
      value_error(parts.size() > 2
                      ? "too many values to unpack (expected 2)"
                      : "not enough values to unpack (expected 2, got " + std::to_string(parts.size()) + ")");
    }
    if (!std::exchange(first, false)) out += '&';
    append(parts[0], true);
    out += '=';
    append(parts[1], true);
  }
  return state.text(out);
}

Value urlize_filter(State& state, const Value* p) {
  UrlizeOptions options;
  if (!p[1].missing() && !p[1].none_type()) options.trim = index_argument(state, p[1]);
  std::vector<std::string> rel = {"noopener"};
  const auto add_rel = [&](std::string_view word) {
    state.charge(16 + word.size() / 8);
    rel.emplace_back(word);
  };
  if (!p[4].missing() && truthy(state, p[4])) {
    std::string_view rest = unicode::strip(text_argument(p[4], "rel"));
    while (!rest.empty()) {
      const std::size_t end = rest.find_first_of(" \t\n");
      add_rel(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : unicode::strip_left(rest.substr(end));
    }
  }
  if (!p[2].missing() && truthy(state, p[2])) add_rel("nofollow");
  std::sort(rel.begin(), rel.end());
  rel.erase(std::unique(rel.begin(), rel.end()), rel.end());
  for (const std::string& word : rel) options.rel += (options.rel.empty() ? "" : " ") + word;
  if (!p[3].missing() && truthy(state, p[3])) options.target = to_text(state, p[3]).str();
  if (!p[5].missing() && !p[5].none_type()) {
    Walk walk(state, p[5]);
    for (Value scheme; walk.next(scheme);) {
      const std::string_view text = text_argument(scheme, "scheme");
      if (!is_scheme(text))
        raise(Fault::FilterArgument, repr(state, scheme) + " is not a valid URI scheme prefix.");
      options.extra_schemes.emplace_back(text);
    }
  }
  std::string escaped;
  append_escaped(state, escaped, p[0]);
  return state.text(urlize(state, escaped, options), state.autoescape);
}

Value tojson(State& state, const Value* p) {
  DumpStyle style;
  style.sort_keys = true;
  std::string indent;
  if (!p[1].missing() && !p[1].none_type()) {
    style.has_indent = true;
    style.between_items = ",";
    if (p[1].string()) {
      indent = p[1].str();
    } else {
      indent.assign(static_cast<std::size_t>(std::clamp<std::int64_t>(index_argument(state, p[1]), 0, 1000)),
                    ' ');
    }
    style.indent = indent;
  }
  const std::string json = dump_json(state, p[0], style);
  state.charge_bytes(json.size());
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else if (c == '\'') {
      out += "\\u0027";
    } else {
      out += c;
    }
  }
  return state.text(out, true);
}

Value pprint(State& state, const Value* p) {
  return state.text(pretty(state, p[0]));
}

Value attr(State& state, const Value* p) {
  if (!p[1].string()) type_error("attribute name must be string, not '" + std::string(type_name(p[1])) + "'");
  return get_attribute_only(state, p[0], p[1].str());
}

constexpr FilterInfo kFilters[] = {
    {{.name = "attr",
      .python_name = "do_attr",
      .parameters = "name",
      .required = 1,
      .hidden = 1,
      .fixed = attr}},
    {{.name = "e", .python_name = "escape", .parameters = "", .fixed = escape_filter}},
    {{.name = "escape", .python_name = "escape", .parameters = "", .fixed = escape_filter}},
    {{.name = "forceescape", .python_name = "do_forceescape", .parameters = "", .fixed = forceescape}},
    {{.name = "pprint", .python_name = "do_pprint", .parameters = "", .fixed = pprint}},
    {{.name = "safe", .python_name = "do_mark_safe", .parameters = "", .fixed = safe}},
    {{.name = "striptags", .python_name = "do_striptags", .parameters = "", .fixed = striptags}},
    {{.name = "tojson", .python_name = "do_tojson", .parameters = "indent", .hidden = 1, .fixed = tojson}},
    {{.name = "urlencode", .python_name = "do_urlencode", .parameters = "", .fixed = urlencode}},
    {{.name = "urlize",
      .python_name = "do_urlize",
      .parameters = "trim_url_limit nofollow target rel extra_schemes",
      .hidden = 1,
      .fixed = urlize_filter}},
    {{.name = "xmlattr",
      .python_name = "do_xmlattr",
      .parameters = "autospace",
      .hidden = 1,
      .fixed = xmlattr}},
};

}  // namespace

Value mark_safe(State& state, Value value) {
  const Value text = to_text(state, value);
  return Value::text(text.str(), true);
}

std::span<const FilterInfo> html_filters() {
  return kFilters;
}

}  // namespace tocsin::jinja
