// format(value, spec): Python's format mini-language.
#include <algorithm>
#include <cmath>

#include "language/jinja/bigint.h"
#include "language/jinja/datetime.h"
#include "language/jinja/operators.h"
#include "language/jinja/printf.h"
#include "language/jinja/text_form.h"
#include "language/json/utf8.h"
#include "language/json/write.h"

namespace tocsin::jinja {
namespace {

constexpr std::size_t kMaxWidth = 100'000;

struct Spec {
  std::string fill = " ";
  char align = '\0';
  char sign = '\0';
  bool negative_zero = false, alternate = false, zero = false;
  std::size_t width = 0;
  char grouping = '\0';
  std::int64_t precision = -1;
  char type = '\0';
};

[[noreturn]] void invalid_spec(std::string_view spec, Value value) {
  value_error("Invalid format specifier '" + std::string(spec) + "' for object of type '" +
              std::string(short_type_name(value)) + "'");
}

std::size_t spec_number(std::string_view spec, std::size_t& pos) {
  std::size_t number = 0;
  for (; pos < spec.size() && spec[pos] >= '0' && spec[pos] <= '9'; ++pos) {
    number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(spec[pos] - '0'), INT32_MAX);
  }
  if (number > kMaxWidth) raise(Fault::Budget, "the template needs too much memory");
  return number;
}

Spec parse_spec(std::string_view text, Value value) {
  Spec spec;
  std::size_t pos = 0;
  const auto is_align = [](char c) { return c == '<' || c == '>' || c == '=' || c == '^'; };
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
  if (!text.empty()) {
    std::size_t after = 0;
    json::next_code_point(text, after);
    if (is_align(at(after))) {
      spec.fill = text.substr(0, after);
      spec.align = text[after];
      pos = after + 1;
    } else if (is_align(text[0])) {
      spec.align = text[0];
      pos = 1;
    }
  }
  if (at(pos) == '+' || at(pos) == '-' || at(pos) == ' ') spec.sign = text[pos++];
  if (at(pos) == 'z') spec.negative_zero = ++pos > 0;
  if (at(pos) == '#') spec.alternate = ++pos > 0;
  if (at(pos) == '0') {
    ++pos;
    spec.zero = true;
    if (spec.align == '\0') {
      spec.fill = "0";
    } else if (spec.fill == " ") {
      spec.fill = "0";
    }
  }
  spec.width = spec_number(text, pos);
  if (at(pos) == ',' || at(pos) == '_') {
    spec.grouping = text[pos++];
    if (at(pos) == ',' || at(pos) == '_') {
      value_error(at(pos) == spec.grouping
                      ? "Cannot specify '" + std::string(1, spec.grouping) + "' with '" + at(pos) + "'."
                      : "Cannot specify both ',' and '_'.");
    }
  }
  if (at(pos) == '.') {
    if (at(++pos) < '0' || at(pos) > '9') value_error("Format specifier missing precision");
    spec.precision = static_cast<std::int64_t>(spec_number(text, pos));
  }
  if (pos < text.size()) {
    std::size_t end = pos;
    json::next_code_point(text, end);
    if (end != text.size()) invalid_spec(text, value);
    spec.type = end - pos == 1 ? text[pos] : '?';
  }
  return spec;
}

[[noreturn]] void unknown_code(char type, Value value) {
  value_error("Unknown format code '" + std::string(1, type) + "' for object of type '" +
              std::string(short_type_name(value)) + "'");
}

std::string aligned(const Spec& spec, std::string_view prefix, std::string_view body, char default_align) {
  const char align = spec.align != '\0'                  ? spec.align
                     : spec.zero && default_align == '>' ? '='
                                                         : default_align;
  const std::size_t size = json::count_code_points(prefix) + json::count_code_points(body);
  const std::size_t missing = spec.width > size ? spec.width - size : 0;
  std::size_t left = align == '>' ? missing : align == '^' ? missing / 2 : 0;
  std::string out;
  const auto fill = [&](std::size_t count) {
    if (spec.fill.size() == 1) {
      out.append(count, spec.fill[0]);
    } else {
      for (; count > 0; --count) out += spec.fill;
    }
  };
  fill(left);
  out += prefix;
  if (align == '=') {
    fill(missing);
    left = missing;
  }
  out += body;
  fill(missing - left);
  return out;
}

std::string format_string(Value value, const Spec& spec) {
  if (spec.type != '\0' && spec.type != 's') unknown_code(spec.type, value);
  if (spec.sign != '\0') {
    value_error(spec.sign == ' ' ? "Space not allowed in string format specifier"
                                 : "Sign not allowed in string format specifier");
  }
  if (spec.alternate) value_error("Alternate form (#) not allowed in string format specifier");
  if (spec.align == '=') value_error("'=' alignment not allowed in string format specifier");

  if (spec.grouping != '\0') value_error(std::string("Cannot specify '") + spec.grouping + "' with 's'.");
  std::string_view text = value.str();
  if (spec.precision >= 0) text = json::first_code_points(text, static_cast<std::size_t>(spec.precision));
  return aligned(spec, "", text, '<');
}

// Separators between groups of digits; with zero padding, padded so that the whole is wide enough.
std::string grouped(std::string digits, char separator, std::size_t group, std::size_t least) {
  const auto size = [&](std::size_t n) { return n + (n > 0 ? (n - 1) / group : 0); };
  std::size_t count = digits.size();
  while (size(count) < least) ++count;
  digits.insert(0, count - digits.size(), '0');
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % group == 0) out += separator;
    out += digits[i];
  }
  return out;
}

