#include "store/postgres/results.h"

#include <charconv>

namespace tocsin::store {
namespace {

constexpr Oid kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kOid = 26, kFloat4 = 700, kFloat8 = 701,
              kNumeric = 1700;

template <class Number>
Number read_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw StorageError("PostgreSQL answered a number that does not fit: " + std::string(text));
  }
  return number;
}

Rows::Cell read_cell(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return nullptr;
  const std::string_view text(PQgetvalue(result, row, column),
                              static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case kBool:
      return std::int64_t{text == "t"};
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
      return read_number<std::int64_t>(text);
    case kFloat4:
    case kFloat8:
    case kNumeric:
      return read_number<double>(text);
    default:
      return std::string(text);
  }
}

}  // namespace

Rows read_rows(const PGresult* result) {
  const int columns = PQnfields(result);
  Rows rows(static_cast<std::size_t>(columns));
  for (int row = 0; row < PQntuples(result); ++row) {
    for (int column = 0; column < columns; ++column) rows.add(read_cell(result, row, column));
  }
  return rows;
}

std::int64_t read_changes(PGresult* result) {
  const std::string_view changes = PQcmdTuples(result);
  const bool only_read = std::string_view(PQcmdStatus(result)).starts_with("SELECT");
  return changes.empty() || only_read ? 0 : read_number<std::int64_t>(changes);
}

}  // namespace tocsin::store
