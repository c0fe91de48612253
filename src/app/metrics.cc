#include "app/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <unordered_map>

namespace tocsin::app {
namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;
const Buckets kSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};
const Buckets kSizes{1, 2, 5, 10, 20, 50, 100, 200, 500};

double seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

// Methods that nobody offers come from strangers and must not grow the table.
std::string shown_method(std::string_view method) {
  for (const std::string_view known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (method == known) return std::string(known);
  }
  return "other";
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests;
  prometheus::Family<prometheus::Histogram>& durations;
  prometheus::Counter& received;
  prometheus::Counter& joined;
  prometheus::Counter& opened;
  prometheus::Histogram& batch_sizes;
  prometheus::Histogram& commits;
  prometheus::Gauge& queue_depth;
  prometheus::Family<prometheus::Counter>& deliveries;
  prometheus::Gauge& outbox_waiting;
  prometheus::Gauge& outbox_age;
  prometheus::Counter& timers;
  prometheus::Gauge& timer_lag;

  // Finding a label set in the registry hashes and compares strings under its lock; requests come by the ten
  // thousand.
  struct Series {
    prometheus::Counter* count;
    prometheus::Histogram* duration;
  };
  std::mutex mutex;  // guards series
  std::unordered_map<std::string, Series> series;

  explicit Families(const std::string& version)
      : requests(prometheus::BuildCounter()
                     .Name("tocsin_http_requests_total")
                     .Help("Requests by method, route and status.")
                     .Register(registry)),
        durations(prometheus::BuildHistogram()
                      .Name("tocsin_http_request_duration_seconds")
                      .Help("Time from the request to its answer.")
                      .Register(registry)),
        received(counter("tocsin_alerts_received_total", "Alerts committed.")),
        joined(counter("tocsin_alerts_joined_total", "Alerts that joined a group.")),
        opened(counter("tocsin_alert_groups_opened_total", "Alert groups opened.")),
        batch_sizes(histogram("tocsin_engine_batch_commands", "Commands in one transaction.", kSizes)),
        commits(
            histogram("tocsin_engine_commit_seconds", "Time of a commit, disk flush included.", kSeconds)),
        queue_depth(gauge("tocsin_engine_queue_depth", "Commands that wait for the engine.")),
        deliveries(prometheus::BuildCounter()
                       .Name("tocsin_deliveries_total")
                       .Help("Attempts to deliver by provider and result.")
                       .Register(registry)),
        outbox_waiting(gauge("tocsin_outbox_waiting", "Deliveries that are due.")),
        outbox_age(gauge("tocsin_outbox_oldest_seconds", "Since when the oldest of them is due.")),
        timers(counter("tocsin_timers_run_total", "Due timers (escalation steps, personal rules, ...) run.")),
        timer_lag(gauge("tocsin_timer_lag_seconds", "How late the oldest timer of the latest batch was.")) {
    prometheus::BuildGauge()
        .Name("tocsin_build_info")
        .Help("Always 1.")
        .Register(registry)
        .Add({{"version", version}})
        .Set(1);
  }

  prometheus::Counter& counter(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Histogram& histogram(const char* name, const char* help, const Buckets& buckets) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
  }

  Series& find(std::string_view method, std::string_view route, int status) {
    const std::string shown = shown_method(method);
    std::string key = shown;
    key.append(1, ' ').append(route).append(1, ' ').append(std::to_string(status));
    const std::lock_guard lock(mutex);
    if (const auto found = series.find(key); found != series.end()) return found->second;
    const std::string route_text(route);
    Series fresh{
        &requests.Add({{"method", shown}, {"route", route_text}, {"status", std::to_string(status)}}),
        &durations.Add({{"route", route_text}}, kSeconds)};
    return series.emplace(std::move(key), fresh).first->second;
  }

  void request(std::string_view method, std::string_view route, int status,
               std::chrono::microseconds duration) {
    const Series& found = find(method, route, status);
    found.count->Increment();
    found.duration->Observe(seconds(duration));
  }
};

Metrics::Metrics(const std::string& version) : families_(std::make_unique<Families>(version)) {}
Metrics::~Metrics() = default;

void Metrics::observe(const api::RequestReport& report) {
  families_->request(report.method, report.route, report.status, report.duration);
}

void Metrics::observe(const inbound::InboundReport& report) {
  families_->request(report.method, "/integrations/v1/" + std::string(report.view) + "/", report.status,
                     report.duration);
}

void Metrics::observe(const engine::BatchReport& report) {
  if (report.timers_run > 0) {
    families_->timers.Increment(static_cast<double>(report.timers_run));
    families_->timer_lag.Set(seconds(report.timer_lag));
  }
  if (report.commands == 0) return;
  families_->received.Increment(static_cast<double>(report.alerts_received));
  families_->joined.Increment(static_cast<double>(report.alerts_joined));
  families_->opened.Increment(static_cast<double>(report.groups_opened));
  families_->batch_sizes.Observe(static_cast<double>(report.commands));
  families_->commits.Observe(seconds(report.commit_time));
}

void Metrics::observe(const delivery::DeliveryReport& report) {
  families_->deliveries
      .Add({{"provider", std::string(report.provider)}, {"result", std::string(report.result)}})
      .Increment();
}

void Metrics::set_outbox(std::int64_t waiting, std::chrono::microseconds oldest) {
  families_->outbox_waiting.Set(static_cast<double>(waiting));
  families_->outbox_age.Set(seconds(oldest));
}

void Metrics::set_queue_depth(std::size_t depth) {
  families_->queue_depth.Set(static_cast<double>(depth));
}

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace tocsin::app
