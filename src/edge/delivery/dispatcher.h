// Takes what is due out of the outbox, sends it, and reports what came of it.
//
// One lane per queue name (lanes.h), so that a slow or refusing destination delays nobody else. Claims and
// outcomes are commands of the engine, the only writer; the last look at the state and the sending happen
// here, outside of any transaction. Leases are short and renewed while the node lives: what a dead one held
// is taken over before half a minute has passed. A delivery whose outcome could not be written is sent again
// when its lease has run out: at least once, with the same id.
//
// poll() does what there is to do and never waits; who drives it (a thread in app/, a test under a simulated
// clock) calls it again when woken or at the instant that it answers. Source: DESIGN.md, promise 3;
// docs/spec/channels.md, section 1.3.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/world.h"
#include "edge/delivery/job.h"
#include "engine/engine.h"
#include "store/read_pool.h"

namespace tocsin::delivery {

struct Report;

struct DeliveryReport {
  std::string_view provider;
  std::string_view result;  // "delivered", "retried", "failed", "dropped"
};

struct DispatcherOptions {
  std::string node = "node";         // who claims; another one for each process
  std::chrono::seconds lease{20};    // renewed four times in that; then others take over
  std::size_t webhook_room = 4;      // deliveries side by side in one "webhook:" lane
  std::chrono::hours keep_log{168};  // finished rows, as the delivery log
  std::function<void(const DeliveryReport&)> observe = [](const DeliveryReport&) {};
  std::function<void()> wake = [] {};  // called from any thread when poll() has something to do
};

class Dispatcher {
 public:
  // All references must outlive the dispatcher, and whatever it has started must end before it does.
  Dispatcher(engine::Engine& engine, store::ReadPool& reads, const Clock& clock, Rng& rng, Log& log,
             std::vector<Courier*> couriers, DispatcherOptions options = {});
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // From one thread at a time. When to call again at the latest; nullopt: when woken.
  std::optional<Instant> poll();
  // Deliveries that are claimed and not finished.
  std::size_t in_flight() const;
  // Gives back what has not left yet, for others to take at once. Not to be polled any more.
  void stop();

 private:
  // Shared with callbacks, which may come after the dispatcher is gone.
  struct State;

  void call_again(Instant at);
  void submit_reports();
  bool submit(const std::vector<std::shared_ptr<Report>>& bundle);
  void start_claimed();
  void start(const store::OutboxRow& row);
  void renew_leases();
  void claim_if_due();
  void claim(Instant now);
  void clean_up();

  engine::Engine& engine_;
  store::ReadPool& reads_;
  const Clock& clock_;
  Rng& rng_;
  Log& log_;
  std::vector<Courier*> couriers_;
  DispatcherOptions options_;
  std::shared_ptr<State> state_;
  std::optional<Instant> cleaned_at_;
  std::optional<Instant> renewed_at_;
  std::optional<Instant> claimed_at_;
  std::optional<Instant> next_;
};

}  // namespace tocsin::delivery
