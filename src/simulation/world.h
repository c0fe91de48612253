// The server's own parts on a copy of its configuration, under a clock that jumps to whatever is due next.
//
// Inbound links, engine, dispatcher and couriers are those of production, constructed as app/serve.cc does;
// only what they are given differs: a database in memory, time, seeded chance, and an Outbound that sends
// nothing and says that all went well. One thread. Heartbeats are taken to go on: other sources are silent
// here, and their silence is no news.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/world.h"
#include "edge/delivery/couriers.h"
#include "edge/delivery/dispatcher.h"
#include "edge/inbound/inbound.h"
#include "engine/engine.h"
#include "simulation/request.h"
#include "store/read_pool.h"

namespace tocsin::simulation {

enum class End {
  Finished,  // nothing is due any more, whatever happens
  Horizon,   // something is due after it
  TooMuch,   // a limit was hit
};

class World {
 public:
  // Reads `source` only here. Throws StorageError.
  World(store::ReadPool& source, Instant start, const delivery::Means& means, Limits limits);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // What a source that posts now would be answered when it is no success.
  Result<void> post(const IntegrationId& integration, const std::string& payload);
  void acknowledge(const User& user);
  // Runs what is due up to `last` and stands there then; where nothing is due before, at the last thing that
  // was.
  End run_until(Instant last);
  void set_now(Instant now);

  Instant now() const { return clock_.now(); }
  store::Connection& db() { return *db_; }
  std::shared_ptr<const engine::Configuration> configuration() const { return engine_.configuration(); }
  const delivery::Couriers& couriers() const { return couriers_; }
  // Warnings and errors that the server would have logged.
  const std::vector<std::string>& warnings() const { return log_.lines; }

 private:
  class SetClock : public Clock {
   public:
    explicit SetClock(Instant now) : now_(now) {}
    Instant now() const override { return now_; }
    void set(Instant now) { now_ = now; }

   private:
    Instant now_;
  };
  // The same numbers each time.
  class FixedRng : public Rng {
   public:
    void fill(std::span<std::uint8_t> bytes) override;

   private:
    std::uint64_t state_ = 0;
  };
  struct Warnings : Log {
    void write(LogLevel level, std::string_view sentence, Fields fields) override;
    std::vector<std::string> lines;
  };
  struct Sink : http::Outbound {
    void send(http::OutboundRequest request, http::OutboundCallback done) override;
    void send_mail(http::Mail mail, http::OutboundCallback done) override;
    int posts = 0;
  };

  void take_up_maintenances();
  Result<void> post_notification(std::shared_ptr<const engine::ConfiguredIntegration> integration,
                                 const std::string& body);
  void change(std::string name, std::function<bool(engine::Batch&)> apply);
  void settle();
  std::optional<Instant> next_due();

  SetClock clock_;
  FixedRng rng_;
  IdSource ids_{rng_};
  Warnings log_;
  Sink sink_;
  std::unique_ptr<store::Database> database_;
  engine::Engine engine_;
  store::ReadPool reads_;
  inbound::Inbound inbound_;
  delivery::Couriers couriers_;
  delivery::Dispatcher dispatcher_;
  std::unique_ptr<store::Connection> db_;
  std::chrono::steady_clock::time_point deadline_;
  std::size_t instants_left_;
};

}  // namespace tocsin::simulation
