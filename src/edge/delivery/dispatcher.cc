#include "edge/delivery/dispatcher.h"

#include <algorithm>

#include "base/overloaded.h"
#include "edge/delivery/lanes.h"
#include "edge/delivery/report.h"
#include "store/database.h"

namespace tocsin::delivery {
namespace {

constexpr std::chrono::seconds kWhenRefused{1};  // the engine's queue was full, or the database away
constexpr std::chrono::milliseconds kLookAgain{200}, kClaimPause{10};
constexpr std::size_t kClaimAtOnce = 64, kReportsAtOnce = 16;
constexpr int kRenewalsPerLease = 4;
constexpr std::chrono::minutes kCleanEvery{10};
constexpr std::int64_t kCleanStep = 500;

// Whether `mark` lies less than `span` before `now`. A clock that was set back ends every wait.
bool is_within(const std::optional<Instant>& mark, std::chrono::microseconds span, Instant now) {
  return mark && *mark <= now && now < *mark + span;
}

}  // namespace

struct Dispatcher::State {
  explicit State(std::size_t webhook_room) : lanes(webhook_room) {}

  mutable std::mutex mutex;  // guards everything below
  Lanes lanes;
  Reports reports;        // came back, to be written
  Reports reports_alone;  // those that broke a bundle of reports: each in a command of its own
  bool claiming = false;
  bool released = false;  // a lane has got room since the last claim
  std::optional<Instant> claimed_nothing_at;
  std::function<void()> wake;

  void release(const Report& report) {
    lanes.release(report.row.queue);
    released = true;
  }
  // Nothing more is to be written of it.
  void is_over(const Report& report) {
    if (lanes.rule_of(report.row.queue).until_recorded) release(report);
    lanes.forget(report.row.id);
  }
  void take_back(const Reports& back) { reports.insert(reports.end(), back.begin(), back.end()); }
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
      state_(std::make_shared<State>(options_.webhook_room)) {
  state_->wake = options_.wake;
}

Dispatcher::~Dispatcher() {
  const std::lock_guard lock(state_->mutex);
  state_->wake = [] {};
}

std::size_t Dispatcher::in_flight() const {
  const std::lock_guard lock(state_->mutex);
  return state_->lanes.held().size() + (state_->claiming ? 1 : 0);
}

std::optional<Instant> Dispatcher::poll() {
  next_.reset();
  try {
    submit_reports();
    start_claimed();
    submit_reports();  // of deliveries that ended at once
    renew_leases();
    claim_if_due();
    clean_up();
  } catch (const store::StorageError& error) {
    log_.warning("deliveries wait for the database", {{"error", error.what()}});
    call_again(clock_.now() + kWhenRefused);
  }
  return next_;
}

void Dispatcher::call_again(Instant at) {
  next_ = next_ ? std::min(*next_, at) : at;
}

void Dispatcher::stop() {
  std::vector<std::string> ids;
  {
    const std::lock_guard lock(state_->mutex);
    for (store::OutboxRow& row : state_->lanes.drop_waiting()) ids.push_back(std::move(row.id));
  }
  if (ids.empty()) return;
  std::ignore =
      engine_.submit(engine::Change{"give deliveries back",
                                    [ids, node = options_.node](engine::Batch& batch) {
                                      for (const std::string& id : ids)
                                        store::give_back(batch.db, id, node, batch.now(), batch.now());
                                      return true;
                                    },
                                    {}});  // refused: their leases run out
}

// Outcomes become commands, many in one. What the engine cannot take now stays for the next poll.
void Dispatcher::submit_reports() {
  std::vector<Reports> bundles;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& report : std::exchange(state_->reports, {})) {
      if (bundles.empty() || bundles.back().size() == kReportsAtOnce) bundles.emplace_back();
      bundles.back().push_back(report);
    }
    for (const auto& report : std::exchange(state_->reports_alone, {})) bundles.push_back({report});
  }
  bool refused = false;
  for (const Reports& bundle : bundles) {
    if (!refused && submit(bundle)) continue;
    refused = true;
    const std::lock_guard lock(state_->mutex);
    state_->take_back(bundle);
    call_again(clock_.now() + kWhenRefused);
  }
}

bool Dispatcher::submit(const Reports& bundle) {
  const auto done = [state = state_, bundle, &log = log_](engine::Outcome outcome) {
    const std::lock_guard lock(state->mutex);
    if (outcome == engine::Outcome::Unavailable) return state->take_back(bundle);
    if (outcome == engine::Outcome::Broken && (bundle.size() > 1 || bundle.front()->record)) {
      if (bundle.size() == 1) {
        log.error("a delivery's outcome could not be recorded", {{"outbox", bundle.front()->row.id}});
        bundle.front()->record = {};
      }
      state->reports_alone.insert(state->reports_alone.end(), bundle.begin(), bundle.end());
      return state->wake();
    }
    for (const auto& report : bundle) state->is_over(*report);
    state->wake();
  };
  const auto apply = [bundle, node = options_.node](engine::Batch& batch) {
    write_reports(batch, bundle, node);
    return true;
  };
  return engine_.submit(engine::Change{"record deliveries", apply, done, engine::Urgency::Background});
}

