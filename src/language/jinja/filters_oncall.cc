// The filters that OnCall adds to Jinja2 (docs/spec/templates.md, section 1.2). Each names the exceptions it
// turns into None.
#include "language/jinja/datetime.h"
#include "language/jinja/filters.h"
#include "language/jinja/json_dump.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"
#include "language/jinja/text_tools.h"
#include "language/json/read.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

constexpr std::string_view kDefaultFormat = "%H:%M / %d-%m-%Y";

// None instead of ValueError, AttributeError and TypeError.
template <class Body>
Value or_none(State& state, Body body) {
  try {
    return body();
  } catch (const Raised& raised) {
    if (raised.fault != Fault::ValueError && raised.fault != Fault::AttributeError &&
        raised.fault != Fault::TypeError)
      throw;
    state.charge(kCaughtSteps);
    return Value::none();
  }
}

std::string_view format_or_default(Value v, std::string_view what) {
  return v.missing() ? kDefaultFormat : text_argument(v, what);
}

bool is_moment(Value v) {
  return v.is(Type::DateTime) || v.is(Type::Date) || v.is(Type::Time);
}

Value datetimeparse(State& state, const Value* p) {
  return or_none(state, [&] {
    const std::string_view text = text_argument(p[0], "strptime() argument 1");
    const Value parsed = strptime(state, text, format_or_default(p[1], "strptime() argument 2"));
    return parsed.missing() ? Value::none() : parsed;
  });
}

// OnCall quirk: only AttributeError is swallowed, so an undefined input is an error here and nowhere else.
Value datetimeformat(State& state, const Value* p) {
  if (p[0].undefined()) raise_undefined(state, p[0]);
  if (!is_moment(p[0])) return Value::none();
  return state.text(strftime(state, *p[0].as<DateTime>(), format_or_default(p[1], "strftime() argument 1")));
}

Value datetimeformat_as_timezone(State& state, const Value* p) {
  if (p[0].undefined()) raise_undefined(state, p[0]);
  if (!p[0].is(Type::DateTime)) return Value::none();
  const Value zone = p[2].missing() ? Value::text("UTC") : p[2];
  return or_none(state, [&] {
    state.charge(20);
    const DateTime* local = zone.string() ? in_zone(state, *p[0].as<DateTime>(), zone.str()) : nullptr;
    // pytz's error for an unknown zone is a KeyError, which nothing swallows.
    if (local == nullptr) raise(Fault::KeyError, repr(state, zone));
    return state.text(strftime(state, *local, format_or_default(p[1], "strftime() argument 1")));
  });
}

Value iso8601_to_time(State& state, const Value* p) {
  return or_none(state, [&] {
    const Value parsed = parse_iso8601(state, text_argument(p[0], "argument"));
    return parsed.missing() ? Value::none() : parsed;
  });
}

Value timestamp_to_datetime(State& state, const Value* p) {
  return or_none(state, [&] {
    if (!p[0].number())
      type_error("'" + std::string(type_name(p[0])) + "' object cannot be interpreted as an integer");
    return from_timestamp(state, p[0]);
  });
}

// ^[-+]?\d+[smhdwMQy]$, of which M, Q and y mean nothing.
Value timedeltaparse(State& state, const Value* p) {
  return or_none(state, [&] {
    std::string_view text = text_argument(p[0], "expected string or bytes-like object");
    if (text.size() < 2) return Value::none();
    std::int64_t seconds = 0;
    switch (text.back()) {
      case 's':
        seconds = 1;
        break;
      case 'm':
        seconds = 60;
        break;
      case 'h':
        seconds = 3600;
        break;
      case 'd':
        seconds = 86400;
        break;
      case 'w':
        seconds = 7 * 86400;
        break;
      default:
        return Value::none();
    }
    const auto number = parse_integer(state, text.substr(0, text.size() - 1), 10);
    const std::string_view digits = text.substr(text[0] == '-' || text[0] == '+' ? 1 : 0);
    const bool plain =
        digits.find('_') == std::string_view::npos && digits.find(' ') == std::string_view::npos;
    if (!number || !plain) return Value::none();
    const Value unit = make_delta(state, 0, seconds, 0);
    return arithmetic(state, BinaryOp::Multiply, unit, *number);
  });
}

Value tojson_pretty(State& state, const Value* p) {
  return or_none(state, [&] {
    DumpStyle style;
    style.between_items = ",";
    style.has_indent = true;
    style.indent = "    ";
    style.sort_keys = true;
    style.ascii = false;
    return state.text(dump_json(state, p[0], style));
  });
}

Value json_dumps(State& state, const Value* p) {
  return or_none(state, [&] { return state.text(dump_json(state, p[0], DumpStyle{})); });
}

