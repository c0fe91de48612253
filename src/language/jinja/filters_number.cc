#include <array>
#include <charconv>
#include <cmath>

#include "language/jinja/bigint.h"
#include "language/jinja/datetime.h"
#include "language/jinja/filters.h"
#include "language/jinja/operators.h"
#include "language/jinja/printf.h"
#include "language/jinja/rounding.h"
#include "language/jinja/text_form.h"
#include "language/jinja/text_tools.h"

namespace tocsin::jinja {
namespace {

Value abs(State& state, const Value* p) {
  if (p[0].integral()) return big::is_negative(p[0]) ? negate(state, p[0]) : positive(state, p[0]);
  if (p[0].is(Type::Float)) return Value::real(std::abs(p[0].as_float()));
  if (p[0].is(Type::TimeDelta)) return absolute_delta(state, p[0]);
  type_error("bad operand type for abs(): '" + std::string(type_name(p[0])) + "'");
}

// int(value) of a float; Missing where Python raises.
Value whole(State& state, double number) {
  return std::isfinite(number) ? big::from_double(state, number) : Value();
}

Value int_filter(State& state, const Value* p) {
  const Value fallback = p[1].missing() ? Value::integer(0) : p[1];
  const Value v = p[0];
  if (v.undefined()) raise_undefined(state, v);
  if (v.string() || v.is(Type::Bytes)) {
    if (v.tag() > 100'000) return fallback;
    const std::int64_t base = index_or(state, p[2], 10);
    if (const auto parsed = parse_integer(state, v.str(), base < 0 || base > 36 ? 1 : static_cast<int>(base)))
      return *parsed;
    const auto number = parse_float(state, v.str());
    const Value cut = number ? whole(state, *number) : Value();
    return cut.missing() ? fallback : cut;
  }
  if (v.integral()) return positive(state, v);
  if (!v.is(Type::Float)) return fallback;
  const Value cut = whole(state, v.as_float());
  return cut.missing() ? fallback : cut;
}

Value float_filter(State& state, const Value* p) {
  const Value fallback = p[1].missing() ? Value::real(0.0) : p[1];
  const Value v = p[0];
  if (v.undefined()) raise_undefined(state, v);
  if (v.string() || v.is(Type::Bytes)) {
    const auto number = parse_float(state, v.str());
    return number ? Value::real(*number) : fallback;
  }
  if (v.is(Type::Float)) return v;
  return v.integral() ? Value::real(number_to_double(state, v)) : fallback;
}

Value round_filter(State& state, const Value* p) {
  const std::string_view method = p[2].missing() ? "common" : p[2].string() ? p[2].str() : "";
  if (method != "common" && method != "ceil" && method != "floor") {
    raise(Fault::FilterArgument, "method must be common, ceil or floor");
  }
  if (method == "common") return round_to(state, p[0], index_or(state, p[1], 0));
  const Value scale =
      arithmetic(state, BinaryOp::Power, Value::integer(10), p[1].missing() ? Value::integer(0) : p[1]);
  Value scaled = arithmetic(state, BinaryOp::Multiply, p[0], scale);
  if (scaled.is(Type::Float)) {
    const double d = scaled.as_float();
    if (std::isnan(d)) value_error("cannot convert float NaN to integer");
    if (std::isinf(d)) raise(Fault::Overflow, "cannot convert float infinity to integer");
    scaled = big::from_double(state, method == "ceil" ? std::ceil(d) : std::floor(d));
  } else if (!scaled.integral()) {
    type_error("must be real number, not " + std::string(type_name(scaled)));
  }
  return arithmetic(state, BinaryOp::Divide, scaled, scale);
}

Value filesizeformat(State& state, const Value* p) {
  double bytes = 0;
  if (p[0].string()) {
    const auto parsed = parse_float(state, p[0].str());
    if (!parsed) value_error("could not convert string to float: " + repr(state, p[0]));
    bytes = *parsed;
  } else if (p[0].undefined()) {
    raise_undefined(state, p[0]);
  } else if (p[0].number()) {
    bytes = number_to_double(state, p[0]);
  } else {
    type_error("float() argument must be a string or a real number, not '" + std::string(type_name(p[0])) +
               "'");
  }
  const bool binary = !p[1].missing() && truthy(state, p[1]);
  const double base = binary ? 1024 : 1000;
  constexpr std::array<std::string_view, 8> kDecimal = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
  constexpr std::array<std::string_view, 8> kBinary = {"KiB", "MiB", "GiB", "TiB",
                                                       "PiB", "EiB", "ZiB", "YiB"};
  if (bytes == 1) return Value::text("1 Byte");
  if (bytes < base) return state.text(str(state, big::from_double(state, bytes)) + " Bytes");
  if (std::isnan(bytes)) return Value::text("nan YB");
  double unit = base;
  std::size_t i = 0;
  for (; i < 8; ++i) {
    unit *= base;
    if (bytes < unit) break;
  }
  const std::string_view prefix = (binary ? kBinary : kDecimal)[std::min<std::size_t>(i, 7)];
  return state.text(format_double(base * bytes / unit, 'f', 1) + " " + std::string(prefix));
}

constexpr FilterInfo kFilters[] = {
    {{.name = "abs", .python_name = "abs", .parameters = "", .fixed = abs}},
    {{.name = "filesizeformat",
      .python_name = "do_filesizeformat",
      .parameters = "binary",
      .fixed = filesizeformat}},
    {{.name = "float", .python_name = "do_float", .parameters = "default", .fixed = float_filter}},
    {{.name = "int", .python_name = "do_int", .parameters = "default base", .fixed = int_filter}},
    {{.name = "round", .python_name = "do_round", .parameters = "precision method", .fixed = round_filter}},
};

// --- exact decimal rounding ----------------------------------------------------------------------

Value round_integer(State& state, Value value, std::int64_t digits) {
  value = positive(state, value);
  if (digits >= 0) return value;
  if (digits < -400) return Value::integer(0);
  // Half to even: value - ((value + half) mod unit - half), corrected for ties.
  const Value unit = big::power(state, Value::integer(10), Value::integer(-digits));
  const Value rest = big::modulo(state, value, unit);
  const Value down = big::subtract(state, value, rest);
  const int side = big::compare(state, big::add(state, rest, rest), unit);
  const Value quotient = big::floor_divide(state, down, unit);
  const bool odd =
      big::compare(state, big::modulo(state, quotient, Value::integer(2)), Value::integer(0)) != 0;
  return side > 0 || (side == 0 && odd) ? big::add(state, down, unit) : down;
}

double round_double(double number, std::int64_t digits) {
  if (!std::isfinite(number) || digits > 330) return number;
  if (digits < -310) return std::copysign(0.0, number);
  if (digits >= 0) {
    // The library prints exactly rounded decimals, ties to even.
    std::array<char, 1500> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed,
                                   static_cast<int>(digits));
    double rounded = 0;
    std::from_chars(text.data(), end.ptr, rounded);
    return rounded;
  }
  const double unit = std::pow(10.0, static_cast<double>(-digits));
  const double magnitude = std::abs(number);
  double quotient = std::floor(magnitude / unit);
  const double rest = magnitude - quotient * unit;
  if (rest > unit / 2 || (rest == unit / 2 && std::fmod(quotient, 2.0) != 0)) quotient += 1;
  return std::copysign(quotient * unit, number);
}

}  // namespace

Value round_to(State& state, Value value, std::int64_t digits) {
  if (value.integral()) return round_integer(state, value, digits);
  if (value.is(Type::Float)) {
    state.charge(std::abs(value.as_float()) < 1e20 ? 8 : 32);
    const double rounded = round_double(value.as_float(), digits);
    if (std::isinf(rounded) && std::isfinite(value.as_float()))
      raise(Fault::Overflow, "rounded value too large to represent");
    return Value::real(rounded);
  }
  type_error("type " + std::string(type_name(value)) + " doesn't define __round__ method");
}

std::span<const FilterInfo> number_filters() {
  return kFilters;
}

}  // namespace tocsin::jinja
