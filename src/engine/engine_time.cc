// The engine's side of time: due timers, heartbeats, the ends of maintenances.
#include <algorithm>

#include "engine/engine.h"
#include "engine/heartbeats.h"
#include "engine/maintenance.h"
#include "engine/schedule_notices.h"
#include "engine/timers.h"

namespace tocsin::engine {
namespace {

// How often the timers of other nodes are looked at.
constexpr std::chrono::seconds kLookEvery{1};
// After the database failed, and when another node holds what is due.
constexpr std::chrono::milliseconds kRetryAfter{500};

void keep_earlier(std::optional<Instant>& earliest, const std::optional<Instant>& candidate) {
  if (candidate && (!earliest || *candidate < *earliest)) earliest = candidate;
}

}  // namespace

bool Engine::run_due() {
  const Instant now = clock_.now();
  if (retry_at_ && now < *retry_at_ && *retry_at_ - now <= kRetryAfter) return false;
  retry_at_.reset();
  try {
    run_checks(now);
    if (now < looked_at_ || now >= looked_at_ + kLookEvery) look_for_timers(now);
    return next_timer_ && *next_timer_ <= now && run_timers(now);
  } catch (const store::StorageError& error) {
    log_.error("what is due could not be read", {{"error", error.what()}});
    retry_at_ = now + kRetryAfter;
    return false;
  }
}

void Engine::look_for_timers(Instant now) {
  looked_at_ = now;
  next_timer_ = store::next_timer(*db_);
}

std::optional<Instant> Engine::next_work() const {
  std::optional<Instant> next = next_timer_;
  keep_earlier(next, next_heartbeat_check_);
  keep_earlier(next, next_maintenance_end(*holder_.get()));
  if (retry_at_ && next) next = std::max(*next, *retry_at_);
  return next;
}

// Many in one transaction, fewer when somebody waits. When one of them breaks it, they are run again one by
// one.
bool Engine::run_timers(Instant now) {
  const std::size_t at_once = timer_portion(database_.dialect());
  BatchReport batch_report;
  std::vector<store::DueTimer> due;
  Applied joined;
  bool all = false;
  const Ended ended = in_transaction(
      [&](Batch& batch) {
        do {
          const auto portion = store::take_due_timers(batch.db, now, at_once);
          due.insert(due.end(), portion.begin(), portion.end());
          engine::run_timers(batch, portion);
          all = portion.size() < at_once;
        } while (!all && due.size() < options_.timer_limit && !is_awaited());
        join_awaited(batch, joined, batch_report);
      },
      batch_report);
  settle(std::move(joined), ended);
  if (ended == Ended::Committed) {
    batch_report.timers_run = due.size();
    batch_report.timer_lag = lag_of(due, now);
    options_.observe(batch_report);
    if (all) look_for_timers(now);  // else the next is known: due already
    watch_lag(batch_report.timer_lag);
    // Due, and yet nothing could be claimed: another node is at it.
    if (due.empty() && next_timer_ && *next_timer_ <= now) retry_at_ = now + kRetryAfter;
    return !due.empty();
  }
  if (due.empty()) {
    retry_at_ = now + kRetryAfter;
    return false;
  }
  return run_timers_one_by_one(due, now);
}

bool Engine::run_timers_one_by_one(const std::vector<store::DueTimer>& due, Instant now) {
  for (const store::DueTimer& timer : due) {
    if (run_timer_alone(timer, now)) continue;
    retry_at_ = now + kRetryAfter;  // the database itself fails
    return false;
  }
  look_for_timers(now);
  return true;
}

// A timer that breaks is set aside, loudly, and the others go on. False when not even that can be written.
bool Engine::run_timer_alone(const store::DueTimer& timer, Instant now) {
  BatchReport batch_report;
  const Ended ended = in_transaction(
      [&](Batch& batch) {
        if (!store::take_timer(batch.db, timer)) return;
        engine::run_timers(batch, {timer});
        batch_report.timers_run = 1;
        batch_report.timer_lag = lag_of({timer}, now);
      },
      batch_report);
  if (ended == Ended::Committed) return options_.observe(batch_report), true;
  if (ended == Ended::Busy) return retry_at_ = now + kRetryAfter, true;
  const std::chrono::seconds pause =
      ended == Ended::Broken ? set_aside_for(timer.failures) : std::chrono::seconds{1};
  log_.error("a timer could not be run and is set aside",
             {{"kind", timer.kind}, {"subject", timer.subject}, {"seconds", pause.count()}});
  const Instant until = now + pause;
  return in_transaction([&](Batch& batch) { store::set_timer_aside(batch.db, timer, until); },
                        batch_report) == Ended::Committed;
}

// Once when it begins and once when it is over.
void Engine::watch_lag(std::chrono::microseconds lag) {
  const bool late = lag > kTolerableLag;
  if (late == lag_reported_) return;
  lag_reported_ = late;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(lag);
  if (late) log_.error("escalation steps run late", {{"seconds", seconds.count()}});
  std::vector<Command> report;
  report.push_back(Change{"report timer lag",
                          [late, seconds](Batch& batch) {
                            late ? report_lag(batch, seconds) : report_no_lag(batch);
                            return true;
                          },
                          {}});
  run_batch(std::move(report));
}

void Engine::run_checks(Instant now) {
  if (!next_heartbeat_check_ || *next_heartbeat_check_ - now > kHeartbeatCheckEvery)
    next_heartbeat_check_ = next_heartbeat_check(now);
  if (*next_heartbeat_check_ <= now) {
    next_heartbeat_check_ = next_heartbeat_check(now + std::chrono::microseconds{1});
    if (std::vector<Command> due = due_heartbeats(*db_, now); !due.empty()) run_batch(std::move(due));
  }
  if (options_.watch_schedules &&
      (!next_schedule_sweep_ || *next_schedule_sweep_ <= now || *next_schedule_sweep_ - now > kSweepEvery)) {
    next_schedule_sweep_ = now + kSweepEvery;
    if (std::vector<Command> watching = watch_unwatched(*db_); !watching.empty())
      run_batch(std::move(watching));
  }
  const auto configuration = holder_.get();
  const auto maintenance_end = next_maintenance_end(*configuration);
  if (!maintenance_end || now < *maintenance_end) return;
  std::vector<Command> ends;
  for (const auto& [id, configured] : configuration->by_id) {
    const auto& maintenance = configured->integration.maintenance;
    if (!maintenance || now < maintenance->end_at) continue;
    ends.push_back(Change{"end of maintenance",
                          [id = configured->integration.id](Batch& batch) {
                            end_maintenance_by_time(batch, id);
                            return true;
                          },
                          {}});
  }
  run_batch(std::move(ends));
  const auto left = next_maintenance_end(*holder_.get());
  if (left && *left <= now) retry_at_ = now + kRetryAfter;  // the database could not do it
}

}  // namespace tocsin::engine
