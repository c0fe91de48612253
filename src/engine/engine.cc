#include "engine/engine.h"

#include <algorithm>
#include <chrono>

#include "engine/receive.h"
#include "store/commit_unknown.h"
#include "store/organization.h"
#include "store/transaction.h"

namespace tocsin::engine {
namespace {

bool is_background(const Command& command) {
  const auto* change = std::get_if<Change>(&command);
  return change != nullptr && change->urgency == Urgency::Background;
}

void report(Command& command, Outcome outcome) {
  const Done& done = std::visit([](auto& c) -> Done& { return c.done; }, command);
  if (done) done(outcome);
}

}  // namespace

Engine::Engine(store::Database& database, const Clock& clock, IdSource& ids, Log& log, EngineOptions options)
    : database_(database),
      clock_(clock),
      ids_(ids),
      ordered_ids_(ids),
      log_(log),
      options_(std::move(options)) {
  db_ = database_.connect(store::Connection::Mode::Write);
  store::Transaction transaction(*db_);
  store::ensure_organization(*db_, ids_, clock_.now());
  holder_.set(loader_.load(*db_));
  transaction.commit();
}

Engine::~Engine() = default;

bool Engine::submit(Command command) {
  {
    const std::lock_guard lock(mutex_);
    auto& queue = is_background(command) ? background_ : queue_;
    if (queue.size() >= options_.queue_limit) return false;
    queue.push_back(std::move(command));
  }
  wake_.notify_one();
  return true;
}

std::size_t Engine::queue_depth() const {
  const std::lock_guard lock(mutex_);
  return queue_.size() + background_.size();
}

bool Engine::is_awaited() const {
  const std::lock_guard lock(mutex_);
  return !queue_.empty();
}

bool Engine::wait(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, at_most, [&] { return stopped_ || !queue_.empty() || !background_.empty(); });
  return !stopped_;
}

void Engine::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
}

std::vector<Command> Engine::take(std::deque<Command>& queue) {
  const std::lock_guard lock(mutex_);
  const std::size_t count = std::min(queue.size(), options_.batch_limit);
  std::vector<Command> commands(std::make_move_iterator(queue.begin()),
                                std::make_move_iterator(queue.begin() + static_cast<std::ptrdiff_t>(count)));
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
  return commands;
}

// What a batch of the background did not come to.
void Engine::put_back_from(std::vector<Command>& commands, std::size_t first) {
  const auto from = commands.begin() + static_cast<std::ptrdiff_t>(first);
  const std::lock_guard lock(mutex_);
  background_.insert(background_.begin(), std::make_move_iterator(from),
                     std::make_move_iterator(commands.end()));
  commands.erase(from, commands.end());
}

// An answer that waits in the queue comes before the pages that are due, and between any two portions of
// what nobody waits for. Of those, steps take two turns for each of the background: what is not decided yet
// comes before what is only to be recorded.
std::optional<Instant> Engine::run() {
  for (bool more = true; more;) {
    more = run_awaited();
    more |= run_due();
    more |= run_awaited();
    more |= run_due();
    more |= run_awaited();
    more |= run_background();
  }
  return next_work();
}

bool Engine::run_awaited() {
  std::vector<Command> commands = take(queue_);
  if (commands.empty()) return false;
  run_batch(std::move(commands));
  return true;
}

bool Engine::run_background() {
  std::vector<Command> commands = take(background_);
  if (commands.empty()) return false;
  run_batch(std::move(commands));
  return true;
}

void Engine::run_batch(std::vector<Command> commands) {
  BatchReport batch_report;
  Applied applied{std::move(commands), {}}, joined;
  const Ended ended = in_transaction(
      [&](Batch& batch) {
        apply_all(batch, applied, batch_report);
        join_awaited(batch, joined, batch_report);
      },
      batch_report);
  if (ended == Ended::Committed || ended == Ended::Unknown)
    put_back_from(applied.commands, applied.outcomes.size());
  if (ended == Ended::Committed) options_.observe(batch_report);
  settle(std::move(applied), ended);
  settle(std::move(joined), ended);
}

void Engine::join_awaited(Batch& batch, Applied& joined, BatchReport& batch_report) {
  joined.commands = take(queue_);
  if (joined.commands.empty()) return;
  batch.move_on(clock_.now());
  batch.personal_chains.forget();
  apply_all(batch, joined, batch_report);
}

void Engine::settle(Applied applied, Ended ended) {
  if (applied.commands.empty()) return;
  if (ended != Ended::Committed && ended != Ended::Unknown)
    return run_one_by_one(std::move(applied.commands));
  if (ended == Ended::Unknown) applied.outcomes.assign(applied.commands.size(), Outcome::Unavailable);
  options_.report_together([&] {
    for (std::size_t i = 0; i < applied.commands.size(); ++i)
      report(applied.commands[i], applied.outcomes[i]);
  });
}

// One poisoned command must not take the others down with it.
void Engine::run_one_by_one(std::vector<Command> commands) {
  for (Command& command : commands) {
    BatchReport batch_report;
    Applied alone;
    alone.commands.push_back(std::move(command));
    const Ended ended =
        in_transaction([&](Batch& batch) { apply_all(batch, alone, batch_report); }, batch_report);
    if (ended == Ended::Committed) options_.observe(batch_report);
    report(alone.commands.front(), ended == Ended::Committed ? alone.outcomes.front() : Outcome::Unavailable);
  }
}

