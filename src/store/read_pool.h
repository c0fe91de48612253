// Read connections for many threads: a lease takes one, its end gives it back. Opened when first needed, kept
// afterwards.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "store/database.h"

namespace tocsin::store {

class ReadPool {
 public:
  explicit ReadPool(Database& database) : database_(database) {}

  class Lease {
   public:
    Lease(ReadPool& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ~Lease() { pool_.give_back(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ReadPool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  Lease lease() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return {*this, std::move(connection)};
      }
    }
    return {*this, database_.connect(Connection::Mode::Read)};
  }

 private:
  void give_back(std::unique_ptr<Connection> connection) {
    if (connection->in_transaction()) connection->rollback();
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  Database& database_;
  std::mutex mutex_;  // guards idle_
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace tocsin::store
