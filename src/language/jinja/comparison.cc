// Truth, equality, order and membership.
#include <cmath>

#include "language/jinja/bigint.h"
#include "language/jinja/datetime.h"
#include "language/jinja/dict.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_tools.h"

namespace tocsin::jinja {

bool truthy(State& state, Value v) {
  switch (v.type()) {
    case Type::Missing:
    case Type::Undefined:
    case Type::None:
      return false;
    case Type::Bool:
    case Type::Int:
      return v.as_int() != 0;
    case Type::Float:
      return v.as_float() != 0;
    case Type::Str:
    case Type::Bytes:
    case Type::Tuple:
      return v.tag() != 0;
    case Type::TimeDelta:
      return !is_zero_delta(v);
    case Type::List:
    case Type::JsonArray:
    case Type::Dict:
    case Type::JsonObject:
    case Type::DictView:
    case Type::Loop:
      return length(state, v) != 0;
    default:
      return true;
  }
}

namespace {

int compare_numbers(State& state, Value a, Value b, bool& ordered) {
  ordered = true;
  if (a.small_int() && b.small_int()) return a.as_int() < b.as_int() ? -1 : a.as_int() > b.as_int();
  if (a.integral() && b.integral()) return big::compare(state, a, b);
  const auto by_float = [&](Value integer, double number, int sign) {
    if (std::isnan(number)) return ordered = false, 0;
    if (std::isinf(number)) return number > 0 ? -sign : sign;
    return sign * big::compare_with_double(state, integer, number);
  };
  if (a.is(Type::Float) && b.is(Type::Float)) {
    ordered = !std::isnan(a.as_float()) && !std::isnan(b.as_float());
    return a.as_float() < b.as_float() ? -1 : a.as_float() > b.as_float();
  }
  return a.is(Type::Float) ? by_float(b, a.as_float(), -1) : by_float(a, b.as_float(), 1);
}

bool equal_sequences(State& state, Value a, Value b) {
  const Deeper guard(state);
  a = state.real(a);
  b = state.real(b);
  if (a.pointer() == b.pointer() && a.type() == b.type() && a.tag() == b.tag()) return true;
  const std::size_t size = sequence_size(a);
  if (size != sequence_size(b)) return false;
  for (std::size_t i = 0; i < size; ++i) {
    state.charge();
    if (!equal(state, sequence_item(state, a, i), sequence_item(state, b, i))) return false;
  }
  return true;
}

bool equal_mappings(State& state, Value a, Value b) {
  const Deeper guard(state);
  a = state.real(a);
  b = state.real(b);
  if (a.pointer() == b.pointer()) return true;
  if (mapping_size(a) != mapping_size(b)) return false;
  Value key, value;
  for (std::size_t at = 0; mapping_next(state, a, at, key, value);) {
    state.charge();
    const Value other = mapping_find(state, b, key);
    if (other.missing() || !equal(state, value, other)) return false;
  }
  return true;
}

bool equal_views(State& state, Value a, Value b) {
  const auto &x = *a.as<DictView>(), &y = *b.as<DictView>();
  if (x.kind == DictView::Kind::Values || y.kind == DictView::Kind::Values) return a.pointer() == b.pointer();
  if (length(state, a) != length(state, b)) return false;
  Walk walk(state, a);
  for (Value item; walk.next(item);) {
    if (!contains(state, b, item)) return false;
  }
  return true;
}

}  // namespace

bool equal(State& state, Value a, Value b) {
  if (a.number() && b.number()) {
    bool ordered = true;
    const int order = compare_numbers(state, a, b, ordered);
    return ordered && order == 0;
  }
  if (a.string() && b.string()) {
    if (a.tag() > 64) state.charge_bytes(a.tag());
    return a.str() == b.str();
  }
  if (a.list_like() && b.list_like()) return equal_sequences(state, a, b);
  if (a.mapping() && b.mapping()) return equal_mappings(state, a, b);
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Type::Missing:
    case Type::None:
    case Type::Undefined:
      return true;
    case Type::Bytes:
      state.charge_bytes(a.tag());
      return a.str() == b.str();
    case Type::Tuple:
      return equal_sequences(state, a, b);
    case Type::DictView:
      return equal_views(state, a, b);
    case Type::DateTime:
    case Type::Date:
    case Type::Time:
    case Type::TimeDelta:
    case Type::TimeZone:
      return equal_dates(a, b);
    case Type::Method:
      return a.as<Method>()->info == b.as<Method>()->info &&
             identical(state, a.as<Method>()->self, b.as<Method>()->self);
    default:
      return a.pointer() == b.pointer();
  }
}

