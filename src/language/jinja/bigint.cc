#include "language/jinja/bigint.h"

#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>

#include "language/jinja/state.h"

namespace tocsin::jinja::big {
namespace {

using boost::multiprecision::cpp_int;

constexpr std::size_t kMaxBits = 1 << 17;  // about 39,000 decimal digits; Python prints no more than 4,300

// A copy, which the state pays for: most operations are linear in their numbers.
cpp_int load(State& state, Value v) {
  if (!v.is(Type::BigInt)) return cpp_int(v.as_int());
  const auto* big = v.as<BigInt>();
  state.charge(4 + big->size / 8);
  cpp_int out;
  import_bits(out, big->limbs, big->limbs + big->size, 64, false);
  return big->negative ? cpp_int(-out) : out;
}

Value store(State& state, const cpp_int& number) {
  if (number >= INT64_MIN && number <= INT64_MAX) return Value::integer(static_cast<std::int64_t>(number));
  const cpp_int magnitude = abs(number);
  const std::size_t bits = msb(magnitude) + 1;
  if (bits > kMaxBits) raise(Fault::Budget, "the integer is too large");
  const std::size_t count = (bits + 63) / 64;
  state.charge(1 + count);
  auto* limbs = state.arena.array<std::uint64_t>(count);
  export_bits(magnitude, limbs, 64, false);
  return Value::object(Type::BigInt,
                       state.arena.make<BigInt>(number < 0, static_cast<std::uint32_t>(count), limbs));
}

std::size_t limbs(Value v) {
  return v.is(Type::BigInt) ? v.as<BigInt>()->size : 1;
}

void charge_product(State& state, Value a, Value b) {
  state.charge(limbs(a) * limbs(b) / 8);
}

// Boost works on the whole dividend for each limb of the quotient, unless the divisor is a single limb.
void charge_division(State& state, Value a, Value b) {
  const std::size_t steps = limbs(a) > limbs(b) ? limbs(a) - limbs(b) + 1 : 1;
  state.charge(limbs(b) == 1 ? limbs(a) : steps * limbs(a) / 32 + limbs(a));
}

}  // namespace

Value add(State& state, Value a, Value b) {
  return store(state, load(state, a) + load(state, b));
}
Value subtract(State& state, Value a, Value b) {
  return store(state, load(state, a) - load(state, b));
}
Value multiply(State& state, Value a, Value b) {
  charge_product(state, a, b);
  return store(state, load(state, a) * load(state, b));
}
Value negate(State& state, Value a) {
  return store(state, -load(state, a));
}

Value floor_divide(State& state, Value a, Value b) {
  charge_division(state, a, b);
  cpp_int quotient, rest;
  const cpp_int divisor = load(state, b);
  divide_qr(load(state, a), divisor, quotient, rest);
  if (rest != 0 && (rest < 0) != (divisor < 0)) --quotient;
  return store(state, quotient);
}

Value modulo(State& state, Value a, Value b) {
  charge_division(state, a, b);
  const cpp_int divisor = load(state, b);
  cpp_int rest = load(state, a) % divisor;
  if (rest != 0 && (rest < 0) != (divisor < 0)) rest += divisor;
  return store(state, rest);
}

Value power(State& state, Value base, Value exponent) {
  const cpp_int b = load(state, base);
  if (b == 0 || b == 1)
    return store(state, exponent.as_int() == 0 && !exponent.is(Type::BigInt) ? cpp_int(1) : b);
  if (b == -1) return Value::integer(load(state, exponent) % 2 == 0 ? 1 : -1);
  if (exponent.is(Type::BigInt)) raise(Fault::Budget, "the integer is too large");
  const std::int64_t e = exponent.as_int();
  const std::size_t bits = msb(cpp_int(abs(b)));
  if (bits * static_cast<double>(e) > kMaxBits) raise(Fault::Budget, "the integer is too large");
  state.charge(1 + bits * static_cast<std::size_t>(e) * bits * static_cast<std::size_t>(e) / (64 * 64 * 16));
  return store(state, pow(b, static_cast<unsigned>(e)));
}

int compare(State& state, Value a, Value b) {
  if (!a.is(Type::BigInt) && !b.is(Type::BigInt))
    return a.as_int() < b.as_int() ? -1 : a.as_int() > b.as_int();
  return load(state, a).compare(load(state, b));
}

bool is_negative(Value a) {
  return a.is(Type::BigInt) ? a.as<BigInt>()->negative : a.as_int() < 0;
}

namespace {

// a / b, rounded half to even, for positive numbers; nullopt when it is 2**1024 or more.
std::optional<double> divide_positive(cpp_int a, const cpp_int& b) {
  if (a == 0) return 0.0;
  // Scale so that the quotient has 55 to 57 bits and note what is left over.
  const long shift = 56 - (static_cast<long>(msb(a)) - static_cast<long>(msb(b)));
  cpp_int divisor = b;
  if (shift > 0) {
    a <<= shift;
  } else {
    divisor <<= -shift;
  }
  cpp_int quotient, rest;
  divide_qr(a, divisor, quotient, rest);
  auto bits = static_cast<std::uint64_t>(quotient);
  long exponent = -shift;
  // Subnormal results keep fewer bits.
  long drop = static_cast<long>(msb(quotient)) + 1 - 53;
  if (exponent + drop < -1074) drop = -1074 - exponent;
  if (drop > 63) return 0.0;
  if (drop > 0) {
    const std::uint64_t half = std::uint64_t{1} << (drop - 1);
    const std::uint64_t low = bits & ((half << 1) - 1);
    bits >>= drop;
    exponent += drop;
    if (low > half || (low == half && (rest != 0 || (bits & 1) != 0))) ++bits;
  }
  const double result = std::ldexp(static_cast<double>(bits), static_cast<int>(exponent));
  return std::isinf(result) ? std::nullopt : std::optional(result);
}

}  // namespace

std::optional<double> true_divide(State& state, Value a, Value b) {
  const bool negative = is_negative(a) != is_negative(b);
  const auto quotient = divide_positive(abs(load(state, a)), abs(load(state, b)));
  if (!quotient) return std::nullopt;
  return negative ? -*quotient : *quotient;
}

double to_double(State& state, Value a) {
  if (!a.is(Type::BigInt)) return static_cast<double>(a.as_int());
  return true_divide(state, a, Value::integer(1)).value_or(is_negative(a) ? -INFINITY : INFINITY);
}

Value from_double(State& state, double number) {
  number = std::trunc(number);
  if (number >= -9.2e18 && number <= 9.2e18) return Value::integer(static_cast<std::int64_t>(number));
  state.charge(32);
  return store(state, cpp_int(number));
}

int compare_with_double(State& state, Value a, double b) {
  const double whole = std::trunc(b);
  if (!a.is(Type::BigInt)) {
    if (whole >= 0x1p63) return -1;
    if (whole < -0x1p63) return 1;
    const auto right = static_cast<std::int64_t>(whole);
    if (a.as_int() != right) return a.as_int() < right ? -1 : 1;
    return b > whole ? -1 : b < whole ? 1 : 0;
  }
  state.charge(16);
  const cpp_int left = load(state, a);
  const int order = left.compare(cpp_int(whole));
  if (order != 0) return order < 0 ? -1 : 1;
  return b > whole ? -1 : b < whole ? 1 : 0;
}

namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";

// Bits by the group, without division. The base is a power of two.
std::string power_of_two_text(const cpp_int& magnitude, unsigned bits_each) {
  std::vector<std::uint8_t> groups;
  export_bits(magnitude, std::back_inserter(groups), bits_each);
  std::string out;
  out.reserve(groups.size() + 1);
  for (const std::uint8_t group : groups) out += kDigits[group];
  return out;
}

}  // namespace

