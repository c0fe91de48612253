// The arithmetic operators: numbers of any size, texts and sequences; dates do theirs in datetime.cc.
#include <cmath>
#include <cstring>

#include "language/jinja/bigint.h"
#include "language/jinja/datetime.h"
#include "language/jinja/html.h"
#include "language/jinja/operators.h"
#include "language/jinja/printf.h"

namespace tocsin::jinja {
namespace {

constexpr std::string_view kSigns[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};

[[noreturn]] void unsupported(BinaryOp op, Value a, Value b) {
  type_error("unsupported operand type(s) for " + std::string(kSigns[static_cast<int>(op)]) + ": '" +
             std::string(type_name(a)) + "' and '" + std::string(type_name(b)) + "'");
}

// --- numbers -------------------------------------------------------------------------------------

Value integers(State& state, BinaryOp op, Value a, Value b) {
  const bool small = a.small_int() && b.small_int();
  const std::int64_t x = small ? a.as_int() : 0, y = small ? b.as_int() : 0;
  std::int64_t result = 0;
  switch (op) {
    case BinaryOp::Add:
      if (small && !__builtin_add_overflow(x, y, &result)) return Value::integer(result);
      return big::add(state, a, b);
    case BinaryOp::Subtract:
      if (small && !__builtin_sub_overflow(x, y, &result)) return Value::integer(result);
      return big::subtract(state, a, b);
    case BinaryOp::Multiply:
      if (small && !__builtin_mul_overflow(x, y, &result)) return Value::integer(result);
      return big::multiply(state, a, b);
    case BinaryOp::Divide: {
      if (b.small_int() && b.as_int() == 0) raise(Fault::ZeroDivision, "division by zero");
      constexpr std::int64_t kExact = std::int64_t{1} << 53;
      if (small && x >= -kExact && x <= kExact && y >= -kExact && y <= kExact) {
        return Value::real(static_cast<double>(x) / static_cast<double>(y));
      }
      const auto quotient = big::true_divide(state, a, b);
      if (!quotient) raise(Fault::Overflow, "integer division result too large for a float");
      return Value::real(*quotient);
    }
    case BinaryOp::FloorDivide:
    case BinaryOp::Modulo: {
      if (b.small_int() && b.as_int() == 0) {
        raise(Fault::ZeroDivision,
              op == BinaryOp::Modulo ? "integer modulo by zero" : "integer division or modulo by zero");
      }
      if (!small || y == -1)
        return op == BinaryOp::Modulo ? big::modulo(state, a, b) : big::floor_divide(state, a, b);
      const std::int64_t rest = x % y;
      const bool adjust = rest != 0 && (rest < 0) != (y < 0);
      return Value::integer(op == BinaryOp::Modulo ? rest + (adjust ? y : 0) : x / y - (adjust ? 1 : 0));
    }
    case BinaryOp::Power:
      if (big::is_negative(b)) {
        if (!big::is_negative(a) && big::compare(state, a, Value::integer(0)) == 0) {
          raise(Fault::ZeroDivision, "0.0 cannot be raised to a negative power");
        }
        return arithmetic(state, op, Value::real(number_to_double(state, a)),
                          Value::real(number_to_double(state, b)));
      }
      return big::power(state, a, b);
  }
  return {};
}

double float_modulo(double x, double y) {
  double rest = std::fmod(x, y);
  if (rest != 0) {
    if ((y < 0) != (rest < 0)) rest += y;
  } else {
    rest = std::copysign(0.0, y);
  }
  return rest;
}

double float_floor_divide(double x, double y) {
  const double rest = std::fmod(x, y);
  double quotient = (x - rest) / y;
  if (rest != 0 && (y < 0) != (rest < 0)) quotient -= 1.0;
  if (quotient == 0) return std::copysign(0.0, x / y);
  double whole = std::floor(quotient);
  if (quotient - whole > 0.5) whole += 1.0;
  return whole;
}

Value float_power(double x, double y) {
  if (x == 0 && y < 0) raise(Fault::ZeroDivision, "0.0 cannot be raised to a negative power");
  if (x < 0 && std::isfinite(x) && std::isfinite(y) && y != std::floor(y))
    value_error("complex numbers are not supported");
  const double result = std::pow(x, y);
  if (std::isinf(result) && std::isfinite(x) && std::isfinite(y)) {
    raise(Fault::Overflow, "(34, 'Numerical result out of range')");
  }
  return Value::real(result);
}

// The remainder is found a few bits at a time.
void charge_remainder(State& state, double x, double y) {
  if (!std::isfinite(x) || !std::isfinite(y) || x == 0 || y == 0) return;
  const int bits = std::ilogb(x) - std::ilogb(y);
  if (bits > 0) state.charge(static_cast<std::size_t>(bits) / 24);
}

Value floats(State& state, BinaryOp op, double x, double y) {
  switch (op) {
    case BinaryOp::Add:
      return Value::real(x + y);
    case BinaryOp::Subtract:
      return Value::real(x - y);
    case BinaryOp::Multiply:
      return Value::real(x * y);
    case BinaryOp::Divide:
      if (y == 0) raise(Fault::ZeroDivision, "float division by zero");
      return Value::real(x / y);
    case BinaryOp::FloorDivide:
      if (y == 0) raise(Fault::ZeroDivision, "float floor division by zero");
      charge_remainder(state, x, y);
      return Value::real(float_floor_divide(x, y));
    case BinaryOp::Modulo:
      if (y == 0) raise(Fault::ZeroDivision, "float modulo");
      charge_remainder(state, x, y);
      return Value::real(float_modulo(x, y));
    case BinaryOp::Power:
      return float_power(x, y);
  }
  return {};
}

// --- sequences -----------------------------------------------------------------------------------

Value concatenate_strings(State& state, Value a, Value b) {
  // Markup escapes what is joined to it.
  if (a.markup() != b.markup()) {
    std::string out;
    append_markup(out, a);
    append_markup(out, b);
    return state.text(out, true);
  }
  const std::string_view x = a.str(), y = b.str();
  char* joined = state.arena.bytes(x.size() + y.size());
  state.charge_bytes(x.size() + y.size());
  if (!x.empty()) std::memcpy(joined, x.data(), x.size());
  if (!y.empty()) std::memcpy(joined + x.size(), y.data(), y.size());
  return Value::text({joined, x.size() + y.size()}, a.markup());
}

Value join_sequences(State& state, Value a, Value b) {
  a = state.real(a);
  b = state.real(b);
  const std::size_t left = sequence_size(a), right = sequence_size(b);
  state.charge(left + right);
  ArenaVector<Value> items;
  items.reserve(state.arena, left + right);
  for (std::size_t i = 0; i < left; ++i) items.push_back(state.arena, sequence_item(state, a, i));
  for (std::size_t i = 0; i < right; ++i) items.push_back(state.arena, sequence_item(state, b, i));
  return a.is(Type::Tuple) ? Value::tuple(items.begin(), items.size()) : state.list(items);
}

Value add(State& state, Value a, Value b) {
  if (a.string() && b.string()) return concatenate_strings(state, a, b);
  if (a.list_like() && b.list_like()) return join_sequences(state, a, b);
  if (a.is(Type::Tuple) && b.is(Type::Tuple)) return join_sequences(state, a, b);
  if (a.is(Type::Bytes) && b.is(Type::Bytes)) {
    const Value joined = concatenate_strings(state, Value::text(a.str()), Value::text(b.str()));
    return Value::bytes(joined.str());
  }
  const std::string right(type_name(b));
  if (a.string() && !a.markup()) type_error("can only concatenate str (not \"" + right + "\") to str");
  if (a.list_like()) type_error("can only concatenate list (not \"" + right + "\") to list");
  if (a.is(Type::Tuple)) type_error("can only concatenate tuple (not \"" + right + "\") to tuple");
  if (a.is(Type::Bytes)) type_error("can't concat " + right + " to bytes");
  unsupported(BinaryOp::Add, a, b);
}

std::size_t repetitions(State& state, Value count, std::size_t unit) {
  if (count.is(Type::BigInt)) {
    raise(Fault::Overflow, "cannot fit 'int' into an index-sized integer");
  }
  const std::int64_t n = count.as_int();
  if (n <= 0 || unit == 0) return 0;
  if (static_cast<std::uint64_t>(n) > state.options.limits.memory_bytes / unit) {
    raise(Fault::Budget, "the template needs too much memory");
  }
  return static_cast<std::size_t>(n);
}

Value repeat(State& state, Value sequence, Value count) {
  if (sequence.string() || sequence.is(Type::Bytes)) {
    const std::string_view unit = sequence.str();
    const std::size_t times = repetitions(state, count, unit.size());
    state.charge_bytes(unit.size() * times);
    char* out = state.arena.bytes(unit.size() * times);
    if (unit.size() == 1) {
      std::memset(out, unit[0], times);
    } else {
      for (std::size_t i = 0; i < times; ++i) std::memcpy(out + i * unit.size(), unit.data(), unit.size());
    }
    const std::string_view text(out, unit.size() * times);
    return sequence.is(Type::Bytes) ? Value::bytes(text) : Value::text(text, sequence.markup());
  }
  sequence = state.real(sequence);
  const std::size_t size = sequence_size(sequence);
  const std::size_t times = repetitions(state, count, size * sizeof(Value));
  state.charge(size * times);
  ArenaVector<Value> items;
  items.reserve(state.arena, size * times);
  for (std::size_t t = 0; t < times; ++t) {
    for (std::size_t i = 0; i < size; ++i) items.push_back(state.arena, sequence_item(state, sequence, i));
  }
  return sequence.is(Type::Tuple) ? Value::tuple(items.begin(), items.size()) : state.list(items);
}

bool repeatable(Value v) {
  return v.string() || v.is(Type::Bytes) || sequence(v);
}

Value multiply(State& state, Value a, Value b) {
  if (repeatable(a) && b.integral()) return repeat(state, a, b);
  if (repeatable(b) && a.integral()) return repeat(state, b, a);
  // Markup multiplies by itself or not at all; other sequences say what they cannot be multiplied by.
  const auto refuse = [](Value by) {
    type_error("can't multiply sequence by non-int of type '" + std::string(type_name(by)) + "'");
  };
  if (repeatable(a) && !a.markup()) refuse(b);
  if (repeatable(b) && !b.markup()) refuse(a);
  unsupported(BinaryOp::Multiply, a, b);
}

}  // namespace

double number_to_double(State& state, Value v) {
  if (v.is(Type::Float)) return v.as_float();
  if (v.small_int()) return static_cast<double>(v.as_int());
  const double number = big::to_double(state, v);
  if (std::isinf(number)) raise(Fault::Overflow, "int too large to convert to float");
  return number;
}

Value arithmetic(State& state, BinaryOp op, Value a, Value b) {
  if (a.integral() && b.integral()) return integers(state, op, a, b);
  if (a.number() && b.number())
    return floats(state, op, number_to_double(state, a), number_to_double(state, b));
  if (op == BinaryOp::Modulo && (a.string() || a.is(Type::Bytes))) return printf_format(state, a, b);
  if (op == BinaryOp::Subtract && a.is(Type::DictView)) unsupported(op, a, b);  // a set in Python
  if (a.undefined()) raise_undefined(state, a);
  if (b.undefined()) raise_undefined(state, b);
  if (const Value result = date_arithmetic(state, op, a, b); !result.missing()) return result;
  if (op == BinaryOp::Add) return add(state, a, b);
  if (op == BinaryOp::Multiply) return multiply(state, a, b);
  unsupported(op, a, b);
}

Value negate(State& state, Value v) {
  if (v.small_int() && v.as_int() != INT64_MIN) return Value::integer(-v.as_int());
  if (v.integral()) return big::negate(state, v);
  if (v.is(Type::Float)) return Value::real(-v.as_float());
  if (v.undefined()) raise_undefined(state, v);
  if (v.is(Type::TimeDelta)) return negate_delta(state, v);
  type_error("bad operand type for unary -: '" + std::string(type_name(v)) + "'");
}

Value positive(State& state, Value v) {
  if (v.is(Type::Bool)) return Value::integer(v.as_int());
  if (v.number() || v.is(Type::TimeDelta)) return v;
  if (v.undefined()) raise_undefined(state, v);
  type_error("bad operand type for unary +: '" + std::string(type_name(v)) + "'");
}

}  // namespace tocsin::jinja