Value parse_json(State& state, const Value* p) {
  return or_none(state, [&] {
    const bool text = p[0].string() || p[0].is(Type::Bytes);
    if (!text)
      type_error("the JSON object must be str, bytes or bytearray, not " + std::string(type_name(p[0])));
    // What is read stays in memory as JSON; each byte of text costs several there.
    state.charge(p[0].tag());
    if (p[0].tag() > state.options.limits.memory_bytes / 64)
      raise(Fault::Budget, "the template needs too much memory");
    auto read = json::read(p[0].str(), json::NonFinite::Accept);
    if (!read) value_error(read.error().message);
    return state.keep_json(std::move(*read));
  });
}

// Foreign characters are skipped, padding is required, as binascii does it.
std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int count = 0, padding = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    if (c == '=') {
      if (count >= 2 && count + ++padding >= 4) return out;
      continue;
    }
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) continue;
    padding = 0;
    bits = bits << 6 | static_cast<unsigned>(value);
    if (count > 0) out += static_cast<char>(bits >> (6 - 2 * count) & 0xFF);
    count = (count + 1) % 4;
  }
  return count == 0 ? std::optional(out) : std::nullopt;
}

Value b64decode(State& state, const Value* p) {
  return or_none(state, [&] {
    if (!p[0].string() && !p[0].is(Type::Bytes))
      type_error("argument should be a bytes-like object or ASCII string");
    state.charge(p[0].tag() / 4);
    const auto decoded = decode_base64(p[0].str());
    if (!decoded || json::valid_utf8_prefix(*decoded) != decoded->size()) return Value::none();
    return state.text(*decoded);
  });
}

// --- patterns ------------------------------------------------------------------------------------

// A pattern that takes too long is an error that is shown (docs/spec/RULINGS.md, 14); OnCall answered None
// after two seconds.
[[noreturn]] void too_long() {
  raise(Fault::Budget, "the regular expression takes too many steps");
}

Value found(regex::Outcome outcome) {
  if (outcome == regex::Outcome::LimitExceeded) too_long();
  return Value::boolean(outcome == regex::Outcome::Match);
}

const regex::Pattern& pattern(State& state, Value v) {
  return state.pattern(text_argument(v, "first argument"));
}

Value regex_replace(State& state, const Value* p) {
  return or_none(state, [&] {
    const regex::Pattern& find = pattern(state, p[1]);
    const std::string_view with = text_argument(p[2], "replacement"), text = text_argument(p[0], "string");
    state.charge(50);
    regex::Replaced replaced = find.replace(text, with, &state.budget);
    if (replaced.kind == regex::Replaced::Kind::LimitExceeded) too_long();
    if (replaced.kind == regex::Replaced::Kind::BadTemplate) raise(Fault::Runtime, std::move(replaced.text));
    return state.text(replaced.text);
  });
}

Value regex_match(State& state, const Value* p) {
  return or_none(state, [&] {
    const regex::Pattern& find = pattern(state, p[1]);
    state.charge(50);
    return found(find.match(text_argument(p[0], "string"), &state.budget));
  });
}

Value regex_search(State& state, const Value* p) {
  return or_none(state, [&] {
    const regex::Pattern& find = pattern(state, p[1]);
    const std::string_view text = text_argument(p[0], "string");
    state.charge(50);
    return found(find.search(text, &state.budget));
  });
}

constexpr FilterInfo kFilters[] = {
    {{.name = "datetimeparse",
      .python_name = "datetimeparse",
      .parameters = "format",
      .fixed = datetimeparse}},
    {{.name = "datetimeformat",
      .python_name = "datetimeformat",
      .parameters = "format",
      .fixed = datetimeformat}},
    {{.name = "datetimeformat_as_timezone",
      .python_name = "datetimeformat_as_timezone",
      .parameters = "format tz",
      .fixed = datetimeformat_as_timezone}},
    {{.name = "iso8601_to_time",
      .python_name = "iso8601_to_time",
      .parameters = "",
      .fixed = iso8601_to_time}},
    {{.name = "timestamp_to_datetime",
      .python_name = "timestamp_to_datetime",
      .parameters = "",
      .fixed = timestamp_to_datetime}},
    {{.name = "timedeltaparse", .python_name = "timedeltaparse", .parameters = "", .fixed = timedeltaparse}},
    {{.name = "tojson_pretty", .python_name = "to_pretty_json", .parameters = "", .fixed = tojson_pretty}},
    {{.name = "json_dumps", .python_name = "json_dumps", .parameters = "", .fixed = json_dumps}},
    {{.name = "parse_json", .python_name = "parse_json", .parameters = "", .fixed = parse_json}},
    {{.name = "b64decode", .python_name = "b64decode", .parameters = "", .fixed = b64decode}},
    {{.name = "regex_replace",
      .python_name = "regex_replace",
      .parameters = "find replace",
      .required = 2,
      .fixed = regex_replace}},
    {{.name = "regex_match",
      .python_name = "regex_match",
      .parameters = "pattern",
      .required = 1,
      .fixed = regex_match}},
    {{.name = "regex_search",
      .python_name = "regex_search",
      .parameters = "pattern",
      .required = 1,
      .fixed = regex_search}},
};

}  // namespace

std::span<const FilterInfo> oncall_filters() {
  return kFilters;
}

}  // namespace tocsin::jinja
