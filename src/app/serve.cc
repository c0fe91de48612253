#include "app/serve.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <thread>

#include "app/aside.h"
#include "app/commands.h"
#include "app/delivery.h"
#include "app/metrics.h"
#include "app/secret_key.h"
#include "app/site.h"
#include "app/system.h"
#include "edge/delivery/slack/workspace.h"
#include "edge/feeds/refresher.h"
#include "edge/http/answer_burst.h"
#include "edge/http/client.h"
#include "edge/http/server.h"
#include "engine/retention.h"
#include "store/database.h"
#include "store/secrets.h"

namespace tocsin::app {
namespace {

// How often an idle engine looks whether another process or node changed configuration.
constexpr std::chrono::milliseconds kConfigurationCheck{1000};
constexpr std::chrono::seconds kStopPatience{8};  // the whole stop stays under 10 s

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

std::optional<Address> parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon + 1 == text.size()) return std::nullopt;
  Address address{text.substr(0, colon), 0};
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  unsigned long port = 0;
  for (const char c : text.substr(colon + 1)) {
    if (c < '0' || c > '9' || (port = port * 10 + static_cast<unsigned long>(c - '0')) > 65535)
      return std::nullopt;
  }
  address.port = static_cast<std::uint16_t>(port);
  return address;
}

// SIGTERM and SIGINT are taken by sigwait on the main thread; every other thread has them blocked.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Asks for the next step of retention; the engine runs it between other commands.
void submit_retention(engine::Engine& engine, const engine::Retention& keep) {
  if (!keep.groups && !keep.webhook_responses) return;
  std::ignore =
      engine.submit(engine::Change{"retention",
                                   [keep](engine::Batch& batch) {
                                     engine::delete_old(batch, keep);
                                     return true;
                                   },
                                   {},
                                   engine::Urgency::Background});  // a full queue has better things to do
}

// What is looked after about once a second.
void refresh_feeds(feeds::Refresher& feeds, http::Outbound& outbound, Log& log) {
  try {
    feeds.run(outbound);
  } catch (const store::StorageError& error) {
    log.warning("calendars could not be refreshed", {{"error", error.what()}});
  }
}

// One at a time; when too much waits there, the next second will do.
void follow_groups(Site& site, Aside& aside, std::atomic<bool>& following, Log& log) {
  if (following.exchange(true)) return;
  const bool taken = aside.run([&site, &following, &log] {
    try {
      site.follow_groups();
    } catch (const store::StorageError& error) {
      log.warning("the list of alert groups could not be followed", {{"error", error.what()}});
    }
    following = false;
  });
  if (!taken) following = false;
}

// Until the engine has work by itself, rounded up: never a moment too early, which would be a moment for
// nothing.
std::chrono::milliseconds until_work(std::optional<Instant> next, const Clock& clock) {
  if (!next) return kConfigurationCheck;
  return std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*next - clock.now()),
                    std::chrono::milliseconds{0}, kConfigurationCheck);
}

void drive(engine::Engine& engine, const Clock& clock, const engine::Retention& keep,
           const std::function<void()>& every_second) {
  bool running = true;
  auto checked = std::chrono::steady_clock::now();
  while (running) {
    running = engine.wait(until_work(engine.run(), clock));
    const auto now = std::chrono::steady_clock::now();
    if (now - checked < kConfigurationCheck) continue;
    checked = now;
    engine.refresh_configuration();
    submit_retention(engine, keep);
    every_second();
  }
  std::ignore = engine.run();  // what was accepted until the stop
}

// On an empty database somebody must be able to start: one admin, whose token is shown this once.
void greet(store::Database& database, const std::string& url) {
  const auto token = create_first_admin(database);
  if (!token) return;
  std::printf(
      "\nFirst start: user \"admin\" was created. Its API token, shown only now:\n\n    %s\n\n"
      "Try it: create an integration, send it an alert, see the alert group.\n\n"
      "    export TOCSIN_TOKEN=%s\n"
      "    LINK=$(curl -s -H \"Authorization: $TOCSIN_TOKEN\" --json '{\"type\": \"webhook\"}' "
      "%s/api/v1/integrations/ | "
      "sed 's/.*\"link\":\"\\([^\"]*\\)\",\"inbound.*/\\1/')\n"
      "    curl --json '{\"title\": \"disk full\", \"state\": \"alerting\"}' \"$LINK\"\n"
      "    curl -H \"Authorization: $TOCSIN_TOKEN\" %s/api/v1/alert_groups/\n\n",
      token->c_str(), token->c_str(), url.c_str(), url.c_str());
  std::fflush(stdout);
}

}  // namespace

