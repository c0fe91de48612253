// One alert group and the people and servers around it: the real dispatcher, couriers and HTTP client on real
// sockets, under the site's simulated clock.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "app/delivery.h"
#include "domain/model/outgoing.h"
#include "edge/delivery/dispatcher.h"
#include "edge/delivery/email/email.h"
#include "edge/delivery/ntfy/ntfy.h"
#include "edge/delivery/pages.h"
#include "edge/delivery/webhooks.h"
#include "edge/http/client.h"
#include "edge/http/server.h"
#include "store/group_timeline.h"
#include "store/outbox.h"
#include "store/people.h"
#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::test {

// A receiver that records what it gets and answers by its script; when that has run out, with 200. Status 0:
// no answer until answer_held().
class Receiver {
 public:
  explicit Receiver(std::deque<http::Response> script = {})
      : script_(std::move(script)),
        server_(
            {.threads = 1},
            [this](http::Request request, http::Respond respond) {
              take(std::move(request), std::move(respond));
            },
            log_) {
    const auto started = server_.start();
    EXPECT_TRUE(started);
  }
  ~Receiver() {
    answer_held();
    server_.stop(std::chrono::seconds(1));
  }

  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + path;
  }
  std::vector<http::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  void answer_held() {
    const std::lock_guard lock(mutex_);
    for (const http::Respond& respond : held_) respond(http::text_response(200, "at last"));
    held_.clear();
  }

 private:
  void take(http::Request request, http::Respond respond) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
    http::Response answer = http::json_response(200, R"({"ok": true})");
    if (!script_.empty()) {
      answer = std::move(script_.front());
      script_.pop_front();
    }
    if (answer.status == 0) {
      held_.push_back(std::move(respond));
    } else {
      respond(std::move(answer));
    }
  }

  mutable std::mutex mutex_;  // guards everything above the server
  std::deque<http::Response> script_;
  std::vector<http::Request> requests_;
  std::vector<http::Respond> held_;
  RecordingLog log_;
  http::Server server_;
};

inline http::Response silence() {
  http::Response response;
  response.status = 0;
  return response;
}
inline http::Response status(int code, const std::string& retry_after = {}) {
  http::Response response = http::text_response(code, "scripted");
  if (!retry_after.empty()) response.headers.add("Retry-After", retry_after);
  return response;
}

class DeliveryWorld : public ::testing::Test {
 protected:
  DeliveryWorld() {
    const Answer integration = site.post("/api/v1/integrations/", R"({"type": "webhook", "name": "Prod"})");
    site.alert(integration["link"], R"({"title": "disk full", "message": "**sda1** is at 99 %"})");
    group = AlertGroupId(
        site.get("/api/v1/alert_groups/").json().find("results")->as_array().at(0).find("id")->as_string());
    User user = *store::find_user(site.db(), site.add_user("anna", Role::Editor));
    user.contacts["ntfy"] = "annas-topic";
    anna = user.id;
    store::Transaction transaction(site.db());
    store::update_user(site.db(), user);
    transaction.commit();
  }
  ~DeliveryWorld() override { client.reset(); }

  // Couriers besides those of pages and webhooks.
  std::vector<delivery::Courier*> more_couriers;