void Dispatcher::start_claimed() {
  std::vector<store::OutboxRow> rows;
  {
    const std::lock_guard lock(state_->mutex);
    rows = state_->lanes.take_startable(clock_.now());
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
    const std::string& queue = report->row.queue;
    if (const auto* retry = std::get_if<Retry>(&report->outcome); retry && retry->rate_limited)
      state->lanes.pause(queue, clock.now() + retry->after.value_or(std::chrono::seconds{10}));
    if (!state->lanes.rule_of(queue).until_recorded) state->release(*report);
    state->reports.push_back(report);
    state->wake();
  };
  const auto courier =
      std::find_if(couriers_.begin(), couriers_.end(), [&](Courier* one) { return one->carries(row); });
  if (courier == couriers_.end()) return back(Failed{"nobody carries " + row.kind, std::nullopt});
  if (row.payload.is_null()) {
    log_.error("a delivery's row is unreadable; nothing is sent",
               {{"outbox", row.id}, {"kind", row.kind}, {"group", row.group ? row.group->str() : ""}});
    return back(Failed{"the outbox row is unreadable", std::nullopt});
  }
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

// What this node holds stays its own for as long as it lives and works; a dead one's rows are free soon.
void Dispatcher::renew_leases() {
  const Instant now = clock_.now();
  const auto every = options_.lease / kRenewalsPerLease;
  std::vector<std::string> ids;
  {
    const std::lock_guard lock(state_->mutex);
    ids.assign(state_->lanes.held().begin(), state_->lanes.held().end());
  }
  if (ids.empty()) {
    renewed_at_.reset();
    return;
  }
  if (!renewed_at_) renewed_at_ = now;  // just claimed
  if (is_within(renewed_at_, every, now)) return call_again(*renewed_at_ + every);
  renewed_at_ = now;
  call_again(now + every);
  std::ignore = engine_.submit(
      engine::Change{"renew leases",
                     [ids, node = options_.node, lease = options_.lease](engine::Batch& batch) {
                       for (const std::string& id : ids)
                         store::renew_lease(batch.db, id, node, batch.now() + lease);
                       return true;
                     },
                     {}});  // refused: the next renewal comes in time
}

void Dispatcher::claim_if_due() {
  const Instant now = clock_.now();
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->claiming) return;
    // While rows wait here, deliveries come back by the thousand, and each wakes us.
    if (state_->lanes.waiting() > 0 && is_within(claimed_at_, kClaimPause, now))
      return call_again(*claimed_at_ + kClaimPause);
  }
  const auto due = [&] {
    const auto reads = reads_.lease();
    return store::next_due(*reads);
  }();
  if (!due) return;
  if (*due > now) return call_again(*due);
  const std::lock_guard lock(state_->mutex);
  // Whatever is due stands in lanes without room; a delivery that comes back wakes us sooner.
  if (is_within(state_->claimed_nothing_at, kLookAgain, now) && !state_->released)
    return call_again(*state_->claimed_nothing_at + kLookAgain);
  claim(now);
}

// With the state's mutex held.
void Dispatcher::claim(Instant now) {
  store::OutboxClaim claim{.node = options_.node,
                           .now = now,
                           .until = now + options_.lease,
                           .limit = kClaimAtOnce,
                           .room = state_->lanes.room(now),
                           .full = state_->lanes.full(now),
                           .held = state_->lanes.held()};
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
    state->lanes.add(std::move(*taken));
    state->wake();
  };
  state_->released = false;
  claimed_at_ = now;
  state_->claiming =
      engine_.submit(engine::Change{"claim deliveries", apply, done, engine::Urgency::Background});
  if (!state_->claiming) call_again(now + kWhenRefused);
}

void Dispatcher::clean_up() {
  const Instant now = clock_.now();
  if (is_within(cleaned_at_, kCleanEvery, now)) return;
  cleaned_at_ = now;
  std::ignore =
      engine_.submit(engine::Change{"clean the outbox",
                                    [keep = options_.keep_log](engine::Batch& batch) {
                                      store::delete_finished_before(batch.db, batch.now() - keep, kCleanStep);
                                      return true;
                                    },
                                    {},
                                    engine::Urgency::Background});  // a full queue has better things to do
}

}  // namespace tocsin::delivery
