// Undone unless committed (RAII).
#pragma once

#include "store/connection.h"

namespace tocsin::store {

class Transaction {
 public:
  explicit Transaction(Connection& db, Connection::Mode mode = Connection::Mode::Write) : db_(db) {
    db_.begin(mode);
  }
  ~Transaction() {
    if (open_) db_.rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    db_.commit();
    open_ = false;
  }

 private:
  Connection& db_;
  bool open_ = true;
};

// One command inside a batch: what it wrote goes away alone when it fails.
class Savepoint {
 public:
  explicit Savepoint(Connection& db) : db_(db) { db_.begin_savepoint(); }
  ~Savepoint() {
    if (open_) db_.undo_savepoint();
  }
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;

  // Waits for whatever execute_later left in the pipeline, so an error belongs to the command that made it.
  void release() {
    db_.release_savepoint();
    open_ = false;
  }

 private:
  Connection& db_;
  bool open_ = true;
};

}  // namespace tocsin::store
