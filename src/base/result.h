// Result<T>: a value or an Error. TRY and TRY_AS pass the error to the caller.
//
//   Result<Route> parse_route(...) {
//     TRY_AS(const std::string regex, required_string(body, "routing_regex"));
//     TRY(check_length(regex));
//     return Route{...};
//   }
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace tocsin {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool has_value() const { return state_.index() == 0; }

  T& value() & { return checked(), std::get<0>(state_); }
  const T& value() const& { return checked(), std::get<0>(state_); }
  T&& value() && { return checked(), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  void checked() const { TOCSIN_CHECK(has_value()); }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  explicit operator bool() const { return !error_; }
  bool has_value() const { return !error_; }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace tocsin

#define TOCSIN_CONCAT_(a, b) a##b
#define TOCSIN_CONCAT(a, b) TOCSIN_CONCAT_(a, b)
#define TOCSIN_TRY_AS_(temporary, declaration, expression) \
  auto temporary = (expression);                           \
  if (!temporary) return std::move(temporary).error();     \
  declaration = std::move(temporary).value()
#define TRY_AS(declaration, expression) \
  TOCSIN_TRY_AS_(TOCSIN_CONCAT(try_result_, __LINE__), declaration, expression)
#define TRY(expression)                                  \
  do {                                                   \
    if (auto try_result_ = (expression); !try_result_) { \
      return std::move(try_result_).error();             \
    }                                                    \
  } while (false)