std::string number_sign(const Spec& spec, bool negative) {
  return negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
}

std::string with_grouping(const Spec& spec, const std::string& prefix, std::string whole,
                          std::string_view rest, std::size_t group) {
  if (spec.grouping != '\0') {
    const bool zeros = spec.zero && (spec.align == '\0' || spec.align == '=');
    const std::size_t other = prefix.size() + rest.size();
    whole =
        grouped(std::move(whole), spec.grouping, group, zeros && spec.width > other ? spec.width - other : 0);
  }
  return aligned(spec, prefix, whole + std::string(rest), '>');
}

std::string format_integer(State& state, Value value, const Spec& spec) {
  if (spec.negative_zero) value_error("Negative zero coercion (z) not allowed in integer format specifier");
  if (spec.precision >= 0) value_error("Precision not allowed in integer format specifier");
  int base = 10;
  std::string_view mark;
  switch (spec.type) {
    case '\0':
    case 'd':
    case 'n':
      break;
    case 'b':
      base = 2, mark = "0b";
      break;
    case 'o':
      base = 8, mark = "0o";
      break;
    case 'x':
      base = 16, mark = "0x";
      break;
    case 'X':
      base = 16, mark = "0X";
      break;
    case 'c': {
      if (spec.sign != '\0') value_error("Sign not allowed with integer format specifier 'c'");
      if (!value.small_int() || value.as_int() < 0 || value.as_int() > 0x10FFFF)
        raise(Fault::Overflow, "%c arg not in range(0x110000)");
      std::string sign;
      json::append_code_point(sign, static_cast<char32_t>(value.as_int()));
      return aligned(spec, "", sign, '<');
    }
    default:
      unknown_code(spec.type, value);
  }
  if (spec.grouping == ',' && base != 10)
    value_error(std::string("Cannot specify ',' with '") + spec.type + "'.");
  const Value number = positive(state, value);
  std::string digits = base == 10 ? str(state, number) : big::to_text(state, number, base);
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  if (spec.type == 'X')
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  std::string prefix = number_sign(spec, negative);
  if (spec.alternate) prefix += mark;
  return with_grouping(spec, prefix, std::move(digits), "", base == 10 ? 3 : 4);
}

// No type but a precision: like g, but never without a point, and exponents start one digit earlier.
std::string general_with_point(double number, int precision) {
  if (precision == 0) precision = 1;
  const std::string scientific = format_double(number, 'e', precision - 1);
  const std::size_t mark = scientific.find('e');
  if (mark == std::string::npos) return scientific;
  const int exponent = std::stoi(scientific.substr(mark + 1));
  const auto trimmed = [](std::string text) {
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
  };
  if (exponent + 1 <= -4 || exponent + 1 > precision - 1)
    return trimmed(scientific.substr(0, mark)) + scientific.substr(mark);
  std::string fixed = trimmed(format_double(number, 'f', std::max(precision - 1 - exponent, 0)));
  if (fixed.find('.') == std::string::npos) fixed += ".0";
  return fixed;
}

std::string format_real(State& state, Value value, const Spec& spec) {
  double number = number_to_double(state, value);
  const int precision = static_cast<int>(spec.precision);
  std::string digits;
  const double magnitude = std::abs(number);
  switch (spec.type) {
    case '\0':
      digits = precision >= 0 ? general_with_point(magnitude, precision) : json::float_repr(magnitude);
      break;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      digits = format_double(magnitude, spec.type, precision < 0 ? 6 : precision, spec.alternate);
      break;
    case 'n':
      digits = format_double(magnitude, 'g', precision < 0 ? 6 : precision, spec.alternate);
      break;
    case '%':
      digits = format_double(magnitude * 100, 'f', precision < 0 ? 6 : precision, spec.alternate) + "%";
      break;
    default:
      unknown_code(spec.type, value);
  }
  bool negative = std::signbit(number) && !std::isnan(number);
  if (spec.negative_zero && digits.find_first_of("123456789i") == std::string::npos) negative = false;
  const std::size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
  return with_grouping(spec, number_sign(spec, negative), digits.substr(0, whole),
                       std::string_view(digits).substr(whole), 3);
}

}  // namespace

std::string format_value(State& state, Value value, std::string_view text) {
  if (text.empty()) return str(state, value);
  const auto parsed = [&] {
    const Spec spec = parse_spec(text, value);
    state.charge(8 + (spec.width * spec.fill.size() +
                      static_cast<std::size_t>(std::max<std::int64_t>(spec.precision, 0))) /
                         4);
    return spec;
  };
  if (value.string()) {
    state.charge_bytes(value.tag());
    return format_string(value, parsed());
  }
  if (value.integral()) {
    const Spec spec = parsed();
    const bool as_float =
        spec.type != '\0' && std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos;
    return as_float ? format_real(state, value, spec) : format_integer(state, value, spec);
  }
  if (value.is(Type::Float)) return format_real(state, value, parsed());
  if (value.is(Type::DateTime) || value.is(Type::Date) || value.is(Type::Time))
    return strftime(state, *value.as<DateTime>(), text);
  type_error("unsupported format string passed to " + std::string(short_type_name(value)) + ".__format__");
}

}  // namespace tocsin::jinja