  std::vector<AlertGroupId> more_groups(int count) {
    const Answer integration = site.post("/api/v1/integrations/", R"({"type": "formatted_webhook"})");
    for (int i = 0; i < count; ++i)
      site.alert(integration["link"], R"({"alert_uid": ")" + std::to_string(i) + "\"}");
    std::vector<AlertGroupId> ids;
    for (const store::Row row :
         site.db().query("SELECT id FROM alert_groups WHERE integration_id = $1", {integration["id"]}))
      ids.push_back(row.id<AlertGroupId>(0));
    return ids;
  }

  static delivery::EmailSettings mail_settings(const std::string& url) {
    return {.url = url,
            .start_tls = http::StartTls::Never,
            .user = {},
            .password = {},
            .from = "oncall@example.org"};
  }

  // Call once, with whatever the test has set up.
  void open(std::vector<delivery::Provider*> providers = {},
            delivery::WebhookSettings webhook_settings = {}) {
    webhook_settings.base_url = "https://oncall.example.org";
    webhook_settings.secret_key = SiteClient::secret_key();
    pages = std::make_unique<delivery::PageCourier>(site.engine(), std::move(providers),
                                                    "https://oncall.example.org");
    webhooks = std::make_unique<delivery::WebhookCourier>(site.engine(), *client, webhook_settings);
    std::vector<delivery::Courier*> couriers{pages.get(), webhooks.get()};
    couriers.insert(couriers.end(), more_couriers.begin(), more_couriers.end());
    dispatcher = std::make_unique<delivery::Dispatcher>(
        site.engine(), reads, clock, rng, site.log(), std::move(couriers),
        delivery::DispatcherOptions{.wake = [this] { wakeup.notify(); }});
  }

  std::string put(const Outgoing& outgoing, const std::string& queue) {
    const std::string id = "row-" + std::to_string(++rows);
    store::Transaction transaction(site.db());
    store::insert_outbox(site.db(), {.id = id,
                                     .queue = queue,
                                     .kind = std::string(kind_of(outgoing)),
                                     .group = group,
                                     .coalesce_key = {},
                                     .payload = to_json(outgoing),
                                     .created_at = site.now(),
                                     .due_at = site.now()});
    transaction.commit();
    return id;
  }
  std::string page(NotifyBy by, const std::string& queue) {
    return put(effect::Notify{.group = group, .user = anna, .by = by, .rule = {}, .paged_at = site.now()},
               queue);
  }
  std::string fire(const WebhookId& webhook, WebhookTrigger trigger = WebhookTrigger::AlertGroupCreated) {
    return put(SendWebhook{group, webhook, trigger, anna}, "webhook:" + webhook.str());
  }
  WebhookId webhook(const std::string& url, const std::string& more = R"("forward_all": true)") {
    const Answer made =
        site.post("/api/v1/webhooks/",
                  R"({"name": "hook )" + std::to_string(++hooks) + R"(", "url": ")" + url +
                      R"(", "http_method": "POST", "trigger_type": "alert group created", )" + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return WebhookId(made["id"]);
  }

  // Until `done` holds, without moving the clock; real time is spent on sockets only.
  bool run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      dispatcher->poll();
      site.advance(std::chrono::microseconds{0});
      if (done()) return true;
      wakeup.wait(std::chrono::milliseconds{20});
    }
    return false;
  }
  bool finished(const std::string& id) {
    const auto entry = store::find_outbox(site.db(), id);
    return entry && entry->finished_at.has_value();
  }
  bool run_until_finished(const std::string& id) {
    return run_until([&] { return finished(id); });
  }
  // An attempt came back and the row waits for the next one.
  bool run_until_it_waits(const std::string& id, std::int64_t attempts) {
    return run_until([&] {
      const auto entry = store::find_outbox(site.db(), id);
      return entry && !entry->finished_at && entry->row.attempts == attempts && entry->outcome &&
             dispatcher->in_flight() == 0;
    });
  }
  std::string result(const std::string& id) {
    const auto entry = store::find_outbox(site.db(), id);
    return entry && entry->outcome ? entry->outcome->find("result")->as_string() : "";
  }
  std::vector<PersonalRecord> personal_records() {
    std::vector<PersonalRecord> out;
    for (const auto& record : store::records_of(site.db(), group)) {
      if (const auto* one = std::get_if<PersonalRecord>(&record)) out.push_back(*one);
    }
    return out;
  }

  struct SiteClock : Clock {
    explicit SiteClock(SiteClient& client) : site(client) {}
    Instant now() const override { return site.now(); }
    SiteClient& site;
  };

  TestDatabase database{store::Dialect::Sqlite};
  SiteClient site{database.database()};
  SiteClock clock{site};
  SeededRng rng{7};
  app::Wakeup wakeup;
  store::ReadPool reads{database.database()};
  std::unique_ptr<delivery::PageCourier> pages;
  std::unique_ptr<delivery::WebhookCourier> webhooks;
  std::unique_ptr<delivery::Dispatcher> dispatcher;
  std::unique_ptr<http::Client> client = std::make_unique<http::Client>(
      http::ClientOptions{.policy = {.allowed = http::parse_address_ranges("127.0.0.0/8").value()}});
  AlertGroupId group;
  UserId anna;
  int rows = 0, hooks = 0;
};

}  // namespace tocsin::test
