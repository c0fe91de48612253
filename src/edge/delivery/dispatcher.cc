#include "edge/delivery/dispatcher.h"

#include <algorithm>
#include <set>

#include "base/overloaded.h"
#include "edge/delivery/backoff.h"
#include "store/database.h"

namespace tocsin::delivery {
namespace {

constexpr std::chrono::seconds kWhenRefused{1};  // the engine's queue was full, or the database away
constexpr std::chrono::milliseconds kLookAgain{200};
constexpr std::chrono::minutes kCleanEvery{10};
constexpr std::int64_t kCleanStep = 500;

// A row that came back, to be written by the engine.
struct Report {
  store::OutboxRow row;
  Outcome outcome;
  std::string provider;
  Record record;  // null: only the row changes
  Patience patience;
  double dice = 0;
  std::optional<std::chrono::seconds> give_back;  // Wait: as if it had not been claimed
  bool dropped = false;
};

json::Value outcome_json(const Report& report, std::string_view result) {
  json::Object out{{"result", json::Value(result)}, {"provider", json::Value(report.provider)}};
  std::visit(Overloaded{[&](const Delivered& d) {
                          if (!d.receipt.empty()) out.set("receipt", json::Value(d.receipt));
                        },
                        [&](const auto& why) { out.set("reason", json::Value(why.reason)); }},
             report.outcome);
  return json::Value(std::move(out));
}

// How a report ends, decided inside the transaction by its time.
struct Verdict {
  std::string_view result;
  std::optional<Instant> again;
};
Verdict verdict_of(const Report& report, Instant now) {
  if (report.dropped) return {"dropped", std::nullopt};
  if (std::holds_alternative<Delivered>(report.outcome)) return {"delivered", std::nullopt};
  const auto* retry = std::get_if<Retry>(&report.outcome);
  if (retry == nullptr) return {"failed", std::nullopt};
  const auto again =
      next_attempt(report.patience, *retry, report.row.attempts, report.row.created_at, now, report.dice);
  return {again ? "retried" : "failed", again};
}

void write_report(engine::Batch& batch, const Report& report, const std::string& node) {
  if (report.give_back) {
    store::give_back(batch.db, report.row.id, node, batch.now(), batch.now() + *report.give_back);
    return;
  }
  const Verdict verdict = verdict_of(report, batch.now());
  const json::Value outcome = outcome_json(report, verdict.result);
  const bool ours = verdict.again
                        ? store::retry_at(batch.db, report.row.id, node, batch.now(), *verdict.again, outcome)
                        : store::finish(batch.db, report.row.id, node, batch.now(), outcome);
  // Not ours any more: the lease ran out, and whoever has the row now records what comes of it.
  if (ours && report.record)
    report.record(batch, report.outcome, verdict.again ? Attempt::WillBeRepeated : Attempt::Last);
}

}  // namespace

struct Dispatcher::State {
  struct Lane {
    std::size_t busy = 0;
    Instant paused_until{};
  };

  mutable std::mutex mutex;  // guards everything below
  std::map<std::string, Lane, std::less<>> lanes;
  std::vector<store::OutboxRow> claimed;  // not started yet
  std::vector<std::shared_ptr<Report>> reports;
  bool claiming = false;
  bool released = false;  // a lane has got room since the last claim
  std::optional<Instant> claimed_nothing_at;
  std::size_t away = 0;
  std::function<void()> wake;

