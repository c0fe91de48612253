// Prepared statements by their SQL text; the one not used for longest leaves when the cache is full.
//
// Pure bookkeeping: what "prepare" and "drop" mean is the driver's business. A reference stays good until its
// entry leaves.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace tocsin::store {

template <class Statement>
class StatementCache {
 public:
  explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}

  // Null when unknown; otherwise the entry is now the most recent one.
  Statement* find(std::string_view sql) {
    const auto found = by_sql_.find(sql);
    if (found == by_sql_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->statement;
  }

  // The text must be unknown. Answers the statement that had to leave.
  std::optional<Statement> add(std::string_view sql, Statement statement) {
    std::optional<Statement> left;
    if (entries_.size() >= capacity_) {
      left = std::move(entries_.back().statement);
      by_sql_.erase(entries_.back().sql);
      entries_.pop_back();
    }
    entries_.push_front({std::string(sql), std::move(statement)});
    by_sql_.emplace(entries_.front().sql, entries_.begin());
    return left;
  }

  void remove(std::string_view sql) {
    const auto found = by_sql_.find(sql);
    if (found == by_sql_.end()) return;
    const auto entry = found->second;
    by_sql_.erase(found);
    entries_.erase(entry);
  }

  void clear() {
    by_sql_.clear();
    entries_.clear();
  }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string sql;
    Statement statement;
  };
  std::size_t capacity_;
  std::list<Entry> entries_;  // most recent first
  std::unordered_map<std::string_view, typename std::list<Entry>::iterator> by_sql_;
};

}  // namespace tocsin::store
