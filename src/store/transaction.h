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
  explicit Savepoint(Connection& db) : db_(db) { db_.execute("SAVEPOINT command"); }
  ~Savepoint() {
    if (open_) undo();
  }
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;

  void release() {
    db_.execute("RELEASE SAVEPOINT command");
    open_ = false;
  }

 private:
  // A rollback that fails means the connection is gone; the transaction's own end reports that.
  void undo() noexcept {
    try {
      db_.execute("ROLLBACK TO SAVEPOINT command");
      db_.execute("RELEASE SAVEPOINT command");
    } catch (const StorageError&) {
    }
  }
  Connection& db_;
  bool open_ = true;
};

}  // namespace tocsin::store
