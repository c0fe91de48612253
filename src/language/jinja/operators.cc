#include "language/jinja/operators.h"

#include <cmath>

#include "language/jinja/bigint.h"
#include "language/jinja/datetime.h"
#include "language/jinja/dict.h"
#include "language/jinja/evaluator.h"
#include "language/jinja/html.h"
#include "language/jinja/printf.h"
#include "language/jinja/text_tools.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

constexpr std::string_view kSigns[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};
constexpr std::string_view kCompareSigns[] = {"==", "!=", "<", "<=", ">", ">="};

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

Value floats(BinaryOp op, double x, double y) {
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
      return Value::real(float_floor_divide(x, y));
    case BinaryOp::Modulo:
      if (y == 0) raise(Fault::ZeroDivision, "float modulo");
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
  if (a.number() && b.number()) return floats(op, number_to_double(state, a), number_to_double(state, b));
  if (op == BinaryOp::Modulo && (a.string() || a.is(Type::Bytes))) return printf_format(state, a, b);
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

// --- truth and comparison ------------------------------------------------------------------------

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

// --- length and iteration ------------------------------------------------------------------------

std::size_t sequence_size(Value v) {
  if (v.is(Type::List)) return v.as<List>()->items.size();
  return v.is(Type::Tuple) ? v.tag() : v.as_json().as_array().size();
}

Value sequence_item(State& state, Value v, std::size_t at) {
  if (v.is(Type::List)) return v.as<List>()->items[at];
  return v.is(Type::Tuple) ? v.items()[at] : state.from_json(v.as_json().as_array()[at]);
}

std::size_t length(State& state, Value v) {
  if (const auto size = length_if_any(state, v)) return *size;
  type_error("object of type '" + std::string(type_name(v)) + "' has no len()");
}

std::optional<std::size_t> length_if_any(State& state, Value v) {
  switch (v.type()) {
    case Type::Undefined:
      return 0;
    case Type::Str:
      return code_points(state, v.str());
    case Type::Bytes:
    case Type::Tuple:
      return v.tag();
    case Type::List:
    case Type::JsonArray:
      return sequence_size(state.real(v));
    case Type::Dict:
    case Type::JsonObject:
      return mapping_size(state.real(v));
    case Type::DictView:
      return mapping_size(state.real(v.as<DictView>()->dict));
    case Type::Loop:
      return static_cast<std::size_t>(v.as<LoopContext>()->length(state));
    default:
      return std::nullopt;
  }
}

bool iterable(Value v) {
  switch (v.type()) {
    case Type::Undefined:
    case Type::Str:
    case Type::Bytes:
    case Type::Tuple:
    case Type::List:
    case Type::Dict:
    case Type::JsonArray:
    case Type::JsonObject:
    case Type::DictView:
    case Type::Iterator:
      return true;
    default:
      return false;
  }
}

Walk::Walk(State& state, Value iterable) : state_(state), source_(iterable) {
  if (!jinja::iterable(iterable))
    type_error("'" + std::string(type_name(iterable)) + "' object is not iterable");
  if (iterable.undefined()) state.note(*iterable.as<Undefined>());
  if (iterable.mapping()) size_ = mapping_size(state.real(iterable));
  if (iterable.is(Type::DictView)) size_ = mapping_size(state.real(iterable.as<DictView>()->dict));
}

bool Walk::next(Value& item) {
  state_.charge();
  switch (source_.type()) {
    case Type::Str: {
      const std::string_view text = source_.str();
      if (position_ >= text.size()) return false;
      const std::size_t start = position_;
      json::next_code_point(text, position_);
      item = Value::text(text.substr(start, position_ - start));  // plain even from Markup, as in Python
      return true;
    }
    case Type::Bytes:
      if (position_ >= source_.tag()) return false;
      item = Value::integer(static_cast<unsigned char>(source_.str()[position_++]));
      return true;
    case Type::Tuple:
    case Type::List:
    case Type::JsonArray: {
      const Value now = state_.real(source_);
      if (position_ >= sequence_size(now)) return false;
      item = sequence_item(state_, now, position_++);
      return true;
    }
    case Type::Iterator:
      return advance(state_, *source_.as<Iterator>(), item);
    case Type::Dict:
    case Type::JsonObject:
    case Type::DictView: {
      const auto* view = source_.is(Type::DictView) ? source_.as<DictView>() : nullptr;
      const Value dict = state_.real(view != nullptr ? view->dict : source_);
      if (mapping_size(dict) != size_) raise(Fault::Runtime, "dictionary changed size during iteration");
      Value key, value;
      if (!mapping_next(state_, dict, position_, key, value)) return false;
      if (view == nullptr || view->kind == DictView::Kind::Keys) {
        item = key;
      } else {
        item = view->kind == DictView::Kind::Values ? value : state_.tuple({key, value});
      }
      return true;
    }
    default:
      return false;
  }
}

bool advance(State& state, Iterator& iterator, Value& item) {
  if (iterator.finished) return false;
  const Deeper guard(state);  // generators may stand in generators
  iterator.finished = true;   // also when the step raises: a generator that failed is at its end
  iterator.finished = !iterator.step(state, iterator, item);
  return !iterator.finished;
}

namespace {

struct WalkIterator : Iterator {
  Walk walk;
};
static_assert(std::is_trivially_destructible_v<WalkIterator>);

}  // namespace

Iterator* iterator_over(State& state, Value v) {
  if (v.is(Type::Iterator)) return v.as<Iterator>();
  const auto step = [](State&, Iterator& self, Value& out) {
    return static_cast<WalkIterator&>(self).walk.next(out);
  };
  std::string_view name = "list_iterator object";
  if (v.mapping()) name = "dict_keyiterator object";
  return state.arena.make<WalkIterator>(Iterator{step, name}, Walk(state, v));
}

ArenaVector<Value> collect(State& state, Value iterable) {
  ArenaVector<Value> items;
  Walk walk(state, iterable);
  for (Value item; walk.next(item);) {
    state.charge();
    items.push_back(state.arena, item);
  }
  return items;
}

}  // namespace tocsin::jinja
