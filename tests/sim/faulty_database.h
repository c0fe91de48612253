// A database that dies: from a chosen write on, everything fails as if the machine were gone, until it is
// mended. What was not committed is lost with it. Or it commits and the answer is lost.
#pragma once

#include <memory>
#include <optional>

#include "store/commit_unknown.h"
#include "store/database.h"

namespace tocsin::test {

struct Fault {
  // How many statements and commits still succeed; nullopt: all.
  std::optional<std::int64_t> left;
  bool broken = false;
  // Fails once and is well again, instead of staying broken until mend().
  bool passing = false;
  // The next commits after so many stand, and yet are reported as failed.
  std::optional<std::int64_t> answers_left;
  std::int64_t failures = 0, answers_lost = 0;

  void check() {
    if (broken) throw store::StorageError("simulated: the database is gone");
    if (!left || (*left)-- > 0) return;
    left.reset();
    ++failures;
    broken = !passing;
    throw store::StorageError("simulated: the database fails");
  }
  void lose_answer() {
    if (!answers_left || (*answers_left)-- > 0) return;
    answers_left.reset();
    ++answers_lost;
    throw store::CommitUnknown("simulated: the answer of the commit is lost");
  }
  void mend() {
    broken = false;
    left.reset();
    answers_left.reset();
  }
};

class FaultyConnection : public store::Connection {
 public:
  FaultyConnection(std::unique_ptr<store::Connection> real, Fault& fault)
      : real_(std::move(real)), fault_(fault) {}

  store::Dialect dialect() const override { return real_->dialect(); }
  store::Rows query(std::string_view sql, store::Params params) override {
    fault_.check();
    return real_->query(sql, params);
  }
  std::int64_t execute(std::string_view sql, store::Params params) override {
    fault_.check();
    return real_->execute(sql, params);
  }
  std::vector<store::Rows> query_each(std::string_view sql,
                                      std::span<const std::vector<store::Param>> params) override {
    fault_.check();
    return real_->query_each(sql, params);
  }
  void execute_later(std::string_view sql, store::Params params) override {
    fault_.check();
    real_->execute_later(sql, params);
  }
  std::vector<store::Rows> query_all(std::span<const store::Question> questions) override {
    fault_.check();
    return real_->query_all(questions);
  }
  void write_later(std::string_view sql, std::size_t keys, store::Params params) override {
    fault_.check();
    real_->write_later(sql, keys, params);
  }
  void flush() override { real_->flush(); }
  void run_script(std::string_view sql) override { real_->run_script(sql); }
  void begin(Mode mode) override {
    fault_.check();
    real_->begin(mode);
  }
  void commit() override {
    fault_.check();
    real_->commit();
    fault_.lose_answer();
  }
  void rollback() noexcept override { real_->rollback(); }
  bool in_transaction() const override { return real_->in_transaction(); }
  void begin_savepoint() override {
    fault_.check();
    real_->begin_savepoint();
  }
  void release_savepoint() override {
    fault_.check();
    real_->release_savepoint();
  }
  void undo_savepoint() noexcept override { real_->undo_savepoint(); }

 private:
  std::unique_ptr<store::Connection> real_;
  Fault& fault_;
};

class FaultyDatabase : public store::Database {
 public:
  explicit FaultyDatabase(store::Database& real) : real_(real) {}
  std::unique_ptr<store::Connection> connect(store::Connection::Mode mode) override {
    auto connection = real_.connect(mode);
    // Readers only read, and the test looks through one, too.
    if (mode == store::Connection::Mode::Read) return connection;
    return std::make_unique<FaultyConnection>(std::move(connection), fault);
  }
  store::Dialect dialect() const override { return real_.dialect(); }
  std::string name() const override { return real_.name(); }

  Fault fault;

 private:
  store::Database& real_;
};

}  // namespace tocsin::test
