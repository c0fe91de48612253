// What /metrics tells, in Prometheus' text format.
#pragma once

#include <memory>
#include <string>

#include "edge/api/router.h"
#include "edge/delivery/dispatcher.h"
#include "edge/inbound/inbound.h"
#include "engine/engine.h"

namespace tocsin::app {

class Metrics {
 public:
  explicit Metrics(const std::string& version);
  ~Metrics();

  // Thread-safe.
  void observe(const api::RequestReport& report);
  void observe(const inbound::InboundReport& report);
  void observe(const engine::BatchReport& report);
  void observe(const delivery::DeliveryReport& report);
  void set_outbox(std::int64_t waiting, std::chrono::microseconds oldest);
  void set_queue_depth(std::size_t depth);
  std::string text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace tocsin::app
