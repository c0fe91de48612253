// A fresh, migrated, empty database for one test, and the way to run a suite on both kinds.
//
//   class Timers : public OnBothDatabases {};
//   TOCSIN_ON_BOTH_DATABASES(Timers);
//   TEST_P(Timers, ComeBackInTheOrderOfTheirInstants) {
//     const auto db = writer();
//     ...
//   }
//
// SQLite: a file in the temporary directory. PostgreSQL: a schema of its own on the server that
// TOCSIN_TEST_POSTGRES names; without that variable the postgres half fails and says how to start one. Both
// are gone when the test ends.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>

#include "store/database.h"
#include "store/transaction.h"

namespace tocsin::store {

// For the messages of GoogleTest.
inline void PrintTo(Dialect dialect, std::ostream* out) {
  *out << (dialect == Dialect::Sqlite ? "sqlite" : "postgres");
}

}  // namespace tocsin::store

namespace tocsin::test {

class TestDatabase {
 public:
  enum class Schema { Current, None };
  explicit TestDatabase(store::Dialect dialect, Schema schema = Schema::Current);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  store::Database& database() { return *database_; }
  // What a second process would be started with.
  const std::string& address() const { return address_; }

 private:
  std::string scratch_;  // SQLite: the folder; PostgreSQL: the schema
  std::string address_;
  std::unique_ptr<store::Database> database_;
};

// The server's own address, or StorageError with what to do.
std::string postgres_address();

class OnBothDatabases : public ::testing::TestWithParam<store::Dialect> {
 protected:
  OnBothDatabases() : test_database_(GetParam()) {}

  store::Dialect dialect() const { return GetParam(); }
  store::Database& database() { return test_database_.database(); }
  const std::string& address() const { return test_database_.address(); }
  std::unique_ptr<store::Connection> writer() { return database().connect(store::Connection::Mode::Write); }
  std::unique_ptr<store::Connection> reader() { return database().connect(store::Connection::Mode::Read); }

 private:
  TestDatabase test_database_;
};

inline std::string dialect_name(const ::testing::TestParamInfo<store::Dialect>& info) {
  return ::testing::PrintToString(info.param);
}

}  // namespace tocsin::test

#define TOCSIN_ON_BOTH_DATABASES(suite)                                                                   \
  INSTANTIATE_TEST_SUITE_P(                                                                               \
      On, suite, ::testing::Values(::tocsin::store::Dialect::Sqlite, ::tocsin::store::Dialect::Postgres), \
      ::tocsin::test::dialect_name)
