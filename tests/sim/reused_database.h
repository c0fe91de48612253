// A database in SQLite on which many worlds play, one after another: reset() makes its rows what they were
// when keep() was called. Connections are used again, so that a world costs milliseconds; a node that crashes
// gives its own back with whatever it had begun undone.
//
// One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/database.h"

namespace tocsin::test {

class ReusedDatabase : public store::Database {
 public:
  // Migrated, and so kept.
  ReusedDatabase();

  void keep();
  void reset();

  std::unique_ptr<store::Connection> connect(store::Connection::Mode mode) override;
  store::Dialect dialect() const override { return store::Dialect::Sqlite; }
  std::string name() const override { return "reused"; }

 private:
  using Idle = std::vector<std::unique_ptr<store::Connection>>;

  TestDatabase made_{store::Dialect::Sqlite};
  Idle writers_, readers_;
  std::unique_ptr<store::Connection> restorer_;  // has the copies
  std::vector<std::string> restoring_;
};

}  // namespace tocsin::test
