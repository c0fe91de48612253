#include <algorithm>
#include <unordered_map>

#include "language/jinja/dict.h"
#include "language/jinja/filters.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_form.h"
#include "language/jinja/unicode.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

Value yes(bool b) {
  return Value::boolean(b);
}

Value boolean(State&, const Value* p) {
  return yes(p[0].is(Type::Bool));
}
Value callable_test(State&, const Value* p) {
  return yes(callable(p[0]));
}
Value defined(State&, const Value* p) {
  return yes(!p[0].undefined());
}
Value undefined(State&, const Value* p) {
  return yes(p[0].undefined());
}
Value escaped(State&, const Value* p) {
  return yes(p[0].markup());
}
Value is_false(State&, const Value* p) {
  return yes(p[0].is(Type::Bool) && !p[0].as_bool());
}
Value is_true(State&, const Value* p) {
  return yes(p[0].is(Type::Bool) && p[0].as_bool());
}
Value is_none(State&, const Value* p) {
  return yes(p[0].none_type());
}
Value is_float(State&, const Value* p) {
  return yes(p[0].is(Type::Float));
}
Value is_integer(State&, const Value* p) {
  return yes(p[0].integral() && !p[0].is(Type::Bool));
}
Value is_number(State&, const Value* p) {
  return yes(p[0].number());
}
Value is_string(State&, const Value* p) {
  return yes(p[0].string());
}
Value is_mapping(State&, const Value* p) {
  return yes(p[0].mapping());
}
Value is_iterable(State&, const Value* p) {
  return yes(iterable(p[0]) || p[0].is(Type::Loop));
}

// Has a length and can be indexed.
Value is_sequence(State&, const Value* p) {
  return yes(p[0].string() || p[0].is(Type::Bytes) || sequence(p[0]) || p[0].mapping() || p[0].undefined());
}

Value remainder_is(State& state, Value v, Value divisor, std::int64_t wanted) {
  return yes(equal(state, arithmetic(state, BinaryOp::Modulo, v, divisor), Value::integer(wanted)));
}
Value divisibleby(State& state, const Value* p) {
  return remainder_is(state, p[0], p[1], 0);
}
Value even(State& state, const Value* p) {
  return remainder_is(state, p[0], Value::integer(2), 0);
}
Value odd(State& state, const Value* p) {
  return remainder_is(state, p[0], Value::integer(2), 1);
}

// The names are keys of a dict in Jinja2: what cannot be a key is an error.
Value known_filter(State& state, const Value* p) {
  if (!p[0].string()) hash_of(state, p[0]);
  return yes(p[0].string() && find_filter(p[0].str()) != nullptr);
}
Value known_test(State& state, const Value* p) {
  if (!p[0].string()) hash_of(state, p[0]);
  return yes(p[0].string() && find_test(p[0].str()) != nullptr);
}
Value sameas(State& state, const Value* p) {
  return yes(identical(state, p[0], p[1]));
}
Value in(State& state, const Value* p) {
  return yes(contains(state, p[1], p[0]));
}

// Some cased sign, and all of them in this case.
Value all_cased(State& state, Value v, bool (*wanted)(char32_t), bool (*other)(char32_t)) {
  const Value text = to_text(state, v);
  state.charge_characters(text.str());
  bool any = false;
  for (std::size_t pos = 0; pos < text.str().size();) {
    const char32_t c = json::next_code_point(text.str(), pos);
    if (other(c) || unicode::is_title(c)) return yes(false);
    any |= wanted(c);
  }
  return yes(any);
}
Value lower(State& state, const Value* p) {
  return all_cased(state, p[0], unicode::is_lower, unicode::is_upper);
}
Value upper(State& state, const Value* p) {
  return all_cased(state, p[0], unicode::is_upper, unicode::is_lower);
}

template <CompareOp Op>
Value compares(State& state, const Value* p) {
  return yes(compare(state, Op, p[0], p[1]));
}

constexpr TestInfo plain(std::string_view name, std::string_view python_name, Builtin::Fixed function) {
  return {{.name = name, .python_name = python_name, .parameters = "", .fixed = function}};
}
constexpr TestInfo binary(std::string_view name, std::string_view python_name, std::string_view parameter,
                          Builtin::Fixed function) {
  return {
      {.name = name, .python_name = python_name, .parameters = parameter, .required = 1, .fixed = function}};
}

constexpr TestInfo with_environment(std::string_view name, std::string_view python_name,
                                    Builtin::Fixed function) {
  return {{.name = name, .python_name = python_name, .parameters = "", .hidden = 1, .fixed = function}};
}

constexpr TestInfo kTests[] = {
    plain("boolean", "test_boolean", boolean),
    plain("callable", "callable", callable_test),
    plain("defined", "test_defined", defined),
    plain("escaped", "test_escaped", escaped),
    plain("even", "test_even", even),
    plain("false", "test_false", is_false),
    with_environment("filter", "test_filter", known_filter),
    plain("float", "test_float", is_float),
    plain("integer", "test_integer", is_integer),
    plain("iterable", "test_iterable", is_iterable),
    plain("lower", "test_lower", lower),
    plain("mapping", "test_mapping", is_mapping),
    plain("none", "test_none", is_none),
    plain("number", "test_number", is_number),
    plain("odd", "test_odd", odd),
    plain("sequence", "test_sequence", is_sequence),
    plain("string", "test_string", is_string),
    with_environment("test", "test_test", known_test),
    plain("true", "test_true", is_true),
    plain("undefined", "test_undefined", undefined),
    plain("upper", "test_upper", upper),
    binary("divisibleby", "test_divisibleby", "num", divisibleby),
    binary("in", "test_in", "seq", in),
    binary("sameas", "test_sameas", "other", sameas),
    binary("==", "eq", "b", compares<CompareOp::Equal>),
    binary("eq", "eq", "b", compares<CompareOp::Equal>),
    binary("equalto", "eq", "b", compares<CompareOp::Equal>),
    binary("!=", "ne", "b", compares<CompareOp::NotEqual>),
    binary("ne", "ne", "b", compares<CompareOp::NotEqual>),
    binary(">", "gt", "b", compares<CompareOp::Greater>),
    binary("gt", "gt", "b", compares<CompareOp::Greater>),
    binary("greaterthan", "gt", "b", compares<CompareOp::Greater>),
    binary(">=", "ge", "b", compares<CompareOp::GreaterEqual>),
    binary("ge", "ge", "b", compares<CompareOp::GreaterEqual>),
    binary("<", "lt", "b", compares<CompareOp::Less>),
    binary("lt", "lt", "b", compares<CompareOp::Less>),
    binary("lessthan", "lt", "b", compares<CompareOp::Less>),
    binary("<=", "le", "b", compares<CompareOp::LessEqual>),
    binary("le", "le", "b", compares<CompareOp::LessEqual>),
};

}  // namespace

const TestInfo* find_test(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTests), std::end(kTests),
                                   [&](const TestInfo& info) { return info.builtin.name == name; });
  return found != std::end(kTests) ? found : nullptr;
}

}  // namespace tocsin::jinja
