// How a render or a compile stops: one private exception, thrown in this folder and caught in template.cc
// (and by the filters that turn some errors into None). It never crosses the public functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace tocsin::jinja {

// Named after the exceptions that Python and Jinja2 would raise.
enum class Fault : std::uint8_t {
  TypeError,
  ValueError,
  KeyError,
  Undefined,  // up to here: Template Warning
  AttributeError,
  IndexError,
  LookupError,
  ZeroDivision,
  Overflow,
  Recursion,
  Assertion,
  Runtime,
  Syntax,
  Security,
  NotFound,
  FilterArgument,
  Budget,  // ours: a limit was reached
};

constexpr bool is_warning(Fault fault) {
  return fault <= Fault::Undefined;
}

struct Raised {
  Fault fault;
  std::string message;
  std::uint32_t offset = kNowhere;  // into the source
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
};

// What throwing and catching one costs, in steps (State::charge).
inline constexpr std::size_t kCaughtSteps = 150;

[[noreturn]] inline void raise(Fault fault, std::string message) {
  throw Raised{fault, std::move(message)};
}
[[noreturn]] inline void type_error(std::string message) {
  raise(Fault::TypeError, std::move(message));
}
[[noreturn]] inline void value_error(std::string message) {
  raise(Fault::ValueError, std::move(message));
}

}  // namespace tocsin::jinja
