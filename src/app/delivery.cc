#include "app/delivery.h"

#include <algorithm>

#include "edge/delivery/dispatcher.h"

namespace tocsin::app {
namespace {

constexpr std::chrono::milliseconds kLongestWait{1000};
constexpr std::chrono::seconds kMeasureEvery{5};

http::StartTls start_tls_of(const std::string& text) {
  if (text == "never") return http::StartTls::Never;
  return text == "offered" ? http::StartTls::IfOffered : http::StartTls::Required;
}

}  // namespace

delivery::Means delivery_means(const ServeOptions& options) {
  delivery::Means means{.email = {},
                        .ntfy = {},
                        .slack = {},
                        .log = options.log_deliveries,
                        .webhooks = {.base_url = options.public_url,
                                     .total_timeout = std::chrono::milliseconds(options.webhook_timeout),
                                     .secret_key = options.secret_key}};
  if (!options.smtp_url.empty()) {
    means.email = delivery::EmailSettings{.url = options.smtp_url,
                                          .start_tls = start_tls_of(options.smtp_starttls),
                                          .user = options.smtp_user,
                                          .password = options.smtp_password,
                                          .from = options.smtp_from};
  }
  if (!options.ntfy_url.empty()) means.ntfy = delivery::NtfySettings{options.ntfy_url, options.ntfy_token};
  if (!options.slack_token.empty()) {
    means.slack = delivery::SlackSettings{
        .token = options.slack_token, .api_url = options.slack_api_url, .base_url = options.public_url};
  }
  return means;
}

void Wakeup::notify() {
  const std::lock_guard lock(mutex_);
  called_ = true;
  wake_.notify_one();
}

void Wakeup::wait(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, at_most, [this] { return called_; });
  called_ = false;
}

struct Delivery::Parts {
  delivery::Couriers couriers;
  delivery::Dispatcher dispatcher;

  Parts(const ServeOptions& options, engine::Engine& engine, store::ReadPool& reads, const Clock& clock,
        Rng& rng, Log& log, http::Outbound& outbound, Metrics& metrics, Wakeup& wakeup)
      : couriers(engine, outbound, log, delivery_means(options)),
        dispatcher(engine, reads, clock, rng, log, couriers.all(),
                   {.node = IdSource(rng).hex(8),
                    .observe = [&metrics](const delivery::DeliveryReport& r) { metrics.observe(r); },
                    .wake = [&wakeup] { wakeup.notify(); }}) {}
};

Delivery::Delivery(const ServeOptions& options, engine::Engine& engine, store::ReadPool& reads,
                   const Clock& clock, Rng& rng, Log& log, http::Outbound& outbound, Metrics& metrics,
                   Wakeup& wakeup)
    : engine_(engine),
      reads_(reads),
      clock_(clock),
      metrics_(metrics),
      wakeup_(wakeup),
      parts_(std::make_unique<Parts>(options, engine, reads, clock, rng, log, outbound, metrics, wakeup)) {}

Delivery::~Delivery() {
  stop();
}

void Delivery::start(bool take_over) {
  if (take_over) {
    std::ignore = engine_.submit(engine::Change{"take over deliveries",
                                                [](engine::Batch& batch) {
                                                  store::end_all_leases(batch.db, batch.now());
                                                  return true;
                                                },
                                                {}});  // refused: the leases run out by themselves
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Delivery::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  wakeup_.notify();
  thread_.join();
  parts_->dispatcher.stop();
}

void Delivery::run(const std::stop_token& stop) {
  std::optional<Instant> measured;
  while (!stop.stop_requested()) {
    const auto next = parts_->dispatcher.poll();
    const Instant now = clock_.now();
    if (!measured || now - *measured >= kMeasureEvery) {
      measured = now;
      try {
        const auto reads = reads_.lease();
        const auto backlog = store::outbox_backlog(*reads, now);
        metrics_.set_outbox(backlog.waiting,
                            backlog.oldest_due ? now - *backlog.oldest_due : std::chrono::microseconds{0});
      } catch (const store::StorageError&) {
        // The dispatcher has said so already.
      }
    }
    auto wait = kLongestWait;
    if (next)
      wait = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*next - now),
                        std::chrono::milliseconds{1}, kLongestWait);
    wakeup_.wait(wait);
  }
}

}  // namespace tocsin::app
