// The open transaction that the commands of one batch share, and what they may use in it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/world.h"
#include "engine/configuration.h"
#include "store/connection.h"

namespace tocsin::engine {

class Batch {
 public:
  Batch(store::Connection& connection, Instant now, IdSource& id_source, Log& log_sink,
        std::shared_ptr<const Configuration> configuration)
      : db(connection), ids(id_source), log(log_sink), config(std::move(configuration)), now_(now) {}

  store::Connection& db;
  IdSource& ids;
  Log& log;
  // As of this transaction; changes made in the batch itself are not in it.
  std::shared_ptr<const Configuration> config;

  // The batch's time. Rows that need an order take next_instant(): later than every one before it.
  Instant now() const { return now_; }
  Instant next_instant() { return next_ = std::max(now_, next_ + std::chrono::microseconds{1}); }
  // The engine carries the last instant from batch to batch.
  Instant last_instant() const { return next_; }
  void continue_after(Instant last) { next_ = last; }

  // Integrations, routes, chains or templates changed: readers rebuild their snapshot after the commit.
  void configuration_changed();
  bool changed_configuration() const { return configuration_changed_; }

 private:
  Instant now_;
  Instant next_{};
  bool configuration_changed_ = false;
};

}  // namespace tocsin::engine
