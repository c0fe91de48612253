// What Python's operators and built-in functions do with values: truth, equality, order, arithmetic, length,
// iteration.
#pragma once

#include <optional>
#include <string_view>

#include "language/jinja/state.h"

namespace tocsin::jinja {

enum class BinaryOp : std::uint8_t { Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power };
enum class CompareOp : std::uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn };

// "int", "NoneType", "datetime.datetime": as Python's own error messages name types.
std::string_view type_name(Value v);
// The same without a module: "datetime".
std::string_view short_type_name(Value v);
// "dict object", "None", "jinja2.utils.Namespace object": as Jinja2's messages name them.
std::string object_type(Value v);

bool truthy(State& state, Value v);
bool equal(State& state, Value a, Value b);
// Raises TypeError when the two cannot be ordered.
bool compare(State& state, CompareOp op, Value a, Value b);
bool contains(State& state, Value container, Value item);
// Python's `is`.
bool identical(State& state, Value a, Value b);

Value arithmetic(State& state, BinaryOp op, Value a, Value b);
Value negate(State& state, Value v);
Value positive(State& state, Value v);

// len(); raises TypeError when there is none.
std::size_t length(State& state, Value v);
std::optional<std::size_t> length_if_any(State& state, Value v);
bool callable(Value v);

// Raises what using this undefined value raises.
[[noreturn]] void raise_undefined(State& state, Value v);
std::string undefined_message(State& state, Value v);

// The message for a failed int(), float() and the like is the caller's; these only convert.
double number_to_double(State& state, Value v);  // raises Overflow when too large

// Steps through anything iterable. List changes during the loop are seen, as in Python.
class Walk {
 public:
  Walk(State& state, Value iterable);  // raises TypeError "'int' object is not iterable"
  bool next(Value& item);

 private:
  State& state_;
  Value source_;
  std::size_t position_ = 0;
  std::size_t size_ = 0;
};
bool iterable(Value v);
// The iterator's next item; false at its end, and from then on.
bool advance(State& state, Iterator& iterator, Value& item);
// An iterator object over `v`; iterators stay themselves.
Iterator* iterator_over(State& state, Value v);
// All items.
ArenaVector<Value> collect(State& state, Value iterable);
// Item of a List, JsonArray or Tuple that State::real() returned.
std::size_t sequence_size(Value v);
Value sequence_item(State& state, Value v, std::size_t at);
inline bool sequence(Value v) {
  return v.list_like() || v.is(Type::Tuple);
}

}  // namespace tocsin::jinja
