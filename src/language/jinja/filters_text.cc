#include <algorithm>

#include "language/jinja/attributes.h"
#include "language/jinja/filters.h"
#include "language/jinja/html.h"
#include "language/jinja/operators.h"
#include "language/jinja/printf.h"
#include "language/jinja/text_form.h"
#include "language/jinja/text_tools.h"
#include "language/jinja/text_wrap.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

// A filter's text input as str, Markup kept. It pays for the look at each character.
struct Text {
  Value value;
  std::string_view view() const { return value.str(); }
  Value same_kind(State& state, std::string_view text) const { return state.text(text, value.markup()); }
};
Text soft(State& state, Value v) {
  const Text out{to_text(state, v)};
  state.charge_characters(out.view());
  return out;
}

[[noreturn]] void no_attribute(State& state, Value v, std::string_view name) {
  if (v.undefined()) raise_undefined(state, v);
  raise(Fault::AttributeError,
        "'" + std::string(short_type_name(v)) + "' object has no attribute '" + std::string(name) + "'");
}

Value capitalize(State& state, const Value* p) {
  const Text s = soft(state, p[0]);
  return s.same_kind(state, unicode::capitalize(s.view()));
}

Value lower(State& state, const Value* p) {
  const Text s = soft(state, p[0]);
  return s.same_kind(state, unicode::lower(s.view()));
}

Value upper(State& state, const Value* p) {
  const Text s = soft(state, p[0]);
  return s.same_kind(state, unicode::upper(s.view()));
}

Value center(State& state, const Value* p) {
  const Text s{to_text(state, p[0])};
  return s.same_kind(state, pad(state, s.view(), index_or(state, p[1], 80), " ", Side::Both));
}

// Words begin after white space and after - ( { [ <, unlike str.title().
Value title(State& state, const Value* p) {
  const Text s = soft(state, p[0]);
  const std::string_view text = s.view();
  std::string out;
  bool separator = true;
  std::size_t word = 0;
  const auto flush = [&](std::size_t end) {
    if (word >= end) return;
    state.charge();
    std::size_t first = word;
    json::next_code_point(text, first);
    out += unicode::upper(text.substr(word, first - word));
    out += unicode::lower(text.substr(first, end - first));
  };
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t start = pos;
    const char32_t c = json::next_code_point(text, pos);
    const bool cuts = unicode::is_space(c) || c == '-' || c == '(' || c == '{' || c == '[' || c == '<';
    if (cuts != separator) {
      flush(start);
      word = start;
      separator = cuts;
    }
  }
  flush(text.size());
  return state.text(out);  // plain even from Markup: Jinja2 joins the words anew
}

Value replace(State& state, const Value* p) {
  const std::int64_t count = p[3].missing() || p[3].none_type() ? -1 : index_argument(state, p[3]);
  if (!state.autoescape) {
    return state.text(replace_all(state, to_text(state, p[0]).str(), to_text(state, p[1]).str(),
                                  to_text(state, p[2]).str(), count));
  }
  Value s = to_text(state, p[0]);
  if (p[1].markup() || (p[2].markup() && !s.markup())) s = escape(state, p[0]);
  if (!s.markup())
    return state.text(
        replace_all(state, s.str(), to_text(state, p[1]).str(), to_text(state, p[2]).str(), count));
  const Value from = escape(state, p[1]), to = escape(state, p[2]);
  return state.text(replace_all(state, s.str(), from.str(), to.str(), count), true);
}

Value trim(State& state, const Value* p) {
  const Text s{to_text(state, p[0])};
  if (p[1].missing() || p[1].none_type())
    return Value::text(strip_space(state, s.view(), true, true), s.value.markup());
  if (!p[1].string()) type_error("strip arg must be None or str");
  return Value::text(strip_characters(state, s.view(), p[1].str(), true, true), s.value.markup());
}

Value truncate(State& state, const Value* p) {
  const std::int64_t limit = index_or(state, p[1], 255);
  const bool kill_words = !p[2].missing() && truthy(state, p[2]);
  const Value end = p[3].missing() ? Value::text("...") : p[3];
  const std::int64_t leeway = p[4].missing() || p[4].none_type() ? 5 : index_argument(state, p[4]);
  const auto end_size = static_cast<std::int64_t>(length(state, end));
  if (limit < end_size) {
    raise(Fault::Assertion,
          "expected length >= " + std::to_string(end_size) + ", got " + std::to_string(limit));
  }
  if (leeway < 0) raise(Fault::Assertion, "expected leeway >= 0, got " + std::to_string(leeway));
  if (static_cast<std::int64_t>(length(state, p[0])) <= limit + leeway) return p[0];
  Value kept = get_slice(state, p[0], Value(), Value::integer(limit - end_size), Value());
  if (!kill_words) {
    if (kept.type() == Type::Bytes) type_error("a bytes-like object is required, not 'str'");
    if (!kept.string()) no_attribute(state, kept, "rsplit");
    const std::size_t space = rfind_text(state, kept.str(), " ");
    kept = Value::text(kept.str().substr(0, space), kept.markup());
  }
  return arithmetic(state, BinaryOp::Add, kept, end);
}