  void release(const std::string& queue) {
    const auto lane = lanes.find(queue);
    if (lane == lanes.end()) return;
    if (lane->second.busy > 0) --lane->second.busy;
    if (lane->second.busy == 0 && lane->second.paused_until == Instant{}) lanes.erase(lane);
  }
};

Dispatcher::Dispatcher(engine::Engine& engine, store::ReadPool& reads, const Clock& clock, Rng& rng, Log& log,
                       std::vector<Courier*> couriers, DispatcherOptions options)
    : engine_(engine),
      reads_(reads),
      clock_(clock),
      rng_(rng),
      log_(log),
      couriers_(std::move(couriers)),
      options_(std::move(options)),
      state_(std::make_shared<State>()) {
  state_->wake = options_.wake;
}

Dispatcher::~Dispatcher() {
  const std::lock_guard lock(state_->mutex);
  state_->wake = [] {};
}

std::size_t Dispatcher::in_flight() const {
  const std::lock_guard lock(state_->mutex);
  return state_->away + state_->claimed.size() + state_->reports.size() + (state_->claiming ? 1 : 0);
}

std::optional<Instant> Dispatcher::poll() {
  next_.reset();
  try {
    submit_reports();
    start_claimed();
    submit_reports();  // of deliveries that ended at once
    claim_if_due();
    clean_up();
  } catch (const store::StorageError& error) {
    log_.warning("deliveries wait for the database", {{"error", error.what()}});
    next_ = clock_.now() + kWhenRefused;
  }
  return next_;
}

// Outcomes become commands. One that the engine cannot take now stays for the next poll.
void Dispatcher::submit_reports() {
  std::vector<std::shared_ptr<Report>> reports;
  {
    const std::lock_guard lock(state_->mutex);
    reports.swap(state_->reports);
  }
  for (std::size_t at = 0; at < reports.size(); ++at) {
    const std::shared_ptr<Report> report = reports[at];
    const auto done = [state = state_, report, &log = log_](engine::Outcome outcome) {
      const std::lock_guard lock(state->mutex);
      if (outcome == engine::Outcome::Unavailable) {
        state->reports.push_back(report);
        return;
      }
      if (outcome == engine::Outcome::Broken && report->record) {
        log.error("a delivery's outcome could not be recorded", {{"outbox", report->row.id}});
        report->record = {};
        state->reports.push_back(report);
        return;
      }
      --state->away;
      state->release(report->row.queue);
      state->released = true;
      state->wake();
    };
    const auto apply = [report, node = options_.node](engine::Batch& batch) {
      write_report(batch, *report, node);
      return true;
    };
    if (engine_.submit(engine::Change{"record delivery", apply, done})) continue;
    const std::lock_guard lock(state_->mutex);
    state_->reports.insert(state_->reports.end(), reports.begin() + static_cast<std::ptrdiff_t>(at),
                           reports.end());
    next_ = clock_.now() + kWhenRefused;
    return;
  }
}

void Dispatcher::start_claimed() {
  std::vector<store::OutboxRow> rows;
  {
    const std::lock_guard lock(state_->mutex);
    rows.swap(state_->claimed);
    state_->away += rows.size();
  }
  for (const store::OutboxRow& row : rows) start(row);
}

void Dispatcher::start(const store::OutboxRow& row) {
  auto report = std::make_shared<Report>();
  report->row = row;
  std::uint8_t byte[2];
  rng_.fill(byte);
  report->dice = (byte[0] * 256 + byte[1]) / 65536.0;
  const auto back = [report, state = state_, &clock = clock_](Outcome outcome) {
    report->outcome = std::move(outcome);
    const std::lock_guard lock(state->mutex);
    if (const auto* retry = std::get_if<Retry>(&report->outcome); retry && retry->rate_limited) {
      state->lanes[report->row.queue].paused_until =
          clock.now() + retry->after.value_or(std::chrono::seconds{10});
    }
    state->reports.push_back(report);
    state->wake();
  };
  const auto courier =
      std::find_if(couriers_.begin(), couriers_.end(), [&](Courier* one) { return one->carries(row); });
  if (courier == couriers_.end()) return back(Failed{"nobody carries " + row.kind, std::nullopt});
  Job job = [&]() -> Job {
    try {
      const auto reads = reads_.lease();
      return (*courier)->prepare(*reads, row, clock_.now());
    } catch (const std::exception& error) {  // one poisoned row must not stop the others
      log_.error("a delivery could not be prepared", {{"outbox", row.id}, {"error", error.what()}});
      return Wait{std::chrono::seconds{60}, error.what()};
    }
  }();
  std::visit(
      Overloaded{[&](Send& send) {
                   report->provider = send.provider;
                   report->record = std::move(send.record);
                   report->patience = send.patience;
                   send.start([back, provider = send.provider, observe = options_.observe](Outcome outcome) {
                     observe({provider, std::holds_alternative<Delivered>(outcome) ? "delivered"
                                        : std::holds_alternative<Retry>(outcome)   ? "retried"
                                                                                   : "failed"});
                     back(std::move(outcome));
                   });
                 },
                 [&](Drop& drop) {
                   report->dropped = true;
                   report->record = [record = std::move(drop.record)](engine::Batch& batch, const Outcome&,
                                                                      Attempt) { record(batch); };
                   options_.observe({"none", "dropped"});
                   back(Failed{drop.reason, std::nullopt});
                 },
                 [&](Wait& wait) {
                   report->give_back = wait.pause;
                   back(Failed{wait.reason, std::nullopt});
                 }},
      job);
}

void Dispatcher::claim_if_due() {
  const Instant now = clock_.now();
  const auto due = [&] {
    const auto reads = reads_.lease();
    return store::next_due(*reads);
  }();
  const std::lock_guard lock(state_->mutex);
  if (!due || state_->claiming) return;
  if (*due > now) {
    next_ = next_ ? std::min(*next_, *due) : *due;
    return;
  }
  // Whatever is due stands in lanes without room; a delivery that comes back wakes us sooner.
  if (const auto& nothing = state_->claimed_nothing_at;
      nothing && !state_->released && now < *nothing + kLookAgain) {
    next_ = *nothing + kLookAgain;
    return;
  }
  store::OutboxClaim claim{
      .node = options_.node, .now = now, .until = now + options_.lease, .limit = 64, .room = {}, .full = {}};
  std::map<std::string, std::size_t, std::less<>> busy;
  for (auto lane = state_->lanes.begin(); lane != state_->lanes.end();) {
    auto& [queue, state] = *lane;
    if (state.paused_until <= now) state.paused_until = {};
    const std::size_t room = is_webhook_lane(queue) ? options_.webhook_room : 1;
    if (state.busy >= room || state.paused_until != Instant{}) claim.full.push_back(queue);
    busy[queue] = state.busy;
    lane = state.busy == 0 && state.paused_until == Instant{} ? state_->lanes.erase(lane) : std::next(lane);
  }
  claim.room = [busy = std::move(busy), webhook_room = options_.webhook_room](std::string_view queue) {
    const std::size_t room = is_webhook_lane(queue) ? webhook_room : 1;
    const auto lane = busy.find(queue);
    return lane == busy.end() ? room : room - std::min(room, lane->second);
  };
  auto taken = std::make_shared<std::vector<store::OutboxRow>>();
  const auto apply = [claim = std::move(claim), taken](engine::Batch& batch) {
    *taken = store::claim_due(batch.db, claim);
    return true;
  };
  const auto done = [state = state_, taken, now](engine::Outcome outcome) {
    const std::lock_guard done_lock(state->mutex);
    state->claiming = false;
    state->claimed_nothing_at = now;
    if (outcome != engine::Outcome::Committed || taken->empty()) return;
    state->claimed_nothing_at.reset();
    for (store::OutboxRow& row : *taken) {
      ++state->lanes[row.queue].busy;
      state->claimed.push_back(std::move(row));
    }
    state->wake();
  };
  state_->released = false;
  state_->claiming = engine_.submit(engine::Change{"claim deliveries", apply, done});
  if (!state_->claiming) next_ = now + kWhenRefused;
}

void Dispatcher::clean_up() {
  const Instant now = clock_.now();
  if (cleaned_at_ && now - *cleaned_at_ < kCleanEvery) return;
  cleaned_at_ = now;
  std::ignore =
      engine_.submit(engine::Change{"clean the outbox",
                                    [keep = options_.keep_log](engine::Batch& batch) {
                                      store::delete_finished_before(batch.db, batch.now() - keep, kCleanStep);
                                      return true;
                                    },
                                    {}});  // a full queue has better things to do
}

}  // namespace tocsin::delivery
