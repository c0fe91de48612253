// The tables that the tests of the drivers write to, next to whatever the migrations made.
#pragma once

#include "support/database.h"

namespace tocsin::store {

class Scratch : public test::OnBothDatabases {
 protected:
  void SetUp() override {
    db().run_script(
        "CREATE TABLE scratch (id TEXT NOT NULL PRIMARY KEY, number BIGINT, share DOUBLE PRECISION, body "
        "TEXT);"
        "CREATE UNIQUE INDEX scratch_number ON scratch (number);"
        "CREATE TABLE scratch_child (id TEXT NOT NULL PRIMARY KEY,"
        " scratch_id TEXT NOT NULL REFERENCES scratch (id) ON DELETE CASCADE);");
  }

  Connection& db() {
    if (!writer_) writer_ = writer();
    return *writer_;
  }
  // Before fork(): SQLite's locks belong to a process, and a child that inherits an open file mistakes them
  // for its own.
  void close() { writer_.reset(); }
  void insert(std::string_view id) { insert(db(), id); }
  static void insert(Connection& connection, std::string_view id) {
    connection.execute("INSERT INTO scratch (id) VALUES ($1)", {id});
  }
  // "a b c": the ids that a connection sees.
  static std::string ids(Connection& connection) {
    std::string out;
    for (const Row row : connection.query("SELECT id FROM scratch ORDER BY id")) {
      out += (out.empty() ? "" : " ") + row.string(0);
    }
    return out;
  }
  std::string ids() { return ids(db()); }

 private:
  std::unique_ptr<Connection> writer_;
};

}  // namespace tocsin::store
