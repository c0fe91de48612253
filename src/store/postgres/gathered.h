// Rows that wait to be written together (Connection::write_later): by statement, in the order in which the
// statements first came. What leaves is one INSERT with many rows of VALUES, or, for a statement of another
// form, itself once a row.
//
// Pure: knows the text of statements, not libpq. The numbers of rows in a statement are powers of two, so
// that a table has only a few prepared statements.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/connection.h"

namespace tocsin::store {

class Gathered {
 public:
  void add(std::string_view sql, std::size_t keys, Params params);
  bool empty() const { return tables_.empty(); }
  std::size_t rows() const { return rows_; }
  void clear();

  struct Statement {
    std::string sql;
    std::vector<Param> params;  // views into this object
  };
  // All that was gathered; to be cleared when it is sent.
  std::vector<Statement> statements() const;

 private:
  using Value = std::variant<std::monostate, std::int64_t, double, std::string>;  // the first: NULL
  using Values = std::vector<Value>;
  struct Table {
    std::string sql;
    std::vector<Values> rows;
    std::map<Values, std::size_t> by_key;  // which row has that key
  };

  static Param param_of(const Value& value);
  Table& table_of(std::string_view sql);

  std::vector<Table> tables_;
  std::size_t rows_ = 0;
};

// The statement "INSERT INTO t (a, b) VALUES ($1, $2) ..." for that many rows: ($1, $2), ($3, $4), ... Empty:
// it is of another form.
std::string for_rows(std::string_view sql, std::size_t rows, std::size_t params_of_one);

}  // namespace tocsin::store
