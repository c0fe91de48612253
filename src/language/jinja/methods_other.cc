// Attributes and methods of numbers, `loop` and cyclers.
#include <cmath>

#include "language/jinja/attributes.h"
#include "language/jinja/bigint.h"
#include "language/jinja/evaluator.h"
#include "language/jinja/operators.h"

namespace tocsin::jinja {
namespace {

// --- numbers -------------------------------------------------------------------------------------

Value itself(State& state, const Value* p) {
  return positive(state, p[0]);
}
Value zero(State&, const Value*) {
  return Value::integer(0);
}
Value one(State&, const Value*) {
  return Value::integer(1);
}
Value zero_float(State&, const Value*) {
  return Value::real(0.0);
}
Value bit_length(State&, const Value* p) {
  return Value::integer(big::bit_length(p[0]));
}
Value is_integer(State&, const Value* p) {
  const double d = p[0].as_float();
  return Value::boolean(std::isfinite(d) && d == std::floor(d));
}

// --- loop ----------------------------------------------------------------------------------------

LoopContext& loop(const Value* p) {
  return *p[0].as<LoopContext>();
}

Value index(State&, const Value* p) {
  return Value::integer(loop(p).index0 + 1);
}
Value index0(State&, const Value* p) {
  return Value::integer(loop(p).index0);
}
Value loop_length(State& state, const Value* p) {
  return Value::integer(loop(p).length(state));
}
Value revindex(State& state, const Value* p) {
  return Value::integer(loop(p).length(state) - loop(p).index0);
}
Value revindex0(State& state, const Value* p) {
  return Value::integer(loop(p).length(state) - loop(p).index0 - 1);
}
Value first(State&, const Value* p) {
  return Value::boolean(loop(p).index0 == 0);
}
Value last(State& state, const Value* p) {
  return Value::boolean(loop(p).peek(state).missing());
}
Value depth(State&, const Value* p) {
  return Value::integer(loop(p).depth0 + 1);
}
Value depth0(State&, const Value* p) {
  return Value::integer(loop(p).depth0);
}

Value previtem(State& state, const Value* p) {
  return loop(p).index0 == 0 ? state.hint("there is no previous item") : loop(p).before;
}
Value nextitem(State& state, const Value* p) {
  const Value next = loop(p).peek(state);
  return next.missing() ? state.hint("there is no next item") : next;
}

Value cycle(State&, const Args& args) {
  const auto values = args.positional.subspan(1);
  if (!args.keywords.empty())
    type_error("LoopContext.cycle() got an unexpected keyword argument '" +
               std::string(args.keywords[0].name) + "'");
  if (values.empty()) type_error("no items for cycling given");
  return values[static_cast<std::size_t>(args.positional[0].as<LoopContext>()->index0) % values.size()];
}

Value changed(State& state, const Args& args) {
  auto& self = *args.positional[0].as<LoopContext>();
  if (!args.keywords.empty())
    type_error("LoopContext.changed() got an unexpected keyword argument '" +
               std::string(args.keywords[0].name) + "'");
  const auto values = args.positional.subspan(1);
  Value* copy = state.arena.array<Value>(values.size());
  std::copy(values.begin(), values.end(), copy);
  const Value now = Value::tuple(copy, values.size());
  const bool same = !self.last_changed.missing() && equal(state, self.last_changed, now);
  if (!same) self.last_changed = now;
  return Value::boolean(!same);
}

// --- cycler --------------------------------------------------------------------------------------

Cycler& cycler(const Value* p) {
  return *p[0].as<Cycler>();
}

Value current(State&, const Value* p) {
  return cycler(p).items[cycler(p).position];
}
Value next(State& state, const Value* p) {
  const Value value = current(state, p);
  cycler(p).position = (cycler(p).position + 1) % cycler(p).items.size();
  return value;
}
Value reset(State&, const Value* p) {
  cycler(p).position = 0;
  return Value::none();
}
Value cycler_items(State&, const Value* p) {
  return Value::tuple(cycler(p).items.data(), cycler(p).items.size());
}
Value position(State&, const Value* p) {
  return Value::integer(static_cast<std::int64_t>(cycler(p).position));
}

constexpr MethodInfo property(MethodType type, std::string_view name, Builtin::Fixed function) {
  return {type, true, {.name = name, .python_name = name, .parameters = "", .fixed = function}};
}
constexpr MethodInfo method(MethodType type, std::string_view name, Builtin::Fixed function) {
  return {type, false, {.name = name, .python_name = name, .parameters = "", .fixed = function}};
}

constexpr MethodInfo kMethods[] = {
    property(MethodType::Int, "real", itself),
    property(MethodType::Int, "imag", zero),
    property(MethodType::Int, "numerator", itself),
    property(MethodType::Int, "denominator", one),
    method(MethodType::Int, "conjugate", itself),
    method(MethodType::Int, "bit_length", bit_length),
    property(MethodType::Float, "real", itself),
    property(MethodType::Float, "imag", zero_float),
    method(MethodType::Float, "conjugate", itself),
    method(MethodType::Float, "is_integer", is_integer),
    property(MethodType::Loop, "index", index),
    property(MethodType::Loop, "index0", index0),
    property(MethodType::Loop, "revindex", revindex),
    property(MethodType::Loop, "revindex0", revindex0),
    property(MethodType::Loop, "first", first),
    property(MethodType::Loop, "last", last),
    property(MethodType::Loop, "length", loop_length),
    property(MethodType::Loop, "depth", depth),
    property(MethodType::Loop, "depth0", depth0),
    property(MethodType::Loop, "previtem", previtem),
    property(MethodType::Loop, "nextitem", nextitem),
    {MethodType::Loop,
     false,
     {.name = "cycle", .python_name = "LoopContext.cycle", .parameters = "", .variadic = cycle}},
    {MethodType::Loop,
     false,
     {.name = "changed", .python_name = "LoopContext.changed", .parameters = "", .variadic = changed}},
    property(MethodType::Cycler, "current", current),
    property(MethodType::Cycler, "items", cycler_items),
    property(MethodType::Cycler, "pos", position),
    method(MethodType::Cycler, "next", next),
    method(MethodType::Cycler, "reset", reset),
};

}  // namespace

std::span<const MethodInfo> other_methods() {
  return kMethods;
}

}  // namespace tocsin::jinja
