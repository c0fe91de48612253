#include "store/connection.h"

#include <cmath>

#include "base/overloaded.h"

namespace tocsin::store {
namespace {

[[noreturn]] void wrong_type(std::size_t column, const char* wanted, const char* found) {
  throw StorageError("column " + std::to_string(column) + " of a result holds " + found + " where " + wanted +
                     " is expected");
}

}  // namespace

bool Row::is_null(std::size_t column) const {
  return std::holds_alternative<std::nullptr_t>(rows_->cell(index_, column));
}

// A whole real counts as an integer: PostgreSQL's SUM over BIGINT is a numeric.
std::int64_t Row::integer(std::size_t column) const {
  return std::visit(Overloaded{
                        [](std::nullptr_t) -> std::int64_t { return 0; },
                        [](std::int64_t value) { return value; },
                        [&](double value) {
                          constexpr double kLimit = 9223372036854775808.0;  // 2^63
                          if (!(value >= -kLimit && value < kLimit) || value != std::trunc(value)) {
                            wrong_type(column, "an integer", "a fraction");
                          }
                          return static_cast<std::int64_t>(value);
                        },
                        [&](const std::string&) -> std::int64_t { wrong_type(column, "an integer", "text"); },
                    },
                    rows_->cell(index_, column));
}

double Row::real(std::size_t column) const {
  return std::visit(Overloaded{
                        [](std::nullptr_t) { return 0.0; },
                        [](std::int64_t value) { return static_cast<double>(value); },
                        [](double value) { return value; },
                        [&](const std::string&) -> double { wrong_type(column, "a number", "text"); },
                    },
                    rows_->cell(index_, column));
}

std::string_view Row::text(std::size_t column) const {
  return std::visit(Overloaded{
                        [](std::nullptr_t) { return std::string_view(); },
                        [&](std::int64_t) -> std::string_view { wrong_type(column, "text", "an integer"); },
                        [&](double) -> std::string_view { wrong_type(column, "text", "a real"); },
                        [](const std::string& value) { return std::string_view(value); },
                    },
                    rows_->cell(index_, column));
}

std::optional<std::string> Row::optional_string(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(string(column));
}

std::optional<std::int64_t> Row::optional_integer(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<Instant> Row::optional_instant(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(instant(column));
}

}  // namespace tocsin::store