std::string to_text(State& state, Value a, int base) {
  const cpp_int number = load(state, a);
  if (base == 10) {
    state.charge(16 + limbs(a) * limbs(a) / 8);  // quadratic
    return number.str();
  }
  state.charge(limbs(a) * 8);
  const unsigned bits = base == 2 ? 1 : base == 8 ? 3 : 4;
  return (number < 0 ? "-" : "") + power_of_two_text(abs(number), bits);
}

Value from_decimal(State& state, std::string_view digits, int base) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  // In groups that fit one limb: quadratic, but the length is limited by the callers.
  state.charge(digits.size() / 8 + digits.size() * digits.size() / 8192);
  cpp_int number = 0;
  while (!digits.empty()) {
    std::uint64_t group = 0, scale = 1;
    std::size_t used = 0;
    for (; used < digits.size() && used < 11; ++used) {
      const char c = digits[used];
      const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
      group = group * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
      scale *= static_cast<std::uint64_t>(base);
    }
    number = number * scale + group;
    digits.remove_prefix(used);
  }
  return store(state, negative ? cpp_int(-number) : number);
}

std::int64_t bit_length(Value a) {
  if (a.is(Type::BigInt)) {
    const auto& big = *a.as<BigInt>();
    return std::int64_t{64} * big.size - std::countl_zero(big.limbs[big.size - 1]);
  }
  const auto magnitude = a.as_int() < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(a.as_int())
                                        : static_cast<std::uint64_t>(a.as_int());
  return 64 - std::countl_zero(magnitude);
}

}  // namespace tocsin::jinja::big
