#include "sim/reused_database.h"

#include "store/transaction.h"

namespace tocsin::test {
namespace {

using Mode = store::Connection::Mode;

// What the connection is given back to must outlive it.
class Borrowed : public store::Connection {
 public:
  Borrowed(std::unique_ptr<store::Connection> real, std::vector<std::unique_ptr<store::Connection>>& idle)
      : real_(std::move(real)), idle_(idle) {}
  ~Borrowed() override {
    if (real_->in_transaction()) real_->rollback();
    idle_.push_back(std::move(real_));
  }

  store::Dialect dialect() const override { return real_->dialect(); }
  store::Rows query(std::string_view sql, store::Params params) override { return real_->query(sql, params); }
  std::int64_t execute(std::string_view sql, store::Params params) override {
    return real_->execute(sql, params);
  }
  std::vector<store::Rows> query_each(std::string_view sql,
                                      std::span<const std::vector<store::Param>> params) override {
    return real_->query_each(sql, params);
  }
  void execute_later(std::string_view sql, store::Params params) override {
    real_->execute_later(sql, params);
  }
  std::vector<store::Rows> query_all(std::span<const store::Question> questions) override {
    return real_->query_all(questions);
  }
  void write_later(std::string_view sql, std::size_t keys, store::Params params) override {
    real_->write_later(sql, keys, params);
  }
  void flush() override { real_->flush(); }
  void run_script(std::string_view sql) override { real_->run_script(sql); }
  void begin(Mode mode) override { real_->begin(mode); }
  void commit() override { real_->commit(); }
  void rollback() noexcept override { real_->rollback(); }
  bool in_transaction() const override { return real_->in_transaction(); }
  void begin_savepoint() override { real_->begin_savepoint(); }
  void release_savepoint() override { real_->release_savepoint(); }
  void undo_savepoint() noexcept override { real_->undo_savepoint(); }

 private:
  std::unique_ptr<store::Connection> real_;
  std::vector<std::unique_ptr<store::Connection>>& idle_;
};

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

}  // namespace

ReusedDatabase::ReusedDatabase() {
  // Small worlds: what of a page changed is little, and all of it is copied. A WAL would keep its page size.
  made_.database()
      .connect(Mode::Write)
      ->run_script("PRAGMA journal_mode=DELETE; PRAGMA page_size=1024; VACUUM");
  keep();
}

std::unique_ptr<store::Connection> ReusedDatabase::connect(Mode mode) {
  Idle& idle = mode == Mode::Write ? writers_ : readers_;
  if (idle.empty()) {
    auto made = made_.database().connect(mode);
    // The longer the WAL is, the longer each look for a page takes, and no reader is in the way here.
    made->run_script("PRAGMA wal_autocheckpoint=256");
    return std::make_unique<Borrowed>(std::move(made), idle);
  }
  auto connection = std::move(idle.back());
  idle.pop_back();
  return std::make_unique<Borrowed>(std::move(connection), idle);
}

void ReusedDatabase::keep() {
  restorer_ = made_.database().connect(Mode::Write);
  restorer_->run_script("PRAGMA foreign_keys=OFF");  // all tables are written anew, in any order
  restoring_.clear();
  for (const store::Row row : restorer_->query(
           "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND "
           "name <> 'schema_migrations'")) {
    const std::string table = quoted(row.string(0)), kept = quoted("kept_" + row.string(0));
    restoring_.push_back("DELETE FROM main." + table);
    if (restorer_->query("SELECT 1 FROM " + table + " LIMIT 1").empty()) continue;
    restorer_->run_script("CREATE TEMP TABLE " + kept + " AS SELECT * FROM main." + table);
    restoring_.push_back("INSERT INTO main." + table + " SELECT * FROM temp." + kept);
  }
}

void ReusedDatabase::reset() {
  store::Transaction transaction(*restorer_);
  for (const std::string& statement : restoring_) restorer_->execute(statement, {});
  transaction.commit();
}

}  // namespace tocsin::test
