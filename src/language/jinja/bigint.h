// Integers of any size, up to a limit that keeps every operation short. Boost's arithmetic stays in
// bigint.cc.
//
// Arguments may be Bool, Int or BigInt in any mixture; results are Int whenever they fit.
#pragma once

#include <optional>
#include <string>

#include "language/jinja/value.h"

namespace tocsin::jinja::big {

Value add(State& state, Value a, Value b);
Value subtract(State& state, Value a, Value b);
Value multiply(State& state, Value a, Value b);
// Rounded towards minus infinity; the divisor is not zero.
Value floor_divide(State& state, Value a, Value b);
Value modulo(State& state, Value a, Value b);
// The exponent is not negative.
Value power(State& state, Value base, Value exponent);
Value negate(State& state, Value a);
int compare(State& state, Value a, Value b);  // <0, 0, >0
bool is_negative(Value a);

// The nearest double; infinite when out of range.
double to_double(State& state, Value a);
// Exact; the number is finite.
Value from_double(State& state, double number);
// -1, 0, 1 for a <, ==, > b; b is finite.
int compare_with_double(State& state, Value a, double b);
// a / b correctly rounded; nullopt when too large. b is not zero.
std::optional<double> true_divide(State& state, Value a, Value b);

// Digits of `base` (2, 8, 10 or 16), with "-" when negative, without prefix.
std::string to_text(State& state, Value a, int base = 10);
// Digits only, an optional "-" first.
Value from_decimal(State& state, std::string_view digits, int base = 10);
std::int64_t bit_length(Value a);

}  // namespace tocsin::jinja::big