Value indent(State& state, const Value* p) {
  std::string with;
  if (!p[1].missing() && p[1].string()) {
    with = p[1].str();
  } else {
    const std::int64_t width = index_or(state, p[1], 4);
    if (width > 100'000) raise(Fault::Budget, "the template needs too much memory");
    with.assign(static_cast<std::size_t>(std::max<std::int64_t>(width, 0)), ' ');
  }
  const bool first = !p[2].missing() && truthy(state, p[2]), blank = !p[3].missing() && truthy(state, p[3]);
  if (p[0].undefined()) raise_undefined(state, p[0]);
  if (p[0].list_like()) no_attribute(state, p[0], "splitlines");
  if (p[0].is(Type::Bytes)) type_error("can't concat str to bytes");
  if (p[0].is(Type::Tuple)) type_error("can only concatenate tuple (not \"str\") to tuple");
  if (!p[0].string()) {
    type_error("unsupported operand type(s) for +=: '" + std::string(type_name(p[0])) + "' and 'str'");
  }
  const std::string text = std::string(p[0].str()) + "\n";
  std::string out = first ? with : "";
  bool at_first = true;
  for (const std::string_view line : split_lines(state, text)) {
    if (!std::exchange(at_first, false)) {
      out += '\n';
      if (blank || !line.empty()) out += with;
    }
    out += line;
    state.charge_bytes(line.size() + with.size());
    state.check_text(out);
  }
  return state.text(out, p[0].markup());
}

Value wordwrap(State& state, const Value* p) {
  if (!p[0].string()) no_attribute(state, p[0], "splitlines");
  WrapOptions options;
  options.width = index_or(state, p[1], 79);
  options.break_long_words = p[2].missing() || truthy(state, p[2]);
  options.break_on_hyphens = p[4].missing() || truthy(state, p[4]);
  const Value joiner = p[3].missing() || p[3].none_type() ? Value::text("\n") : p[3];
  if (!joiner.string()) no_attribute(state, joiner, "join");
  std::string out;
  bool first = true;
  for (const std::string_view line : split_lines(state, p[0].str())) {
    const std::vector<std::string> wrapped = wrap_text(state, line, options);
    state.charge_bytes(joiner.tag() * (wrapped.size() + 1));
    if (!std::exchange(first, false)) out += joiner.str();
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
      if (i > 0) out += joiner.str();
      out += wrapped[i];
      state.check_text(out);
    }
  }
  return state.text(out);
}

Value wordcount(State& state, const Value* p) {
  const Text s = soft(state, p[0]);
  std::int64_t count = 0;
  bool in_word = false;
  for (std::size_t pos = 0; pos < s.view().size();) {
    const bool word = unicode::is_word(json::next_code_point(s.view(), pos));
    count += word && !in_word;
    in_word = word;
  }
  return Value::integer(count);
}

Value string(State& state, const Value* p) {
  return to_text(state, p[0]);
}

Value format(State& state, const Args& args) {
  if (args.positional.size() > 1 && !args.keywords.empty()) {
    raise(Fault::FilterArgument, "can't handle positional and keyword arguments at the same time");
  }
  const Value pattern = to_text(state, args.positional[0]);
  if (args.keywords.empty()) {
    return printf_format(state, pattern,
                         Value::tuple(args.positional.data() + 1, args.positional.size() - 1));
  }
  const Args named{{}, args.keywords};
  return printf_format(state, pattern, make_dict(state, named));
}

constexpr FilterInfo kFilters[] = {
    {{.name = "capitalize", .python_name = "do_capitalize", .parameters = "", .fixed = capitalize}},
    {{.name = "center", .python_name = "do_center", .parameters = "width", .fixed = center}},
    {{.name = "format", .python_name = "do_format", .parameters = "", .variadic = format}},
    {{.name = "indent", .python_name = "do_indent", .parameters = "width first blank", .fixed = indent}},
    {{.name = "lower", .python_name = "do_lower", .parameters = "", .fixed = lower}},
    {{.name = "replace",
      .python_name = "do_replace",
      .parameters = "old new count",
      .required = 2,
      .hidden = 1,
      .fixed = replace}},
    {{.name = "string", .python_name = "soft_str", .parameters = "", .fixed = string}},
    {{.name = "title", .python_name = "do_title", .parameters = "", .fixed = title}},
    {{.name = "trim", .python_name = "do_trim", .parameters = "chars", .fixed = trim}},
    {{.name = "truncate",
      .python_name = "do_truncate",
      .parameters = "length killwords end leeway",
      .hidden = 1,
      .fixed = truncate}},
    {{.name = "upper", .python_name = "do_upper", .parameters = "", .fixed = upper}},
    {{.name = "wordcount", .python_name = "do_wordcount", .parameters = "", .fixed = wordcount}},
    {{.name = "wordwrap",
      .python_name = "do_wordwrap",
      .parameters = "width break_long_words wrapstring break_on_hyphens",
      .hidden = 1,
      .fixed = wordwrap}},
};

}  // namespace

std::span<const FilterInfo> text_filters() {
  return kFilters;
}

}  // namespace tocsin::jinja
