#include "store/postgres/gathered.h"

#include <algorithm>
#include <charconv>

#include "base/overloaded.h"

namespace tocsin::store {
namespace {

constexpr std::size_t kMostRows = 32;  // in one statement
constexpr std::string_view kValues = "VALUES ";

// Behind the bracket that closes the one at the front of `text`.
std::size_t end_of_bracket(std::string_view text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at + 1;
  }
  return text.size();
}

void append_shifted(std::string& out, std::string_view tuple, std::size_t by) {
  for (std::size_t at = 0; at < tuple.size(); ++at) {
    out += tuple[at];
    if (tuple[at] != '$') continue;
    std::size_t number = 0;
    const char* digits = tuple.data() + at + 1;
    const auto [end, fault] = std::from_chars(digits, tuple.data() + tuple.size(), number);
    if (fault != std::errc{}) continue;
    out += std::to_string(number + by);
    at += static_cast<std::size_t>(end - digits);
  }
}

}  // namespace

std::string for_rows(std::string_view sql, std::size_t rows, std::size_t params_of_one) {
  const std::size_t values = sql.find(kValues);
  if (!sql.starts_with("INSERT INTO ") || values == std::string_view::npos) return {};
  const std::size_t begin = values + kValues.size();
  const std::string_view tuple = sql.substr(begin, end_of_bracket(sql.substr(begin)));
  std::string out(sql.substr(0, begin));
  for (std::size_t row = 0; row < rows; ++row) {
    if (row > 0) out += ", ";
    append_shifted(out, tuple, row * params_of_one);
  }
  out += sql.substr(begin + tuple.size());
  return out;
}

Gathered::Table& Gathered::table_of(std::string_view sql) {
  const auto found = std::ranges::find(tables_, sql, &Table::sql);
  if (found != tables_.end()) return *found;
  return tables_.emplace_back(Table{std::string(sql), {}, {}});
}

void Gathered::add(std::string_view sql, std::size_t keys, Params params) {
  Values values;
  values.reserve(params.size());
  for (const Param& param : params) {
    values.push_back(std::visit(
        Overloaded{[](std::nullptr_t) { return Value(); }, [](std::int64_t number) { return Value(number); },
                   [](double number) { return Value(number); },
                   [](std::string_view text) { return Value(std::string(text)); }},
        param.data()));
  }
  Table& table = table_of(sql);
  if (keys > 0) {
    const Values key(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(keys));
    const auto [known, is_new] = table.by_key.emplace(key, table.rows.size());
    if (!is_new) {
      table.rows[known->second] = std::move(values);
      return;
    }
  }
  table.rows.push_back(std::move(values));
  ++rows_;
}

Param Gathered::param_of(const Value& value) {
  return std::visit(Overloaded{[](std::monostate) { return Param(nullptr); },
                               [](const auto& known) { return Param(known); }},
                    value);
}

void Gathered::clear() {
  tables_.clear();
  rows_ = 0;
}

std::vector<Gathered::Statement> Gathered::statements() const {
  std::vector<Statement> all;
  for (const Table& table : tables_) {
    for (std::size_t at = 0; at < table.rows.size();) {
      std::size_t count = kMostRows;
      while (count > table.rows.size() - at) count /= 2;
      std::string many = for_rows(table.sql, count, table.rows[at].size());
      if (many.empty()) count = 1;
      Statement& statement = all.emplace_back();
      statement.sql = many.empty() ? table.sql : std::move(many);
      for (std::size_t row = at; row < at + count; ++row) {
        for (const Value& value : table.rows[row]) statement.params.push_back(param_of(value));
      }
      at += count;
    }
  }
  return all;
}

}  // namespace tocsin::store
