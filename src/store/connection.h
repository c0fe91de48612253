// One narrow door to two databases. SQL is the same text for both: $1-style placeholders, instants as BIGINT
// microseconds UTC, JSON and ids as TEXT, booleans as 0/1 BIGINT.
//
// Two habits keep a statement good for both: no double quotes around text, and a placeholder must show its
// type by what it stands next to (a column, an operator); where nothing does, write CAST($1 AS TEXT) IS NULL.
// Integers are bound as BIGINT, so a function that wants less needs CAST($1 AS INTEGER), substr() for one.
//
// Not thread-safe: one connection, one thread at a time. Statements are prepared once and cached by their
// text, so pass string literals. Errors: StorageError (thrown); UniqueViolation when a unique index refuses a
// row. On PostgreSQL an error inside a transaction poisons it up to the last savepoint; Savepoint
// (transaction.h) undoes that.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/strong_id.h"
#include "store/stamp.h"

namespace tocsin::store {

class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// Somebody else was in the way (SQLite: held the write lock for longer than the busy time-out; PostgreSQL:
// deadlock, serialization failure). The transaction must be undone; trying it again may succeed.
class Busy : public StorageError {
 public:
  using StorageError::StorageError;
};
// `what()` names the constraint or the columns, never the values.
class UniqueViolation : public StorageError {
 public:
  using StorageError::StorageError;
};

// A bound value. Text is a view and must outlive the call. U+0000 is refused by PostgreSQL: clean text first
// (json::clean_text).
class Param {
 public:
  Param(std::nullptr_t) {}
  template <class Integer>
  requires std::is_integral_v<Integer> Param(Integer i) : data_(static_cast<std::int64_t>(i)) {}
  Param(double d) : data_(d) {}
  Param(std::string_view s) : data_(s) {}
  Param(const std::string& s) : data_(std::string_view(s)) {}
  Param(const char* s) : data_(std::string_view(s)) {}
  Param(Instant at) : data_(to_micros(at)) {}
  template <class Tag>
  Param(const StrongId<Tag>& id) : data_(std::string_view(id.str())) {}
  template <class T>
  Param(const std::optional<T>& value) {
    if (value) *this = Param(*value);
  }

  const std::variant<std::nullptr_t, std::int64_t, double, std::string_view>& data() const { return data_; }

 private:
  std::variant<std::nullptr_t, std::int64_t, double, std::string_view> data_ = nullptr;
};

using Params = std::span<const Param>;

// A fetched result, independent of the connection.
class Rows;

class Row {
 public:
  Row(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}
  bool is_null(std::size_t column) const;
  std::int64_t integer(std::size_t column) const;  // of a NULL: 0
  double real(std::size_t column) const;
  std::string_view text(std::size_t column) const;  // of a NULL: ""; valid as long as the Rows
  bool boolean(std::size_t column) const { return integer(column) != 0; }
  Instant instant(std::size_t column) const { return from_micros(integer(column)); }
  std::string string(std::size_t column) const { return std::string(text(column)); }
  std::optional<std::string> optional_string(std::size_t column) const;
  std::optional<std::int64_t> optional_integer(std::size_t column) const;
  std::optional<Instant> optional_instant(std::size_t column) const;
  template <class Id>
  Id id(std::size_t column) const {
    return Id(string(column));
  }
  template <class Id>
  std::optional<Id> optional_id(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional<Id>(Id(string(column)));
  }

 private:
  const Rows* rows_;
  std::size_t index_;
};

class Rows {
 public:
  using Cell = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

  explicit Rows(std::size_t columns = 0) : columns_(columns) {}
  std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  bool empty() const { return cells_.empty(); }
  Row operator[](std::size_t row) const { return Row(*this, row); }

  class Iterator {
   public:
    Iterator(const Rows& rows, std::size_t at) : rows_(&rows), at_(at) {}
    Row operator*() const { return (*rows_)[at_]; }
    Iterator& operator++() { return ++at_, *this; }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const Rows* rows_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  const Cell& cell(std::size_t row, std::size_t column) const { return cells_[row * columns_ + column]; }
  void add(Cell cell) { cells_.push_back(std::move(cell)); }

 private:
  std::size_t columns_;
  std::vector<Cell> cells_;
};

enum class Dialect { Sqlite, Postgres };

struct Question {
  std::string_view sql;
  std::vector<Param> params;
};

class Connection {
 public:
  virtual ~Connection() = default;

  virtual Dialect dialect() const = 0;

  // Numbers what this connection writes, from 1 on: one transaction at a time, so the numbers stand in the
  // order of its commits. After an answer that was lost the writer is another one.
  struct Turn {
    std::int64_t writer;
    std::int64_t number;
  };
  Turn next_turn() { return {writer_, ++turns_}; }
  std::int64_t writer() const { return writer_; }

  virtual Rows query(std::string_view sql, Params params) = 0;
  // Answers the number of rows changed.
  virtual std::int64_t execute(std::string_view sql, Params params) = 0;
  // Runs the same statement for each set of parameters and returns the results in order; on PostgreSQL one
  // round trip. Whatever writes this way should be in a transaction: outside only SQLite keeps what went
  // before an error.
  virtual std::vector<Rows> query_each(std::string_view sql, std::span<const std::vector<Param>> params) = 0;
  // Different statements, likewise.
  virtual std::vector<Rows> query_all(std::span<const Question> questions) = 0;
  // Like execute, without waiting for the answer: in a transaction on PostgreSQL the statement goes into the
  // pipeline and its error surfaces at the next query, execute, flush, release or commit; elsewhere it runs
  // at once. Parameters are copied.
  virtual void execute_later(std::string_view sql, Params params) = 0;
  // Like execute_later, for a statement that writes the one row that its first `keys` parameters name (0: a
  // new row each time) and sees no other. On PostgreSQL rows gather: they leave before the next statement of
  // any other kind, those of one table together, and of two with the same key only the later.
  virtual void write_later(std::string_view sql, std::size_t keys, Params params) = 0;
  virtual void flush() = 0;
  // Several statements separated by semicolons, no parameters (migrations, pragmas).
  virtual void run_script(std::string_view sql) = 0;

  // What Transaction and Savepoint (transaction.h) call. A write transaction on SQLite takes the write lock
  // at once.
  enum class Mode { Read, Write };
  virtual void begin(Mode mode) = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
  virtual bool in_transaction() const = 0;
  // Inside a transaction; they nest. Undoing drops what still waits in the pipeline together with its errors.
  virtual void begin_savepoint() = 0;
  virtual void release_savepoint() = 0;
  virtual void undo_savepoint() noexcept = 0;

  Rows query(std::string_view sql, std::initializer_list<Param> params = {}) {
    return query(sql, Params(params.begin(), params.size()));
  }
  std::int64_t execute(std::string_view sql, std::initializer_list<Param> params = {}) {
    return execute(sql, Params(params.begin(), params.size()));
  }
  void execute_later(std::string_view sql, std::initializer_list<Param> params) {
    execute_later(sql, Params(params.begin(), params.size()));
  }
  void write_later(std::string_view sql, std::size_t keys, std::initializer_list<Param> params) {
    write_later(sql, keys, Params(params.begin(), params.size()));
  }

 protected:
  void become_another_writer() {
    writer_ = fresh_stamp();
    turns_ = 0;
  }

 private:
  std::int64_t writer_ = fresh_stamp();
  std::int64_t turns_ = 0;
};

}  // namespace tocsin::store
