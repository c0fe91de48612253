// The open transaction that the commands of one batch share, and what they may use in it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/log.h"
#include "base/world.h"
#include "engine/configuration.h"
#include "engine/lookups.h"
#include "engine/ordered_ids.h"
#include "engine/personal_chains.h"
#include "store/connection.h"
#include "store/escalation_plans.h"

namespace tocsin::engine {

class Batch {
 public:
  Batch(store::Connection& connection, Instant now, IdSource& id_source, OrderedIds& ordered, Log& log_sink,
        std::shared_ptr<const Configuration> configuration, KnownPeople& people,
        store::KnownPlans& known_plans)
      : db(connection),
        ids(id_source),
        ordered_ids(ordered),
        log(log_sink),
        config(std::move(configuration)),
        lookups(connection, people),
        personal_chains(connection),
        plans(known_plans),
        now_(now) {}

  store::Connection& db;
  IdSource& ids;
  OrderedIds& ordered_ids;  // of alerts and alert groups
  Log& log;
  // As of this transaction; changes made in the batch itself are not in it.
  std::shared_ptr<const Configuration> config;
  Lookups lookups;
  PersonalChains personal_chains;
  store::KnownPlans& plans;

  // The batch's time. Rows that need an order take next_instant(): later than every one before it.
  Instant now() const { return now_; }
  Instant next_instant() { return next_ = std::max(now_, next_ + std::chrono::microseconds{1}); }
  // The engine carries the last instant from batch to batch.
  Instant last_instant() const { return next_; }
  void continue_after(Instant last) { next_ = last; }
  // Commands that join a batch came after it had begun.
  void move_on(Instant now) { now_ = std::max(now_, now); }

  // Integrations, routes, chains or templates changed: readers rebuild their snapshot after the commit.
  void configuration_changed();
  bool changed_configuration() const { return configuration_changed_; }

  // The earliest timer that the batch set: the engine must not sleep past it.
  void timer_set(Instant due) {
    if (!earliest_timer_ || due < *earliest_timer_) earliest_timer_ = due;
  }
  std::optional<Instant> earliest_timer() const { return earliest_timer_; }

  // Something was put into the outbox: the courier need not wait for its next look.
  bool outbox_filled = false;

  // How often an effect has changed a group other than the one that it came from. Whoever keeps groups in
  // memory reads them again when this grew.
  std::size_t other_groups_changed = 0;

 private:
  Instant now_;
  Instant next_{};
  bool configuration_changed_ = false;
  std::optional<Instant> earliest_timer_;
};

}  // namespace tocsin::engine
