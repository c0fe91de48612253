// Many values in one statement, for both databases. The number of values is a power of two, the last of them
// repeated, so that a statement has only a few texts (each is prepared once): "WHERE id IN ($1, $2, $3, $4)"
// serves three ids and four.
#pragma once

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "store/connection.h"

namespace tocsin::store {

// "($3, $4), ($5, $6)": rows of placeholders, numbered from `first` on; with one column "($3), ($4)".
inline std::string placeholder_rows(std::size_t first, std::size_t rows, std::size_t columns) {
  std::string text;
  for (std::size_t row = 0; row < rows; ++row) {
    text += row == 0 ? "(" : ", (";
    for (std::size_t column = 0; column < columns; ++column)
      text += (column == 0 ? "$" : ", $") + std::to_string(first + row * columns + column);
    text += ')';
  }
  return text;
}

// Adds the rows, each of `columns` values, to `params`; answers their placeholders. There must be a row.
inline std::string add_rows(std::vector<Param>& params, const std::vector<Param>& rows, std::size_t columns) {
  const std::size_t count = rows.size() / columns, padded = std::bit_ceil(count), first = params.size() + 1;
  params.insert(params.end(), rows.begin(), rows.end());
  for (std::size_t row = count; row < padded; ++row)
    params.insert(params.end(), rows.end() - static_cast<std::ptrdiff_t>(columns), rows.end());
  return placeholder_rows(first, padded, columns);
}

// Likewise for ids: "($1, $2)", for IN. There must be one.
template <class Ids>
std::string add_list(std::vector<Param>& params, const Ids& ids) {
  const std::size_t padded = std::bit_ceil(ids.size());
  std::string text;
  for (std::size_t i = 0; i < padded; ++i) {
    params.emplace_back(ids[std::min(i, ids.size() - 1)]);
    text += (i == 0 ? "($" : ", $") + std::to_string(params.size());
  }
  return text + ')';
}

}  // namespace tocsin::store