int serve(const ServeOptions& given, const std::string& database_address) {
  const sigset_t signals = block_stop_signals();
  const auto log = make_log(given.log_format == "json" ? LogFormat::Json : LogFormat::Text);
  const auto address = parse_address(given.listen);
  if (!address) {
    log->error("--listen: expected ADDR:PORT", {{"got", given.listen}});
    return 2;
  }
  ServeOptions options = given;
  if (options.public_url.empty()) {
    options.public_url = (options.tls_cert.empty() ? "http://" : "https://") + options.listen;
  }
  while (options.public_url.ends_with('/')) options.public_url.pop_back();
  auto allowed = http::parse_address_ranges(options.outbound_allow);
  if (!allowed) {
    log->error("--outbound-allow: expected CIDR[,CIDR...]", {{"error", allowed.error().message}});
    return 2;
  }

  SystemClock clock;
  SystemRng rng;
  IdSource ids(rng);
  Metrics metrics(TOCSIN_VERSION);
  try {
    const auto database = store::open_database(database_address);
    store::migrate(*database, clock.now());
    const auto key =
        load_secret_key(key_file_of(options.secret_key_file, database_address), *database, ids, *log);
    if (!key) {
      log->error("the secret key cannot be used", {{"error", key.error().message}});
      return 1;
    }
    if (*key) store::adopt_secret_key(*database, **key, ids, clock.now());
    options.secret_key = *key;
    Wakeup wakeup;
    engine::Engine engine(*database, clock, ids, *log,
                          {.observe =
                               [&](const engine::BatchReport& report) {
                                 metrics.observe(report);
                                 if (report.may_have_deliveries) wakeup.notify();
                               },
                           .report_together =
                               [](const std::function<void()>& reports) {
                                 const http::AnswerBurst burst;
                                 reports();
                               }});
    store::ReadPool reads(*database);
    feeds::Refresher feeds(engine, reads, clock, *log);
    delivery::SlackWorkspaceReader slack(engine, clock, *log,
                                         {.token = options.slack_token, .api_url = options.slack_api_url});
    auto outbound = std::make_unique<http::Client>(
        http::ClientOptions{.policy = {.allowed = std::move(allowed).value()}});
    Delivery delivery(options, engine, reads, clock, rng, *log, *outbound, metrics, wakeup);
    std::atomic<bool> following = false;
    Aside aside;
    Site site(options, *database, engine, clock, ids, *log, metrics, outbound.get(),
              [&](std::function<void()> work) { return aside.run(std::move(work)); });
    http::Server server(
        {.address = address->host,
         .port = address->port,
         .threads = options.threads,
         .max_body_bytes = options.max_body_bytes,
         .tls_cert = options.tls_cert,
         .tls_key = options.tls_key},
        [&](http::Request request, http::Respond respond) {
          site.handle(std::move(request), std::move(respond));
        },
        *log);
    greet(*database, options.public_url);
    const engine::Retention keep{options.retain_alerts, options.retain_webhook_responses};
    std::jthread engine_thread([&] {
      drive(engine, clock, keep, [&] {
        refresh_feeds(feeds, *outbound, *log);
        slack.run(*outbound);
        follow_groups(site, aside, following, *log);
      });
    });
    if (const auto started = server.start(); !started) {
      log->error("the server could not start", {{"error", started.error().message}});
      aside.stop();
      engine.stop();
      return 1;
    }
    delivery.start(database->dialect() == store::Dialect::Sqlite);
    log->info("serving",
              {{"listen", options.listen}, {"database", database->name()}, {"version", TOCSIN_VERSION}});
    int signal = 0;
    sigwait(&signals, &signal);
    log->info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
    const bool finished = server.stop(kStopPatience);
    aside.stop();
    delivery.stop();
    engine.stop();
    engine_thread.join();
    outbound.reset();  // what is in flight ends while all that it reports to still stands
    log->info(finished ? "stopped" : "stopped; some connections were cut off");
    return 0;
  } catch (const store::StorageError& error) {
    log->error("the database cannot be used", {{"error", error.what()}});
    return 1;
  }
}

}  // namespace tocsin::app
