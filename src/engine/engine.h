// The pen: the one writer. Commands wait in a bounded queue; run() takes what is there, runs all in one
// transaction, commits once, then reports to all (DESIGN: engine batch). Idle it commits one command at a
// time, busy hundreds. What comes while a transaction works joins it before its end.
//
// submit() may be called from any thread; run() from one thread at a time: a driver in app/, or a test under
// a simulated clock. Errors: a command that fails is undone alone; when the commit fails the batch is run
// again one by one. When the answer to a commit is lost, nothing is run again, or an alert might be there
// twice: all hear Unavailable.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/command.h"
#include "engine/configuration.h"
#include "engine/ordered_ids.h"
#include "store/database.h"
#include "store/timers.h"

namespace tocsin::engine {

// What a batch did, for metrics.
struct BatchReport {
  std::size_t commands = 0;
  std::size_t alerts_received = 0;
  std::size_t alerts_joined = 0;
  std::size_t groups_opened = 0;
  std::size_t timers_run = 0;
  std::chrono::microseconds timer_lag{0};  // how late the oldest of them was
  std::chrono::microseconds commit_time{0};
  bool may_have_deliveries = false;  // false: nothing in the outbox has become due
};

struct EngineOptions {
  std::size_t queue_limit = 50'000;  // commands waiting
  std::size_t batch_limit = 512;     // commands in one transaction
  std::size_t timer_limit = 128;     // timers in one transaction
  std::function<void(const BatchReport&)> observe = [](const BatchReport&) {};
  // Whether schedules are looked at for their hand-overs, holes and announcements.
  bool watch_schedules = true;
  // Calls what it is given: the reports of one batch, so that their receivers can be woken together.
  std::function<void(const std::function<void()>&)> report_together = [](const auto& reports) { reports(); };
};

// How many of the timers that are due run at once: a command that comes waits for the rest of these. About a
// millisecond on SQLite; on PostgreSQL each portion costs round trips besides.
constexpr std::size_t timer_portion(store::Dialect dialect) {
  return dialect == store::Dialect::Sqlite ? 10 : 16;
}

class Engine {
 public:
  // All references must outlive the engine. Creates the organisation row on an empty database.
  Engine(store::Database& database, const Clock& clock, IdSource& ids, Log& log, EngineOptions options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // False when the queue is full: an answer for the client, not a wait. `done` is then not called.
  [[nodiscard]] bool submit(Command command);
  std::size_t queue_depth() const;

  // Runs everything that waits or is due, in batches. Answers when it next has work by itself; to be called a
  // second later at the latest where other nodes or processes share the database.
  std::optional<Instant> run();
  // Waits until something is submitted, `until` passes on the steady clock, or stop() is called. False after
  // stop().
  bool wait(std::chrono::milliseconds at_most);
  void stop();

  // The snapshot for readers, from any thread.
  std::shared_ptr<const Configuration> configuration() const { return holder_.get(); }
  // Reloads the snapshot when another process or node changed configuration. On run()'s thread.
  void refresh_configuration();

 private:
  // Unknown: the answer to the commit was lost. Nothing of that batch is run again: it may stand.
  enum class Ended { Committed, Storage, Busy, Broken, Unknown };

  // Commands with their outcomes: of fewer than all where the work ended early.
  struct Applied {
    std::vector<Command> commands;
    std::vector<Outcome> outcomes;
  };

  std::vector<Command> take(std::deque<Command>& queue);
  void put_back_from(std::vector<Command>& commands, std::size_t first);
  bool is_awaited() const;  // a command waits whose client does, too
  bool run_awaited();
  bool run_background();
  void run_batch(std::vector<Command> commands);
  void run_one_by_one(std::vector<Command> commands);
  // Applies whatever is awaited by now in a transaction that has done its own work.
  void join_awaited(Batch& batch, Applied& joined, BatchReport& report);
  // After the transaction: tells everybody, or runs them again one by one.
  void settle(Applied applied, Ended ended);
  // Runs `work` in a transaction of its own and commits it.
  Ended in_transaction(const std::function<void(Batch&)>& work, BatchReport& report);
  void apply_all(Batch& batch, Applied& applied, BatchReport& report);
  Ended attempt(const std::function<void(Batch&)>& work, BatchReport& report);
  Outcome apply(Batch& batch, Change& change);
  Outcome apply_in_savepoint(Batch& batch, Change& change);
  std::shared_ptr<const Configuration> configuration_of(std::int64_t version);

  // What the clock asks for (engine_time.cc). Each answers whether there may be more to do at once.
  bool run_due();
  bool run_timers(Instant now);
  bool run_timers_one_by_one(const std::vector<store::DueTimer>& due, Instant now);
  bool run_timer_alone(const store::DueTimer& timer, Instant now);
  void watch_lag(std::chrono::microseconds lag);
  void run_checks(Instant now);
  void look_for_timers(Instant now);
  std::optional<Instant> next_work() const;

  store::Database& database_;
  const Clock& clock_;
  IdSource& ids_;
  OrderedIds ordered_ids_;
  Log& log_;
  EngineOptions options_;
  std::unique_ptr<store::Connection> db_;
  ConfigurationLoader loader_;
  ConfigurationHolder holder_;
  KnownPeople people_;
  store::KnownPlans plans_;
  Instant last_instant_{};

  // Of run()'s thread alone.
  std::optional<Instant> next_timer_ = Instant{};  // as far as known; at the start: look
  Instant looked_at_{};                            // when the timers of other nodes were last looked at
  std::optional<Instant> next_heartbeat_check_;
  std::optional<Instant> next_schedule_sweep_;
  std::optional<Instant> retry_at_;  // the database could not do it: not before
  bool lag_reported_ = false;

  mutable std::mutex mutex_;  // guards the queues and stopped_
  std::condition_variable wake_;
  std::deque<Command> queue_;
  std::deque<Command> background_;
  bool stopped_ = false;
};

}  // namespace tocsin::engine
