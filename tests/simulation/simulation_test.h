// What the suites share: a site on either database with a few people, and simulations of its alerts.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/delivery.h"
#include "language/json/write.h"
#include "simulation/simulate.h"
#include "simulation/write.h"
#include "store/configuration_copy.h"
#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::test {

using namespace std::chrono_literals;

class Simulation : public OnBothDatabases {
 public:
  static constexpr Instant kStart = SiteClient::kStart + std::chrono::hours{24};

 protected:
  // Mail and push work, nothing else.
  static app::ServeOptions options() {
    app::ServeOptions options;
    options.smtp_url = "smtp://mail.example.org";
    options.smtp_from = "oncall@example.org";
    options.ntfy_url = "https://ntfy.example.org";
    return options;
  }
  SiteClient site{database(), options()};
  store::ReadPool reads{database()};
  UserId ann = site.add_user("ann", Role::Editor);
  UserId bob = site.add_user("bob", Role::Editor);

  // --- configuration

  std::string create(const std::string& path, const std::string& body) {
    const Answer made = site.post("/api/v1/" + path + "/", body);
    EXPECT_TRUE(made.status == 200 || made.status == 201) << path << ": " << made.body;
    return made["id"];
  }
  void add_rule(const UserId& user, const std::string& rest) {
    create("personal_notification_rules", "{\"user_id\":\"" + user.str() + "\"," + rest + "}");
  }
  // `steps`: the members of each policy's body.
  std::string chain(const std::vector<std::string>& steps) {
    const std::string id = create("escalation_chains", R"({"name":"Night"})");
    for (const std::string& step : steps)
      create("escalation_policies", "{\"escalation_chain_id\":\"" + id + "\"," + step + "}");
    return id;
  }
  static std::string notify(const UserId& user) {
    return R"("type":"notify_persons","persons_to_notify":[")" + user.str() + "\"]";
  }
  static std::string notify_schedule(const std::string& id) {
    return R"("type":"notify_on_call_from_schedule","notify_on_call_from_schedule":")" + id + "\"";
  }
  static std::string wait(int seconds) { return R"("type":"wait","duration":)" + std::to_string(seconds); }
  // Its default route leads to `chain`; "" to none.
  Answer integration(const std::string& chain, const std::string& more = "") {
    const std::string route =
        chain.empty() ? "" : R"(,"default_route":{"escalation_chain_id":")" + chain + "\"}";
    const Answer made = site.post("/api/v1/integrations/",
                                  R"({"type":"formatted_webhook","name":"Probes")" + route + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return made;
  }

  // --- simulations

  static constexpr const char* kAlert = R"({"title":"disk full","alert_uid":"u1","state":"alerting"})";
  static constexpr const char* kResolved = R"({"title":"disk full","alert_uid":"u1","state":"ok"})";

  static simulation::Request alert_at(const Answer& integration, Instant start = kStart) {
    return {.integration = IntegrationId(integration["id"]),
            .start = start,
            .inputs = {{{}, simulation::Post{kAlert}}}};
  }
  Result<simulation::Report> try_simulate(const simulation::Request& request) {
    return simulation::simulate(reads, request, app::delivery_means(options()), {}, site.now());
  }
  simulation::Report simulate(const simulation::Request& request) {
    auto report = try_simulate(request);
    EXPECT_TRUE(report) << report.error().message;
    return std::move(report).value();
  }

  // Who was reached, and how many seconds after the start: "ann 306, bob 611".
  static std::string reached(const simulation::Report& report) {
    std::string text;
    for (const simulation::PersonReport& person : report.people) {
      if (!person.reached_at) continue;
      const auto after = std::chrono::floor<std::chrono::seconds>(*person.reached_at - report.start);
      text += (text.empty() ? "" : ", ") + person.username + " " + std::to_string(after.count());
    }
    return text;
  }
  static bool says(const simulation::Report& report, const std::string& text) {
    return simulation::write_text(report).find(text) != std::string::npos;
  }
};

}  // namespace tocsin::test
