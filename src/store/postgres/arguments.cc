#include "store/postgres/arguments.h"

#include <array>
#include <charconv>

#include "base/overloaded.h"

namespace tocsin::store {
namespace {

template <class Number>
std::string write_number(Number number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

constexpr Oid kInt8 = 20, kFloat8 = 701;

}  // namespace

Oid oid_of(Kind kind) {
  switch (kind) {
    case Kind::Integer:
      return kInt8;
    case Kind::Real:
      return kFloat8;
    case Kind::Null:
    case Kind::Text:
      return 0;
  }
  return 0;
}

Kind kind_of(const Param& param) {
  return std::visit(Overloaded{
                        [](std::nullptr_t) { return Kind::Null; },
                        [](std::int64_t) { return Kind::Integer; },
                        [](double) { return Kind::Real; },
                        [](std::string_view) { return Kind::Text; },
                    },
                    param.data());
}

Arguments::Arguments(Params params) {
  std::vector<std::ptrdiff_t> starts;  // the buffer moves while it grows
  starts.reserve(params.size());
  for (const Param& param : params) starts.push_back(append(param));
  values_.reserve(params.size());
  for (const std::ptrdiff_t start : starts) values_.push_back(start < 0 ? nullptr : buffer_.data() + start);
}

// Where it starts in the buffer; -1 for NULL.
std::ptrdiff_t Arguments::append(const Param& param) {
  const auto start = static_cast<std::ptrdiff_t>(buffer_.size());
  return std::visit(Overloaded{
                        [](std::nullptr_t) { return std::ptrdiff_t{-1}; },
                        [&](std::int64_t value) { return append_text(write_number(value)), start; },
                        [&](double value) { return append_text(write_number(value)), start; },
                        [&](std::string_view text) { return append_text(text), start; },
                    },
                    param.data());
}

void Arguments::append_text(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw StorageError("PostgreSQL cannot store the character U+0000; clean the text first");
  }
  buffer_ += text;
  buffer_ += '\0';
}

}  // namespace tocsin::store
