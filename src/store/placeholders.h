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

// Adds the rows, each of `columns` values, to `params`; answers their placeholders: "($3, $4), ($5, $6)".
// There must be a row.
inline std::string add_rows(std::vector<Param>& params, const std::vector<Param>& rows, std::size_t columns) {
  const std::size_t count = rows.size() / columns;
  std::string text;
  for (std::size_t row = 0; row < std::bit_ceil(count); ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      params.push_back(rows[std::min(row, count - 1) * columns + column]);
      text += (column > 0 ? ", $" : row > 0 ? "), ($" : "($") + std::to_string(params.size());
    }
  }
  return text + ')';
}

// Likewise for ids: "($1, $2)", for IN. There must be one.
template <class Ids>
std::string add_list(std::vector<Param>& params, const Ids& ids) {
  std::string text;
  for (std::size_t i = 0; i < std::bit_ceil(ids.size()); ++i) {
    params.emplace_back(ids[std::min(i, ids.size() - 1)]);
    text += (i == 0 ? "($" : ", $") + std::to_string(params.size());
  }
  return text + ')';
}

}  // namespace tocsin::store
