// Deliveries as a part of the running server: which providers the options switch on, and the thread that
// drives the dispatcher.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "app/metrics.h"
#include "app/options.h"
#include "base/log.h"
#include "base/world.h"
#include "edge/delivery/couriers.h"
#include "edge/http/outbound.h"
#include "engine/engine.h"
#include "store/read_pool.h"

namespace tocsin::app {

// Which providers the options switch on.
delivery::Means delivery_means(const ServeOptions& options);

// Somebody has put something into the outbox, or something came back. Exists before the engine does.
class Wakeup {
 public:
  void notify();
  void wait(std::chrono::milliseconds at_most);

 private:
  std::mutex mutex_;  // guards called_
  std::condition_variable wake_;
  bool called_ = false;
};

class Delivery {
 public:
  // All references must outlive it; `options.public_url` must be set.
  Delivery(const ServeOptions& options, engine::Engine& engine, store::ReadPool& reads, const Clock& clock,
           Rng& rng, Log& log, http::Outbound& outbound, Metrics& metrics, Wakeup& wakeup);
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  // Begins. `take_over`: no other process delivers from this database (SQLite), so whatever a former one was
  // sending when it died is due now, not when its lease runs out.
  void start(bool take_over);
  void stop();

 private:
  struct Parts;
  void run(const std::stop_token& stop);

  engine::Engine& engine_;
  store::ReadPool& reads_;
  const Clock& clock_;
  Metrics& metrics_;
  Wakeup& wakeup_;
  std::unique_ptr<Parts> parts_;
  std::jthread thread_;
};

}  // namespace tocsin::app