bool identical(State& state, Value a, Value b) {
  a = state.real(a);
  b = state.real(b);
  if (a.type() != b.type()) return false;
  if (a.none_type()) return true;
  if (a.string()) {  // Python shares most equal strings
    state.charge_bytes(a.tag());
    return a.markup() == b.markup() && a.str() == b.str();
  }
  if (a.is(Type::BigInt)) return a.pointer() == b.pointer();
  return a.same(b) && (!a.is(Type::Tuple) || a.tag() == b.tag());
}

namespace {

bool decide(CompareOp op, int order) {
  switch (op) {
    case CompareOp::Less:
      return order < 0;
    case CompareOp::LessEqual:
      return order <= 0;
    case CompareOp::Greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

constexpr std::string_view kCompareSigns[] = {"==", "!=", "<", "<=", ">", ">="};

[[noreturn]] void not_ordered(CompareOp op, Value a, Value b) {
  type_error("'" + std::string(kCompareSigns[static_cast<int>(op)]) +
             "' not supported between instances of '" + std::string(type_name(a)) + "' and '" +
             std::string(type_name(b)) + "'");
}

bool order(State& state, CompareOp op, Value a, Value b) {
  if (a.number() && b.number()) {
    bool ordered = true;
    const int sign = compare_numbers(state, a, b, ordered);
    return ordered && decide(op, sign);
  }
  if ((a.string() && b.string()) || (a.is(Type::Bytes) && b.is(Type::Bytes))) {
    state.charge_bytes(a.tag());
    const int sign = a.str().compare(b.str());  // byte order of UTF-8 is code point order
    return decide(op, sign);
  }
  if (a.undefined()) raise_undefined(state, a);
  if (b.undefined()) raise_undefined(state, b);
  if ((a.list_like() && b.list_like()) || (a.is(Type::Tuple) && b.is(Type::Tuple))) {
    const Deeper guard(state);
    a = state.real(a);
    b = state.real(b);
    const std::size_t left = sequence_size(a), right = sequence_size(b);
    for (std::size_t i = 0; i < left && i < right; ++i) {
      state.charge();
      const Value x = sequence_item(state, a, i), y = sequence_item(state, b, i);
      if (!equal(state, x, y)) return order(state, op, x, y);
    }
    return decide(op, left < right ? -1 : left > right);
  }
  if (const auto sign = compare_dates(a, b)) return decide(op, *sign);
  not_ordered(op, a, b);
}

}  // namespace

bool compare(State& state, CompareOp op, Value a, Value b) {
  switch (op) {
    case CompareOp::Equal:
      return equal(state, a, b);
    case CompareOp::NotEqual:
      return !equal(state, a, b);
    case CompareOp::In:
      return contains(state, b, a);
    case CompareOp::NotIn:
      return !contains(state, b, a);
    default:
      return order(state, op, a, b);
  }
}

bool contains(State& state, Value container, Value item) {
  if (container.string()) {
    if (!item.string()) {
      type_error("'in <string>' requires string as left operand, not " + std::string(type_name(item)));
    }
    return find_text(state, container.str(), item.str()) != std::string_view::npos;
  }
  if (container.is(Type::Bytes) && !item.integral()) {
    if (!item.is(Type::Bytes))
      type_error("a bytes-like object is required, not '" + std::string(type_name(item)) + "'");
    return find_text(state, container.str(), item.str()) != std::string_view::npos;
  }
  if (container.mapping()) return !mapping_find(state, state.real(container), item).missing();
  if (container.is(Type::DictView) && container.as<DictView>()->kind == DictView::Kind::Keys) {
    return contains(state, container.as<DictView>()->dict, item);
  }
  if (!iterable(container))
    type_error("argument of type '" + std::string(type_name(container)) + "' is not iterable");
  Walk walk(state, container);
  for (Value candidate; walk.next(candidate);) {
    if (equal(state, candidate, item)) return true;
  }
  return false;
}

}  // namespace tocsin::jinja