Engine::Ended Engine::in_transaction(const std::function<void(Batch&)>& work, BatchReport& batch_report) {
  const Ended ended = attempt(work, batch_report);
  if (ended != Ended::Committed) people_.forget();
  return ended;
}

Engine::Ended Engine::attempt(const std::function<void(Batch&)>& work, BatchReport& batch_report) {
  try {
    store::Transaction transaction(*db_);
    const Versions versions = read_versions(*db_);
    people_.as_of(versions.people);
    Batch batch(*db_, clock_.now(), ids_, ordered_ids_, log_, configuration_of(versions.configuration),
                people_, plans_);
    batch.continue_after(last_instant_);
    work(batch);
    batch_report.may_have_deliveries |= batch.outbox_filled;
    auto next_configuration = batch.changed_configuration() ? loader_.load(*db_) : nullptr;
    const auto before = std::chrono::steady_clock::now();
    transaction.commit();
    batch_report.commit_time =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - before);
    last_instant_ = batch.last_instant();
    if (batch.earliest_timer() && (!next_timer_ || *batch.earliest_timer() < *next_timer_))
      next_timer_ = batch.earliest_timer();
    if (next_configuration) holder_.set(std::move(next_configuration));
    return Ended::Committed;
  } catch (const store::Busy& error) {
    log_.warning("a batch ran into another writer", {{"error", error.what()}});
    return Ended::Busy;
  } catch (const store::CommitUnknown& error) {
    log_.error("whether a batch was committed is unknown",
               {{"error", error.what()}, {"commands", batch_report.commands}});
    return Ended::Unknown;
  } catch (const store::StorageError& error) {
    log_.error("a batch could not be committed",
               {{"error", error.what()}, {"commands", batch_report.commands}});
    return Ended::Storage;
  } catch (const std::exception& error) {
    log_.error("a batch broke", {{"error", error.what()}, {"commands", batch_report.commands}});
    return Ended::Broken;
  }
}

// Alerts that stand next to each other in the queue are received together: their groups are looked up at
// once. Background work ends early, with as many outcomes as it came to, when somebody waits.
void Engine::apply_all(Batch& batch, Applied& applied, BatchReport& batch_report) {
  auto& [commands, outcomes] = applied;
  bool only_alerts = true;
  for (std::size_t at = 0; at < commands.size();) {
    if (at > 0 && is_background(commands[at]) && is_awaited()) break;
    std::vector<PreparedAlert*> alerts;
    std::size_t end = at;
    for (; end < commands.size() && std::holds_alternative<ReceiveAlerts>(commands[end]); ++end) {
      for (PreparedAlert& alert : std::get<ReceiveAlerts>(commands[end]).alerts) alerts.push_back(&alert);
      outcomes.push_back(Outcome::Committed);
    }
    if (end > at) {
      // A command before them in this batch may have deleted the route that they were prepared for.
      if (batch.changed_configuration() && read_versions(*db_).configuration != batch.config->version)
        batch.config = loader_.load(*db_);
      const Received received = receive_alerts(batch, alerts);
      batch_report.alerts_received += alerts.size();
      batch_report.alerts_joined += received.joined;
      batch_report.groups_opened += received.opened;
    } else {
      outcomes.push_back(apply(batch, std::get<Change>(commands[at])));
      only_alerts = false;
      end = at + 1;
    }
    at = end;
  }
  batch_report.commands += outcomes.size();
  batch_report.may_have_deliveries |= !only_alerts;
}

// A command may change what is remembered, and sees what others wrote; one of the background changes none of
// that.
Outcome Engine::apply(Batch& batch, Change& change) {
  const bool forgets = change.urgency != Urgency::Background;
  if (forgets) batch.lookups.forget();
  const Outcome outcome = apply_in_savepoint(batch, change);
  if (forgets || outcome != Outcome::Committed) batch.lookups.forget();
  return outcome;
}

Outcome Engine::apply_in_savepoint(Batch& batch, Change& change) {
  store::Savepoint savepoint(batch.db);
  try {
    if (!change.apply(batch)) return Outcome::Refused;
    batch.db.flush();
    savepoint.release();
    return Outcome::Committed;
  } catch (const store::UniqueViolation& error) {
    log_.warning("a command ran into a unique index", {{"command", change.name}, {"error", error.what()}});
    return Outcome::Unavailable;
  } catch (const InvariantBroken& error) {
    log_.error("a command broke an invariant and was set aside",
               {{"command", change.name}, {"error", error.what()}});
    return Outcome::Broken;
  }
}

std::shared_ptr<const Configuration> Engine::configuration_of(std::int64_t version) {
  auto current = holder_.get();
  if (version == current->version) return current;
  auto fresh = loader_.load(*db_);
  holder_.set(fresh);
  return fresh;
}

void Engine::refresh_configuration() {
  try {
    std::ignore = configuration_of(read_versions(*db_).configuration);
  } catch (const store::StorageError& error) {
    log_.warning("the configuration could not be checked", {{"error", error.what()}});
  }
}

}  // namespace tocsin::engine
