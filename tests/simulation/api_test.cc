// POST /api/v1/simulate/ (ours).
#include "simulation/api.h"
#include "edge/api/router.h"
#include "simulation_test.h"

namespace tocsin::test {
namespace {

class SimulateApi : public Simulation {
 protected:
  Answer ask(const std::string& body) { return site.post("/api/v1/simulate/", body); }
  static std::string about(const Answer& integration, const std::string& more = "") {
    return "{\"integration_id\":\"" + integration["id"] + "\",\"payload\":" + kAlert + more + "}";
  }
};
TOCSIN_ON_BOTH_DATABASES(SimulateApi);

TEST_P(SimulateApi, AnswersWhatWouldHappenAndLeavesNoTrace) {
  const Answer probes = integration(chain({notify(ann), wait(60), notify(bob)}));
  const Answer told = ask(about(probes, R"(,"at":"2031-04-06T03:00:00Z")"));
  EXPECT_EQ(told.status, 200) << told.body;
  EXPECT_EQ(told["reached"], "true");
  EXPECT_EQ(told["start"], "2031-04-06T03:00:00Z");
  EXPECT_EQ(told["until"], "2031-04-07T03:00:00Z");
  EXPECT_EQ(told["verdict"], "ann would be reached first, by Email after 1 s (2031-04-06T03:00:01Z).");
  const json::Value body = told.json();
  const json::Array& people = body.find("people")->as_array();
  ASSERT_EQ(people.size(), 2u);
  EXPECT_EQ(people[0].find("user_id")->as_string(), ann.str());
  EXPECT_EQ(people[1].find("offset_s")->as_int(), 66);
  EXPECT_EQ(people[1].find("type")->as_string(), "notify_by_email");
  EXPECT_EQ(body.find("alert_groups")->as_array()[0].find("title")->as_string(), "disk full");
  EXPECT_EQ(site.get("/api/v1/alert_groups/")["count"], "0");
}

TEST_P(SimulateApi, TakesTheExampleOfTheTypeAnswersAndAHorizon) {
  const std::string night = chain({notify(ann), wait(600), notify(bob)});
  const Answer made =
      site.post("/api/v1/integrations/",
                R"({"type":"alertmanager","default_route":{"escalation_chain_id":")" + night + "\"}}");
  const Answer by_example = ask("{\"integration_id\":\"" + made["id"] + "\"}");
  EXPECT_EQ(by_example.status, 200) << by_example.body;
  EXPECT_EQ(by_example["reached"], "true");
  const Answer answered = ask("{\"integration_id\":\"" + made["id"] + "\",\"answers\":[{\"user_id\":\"" +
                              ann.str() + "\",\"after\":60}]}");
  EXPECT_EQ(answered.json().find("people")->as_array().size(), 1u) << answered.body;
  const Answer cut = ask("{\"integration_id\":\"" + made["id"] + "\",\"horizon\":60}");
  EXPECT_EQ(cut["finished"], "false") << cut.body;
}

TEST_P(SimulateApi, NamesEveryFieldThatIsWrong) {
  const Answer probes = integration("");
  const Answer direct = site.post("/api/v1/integrations/", R"({"type":"webhook","name":"other"})");
  const struct {
    std::string body;
    std::string answer;
  } cases[] = {
      {"{}", R"({"integration_id":["This field is required."]})"},
      {R"({"integration_id":"C0","payload":{}})", R"({"integration_id":["Object does not exist"]})"},
      {about(probes, R"(,"at":"yesterday","horizon":"soon","answers":[{"user_id":"U0"}])"),
       R"({"at":["Time has wrong format. Use this format instead: 2031-04-05T06:07:08Z."],)"
       R"("horizon":["Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu]."],)"
       R"("answers":["Each answer is {\"user_id\": \"U...\", \"after\": seconds}."]})"},
      {about(probes, R"(,"horizon":604801)"), R"({"horizon":["From no time to seven days are expected."]})"},
      {about(probes, R"(,"answers":[{"user_id":"U0","after":1}])"),
       R"({"answers":["Object does not exist"]})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    const Answer refused = ask(c.body);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, c.answer);
  }
  EXPECT_EQ(site.get("/api/v1/simulate/").status, 405);
}

TEST_P(SimulateApi, NeedsToReadAllThatItShows) {
  using enum access::Permission;
  const Answer probes = integration("");
  const std::vector<access::Permission> all = {IntegrationsRead, EscalationChainsRead, SchedulesRead,
                                               UserSettingsRead};
  EXPECT_EQ(site.as(site.service_account_token(all)).post("/api/v1/simulate/", about(probes)).status, 200);
  for (std::size_t without = 0; without < all.size(); ++without) {
    auto some = all;
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(without));
    const Answer refused = site.as(site.service_account_token(some)).post("/api/v1/simulate/", about(probes));
    EXPECT_EQ(refused.status, 403) << access::full_name(all[without]);
    EXPECT_EQ(refused.body, R"({"detail":"You do not have permission to perform this action."})");
  }
}

TEST_P(SimulateApi, RefusesWhatWouldHaveToWaitTooLong) {
  SeededRng rng(7);
  IdSource ids(rng);
  std::vector<api::Resource> resources;
  resources.push_back(simulation::simulate_resource({}));
  store::GroupIndex index;
  api::Router router({.engine = site.engine(),
                      .reads = reads,
                      .group_index = index,
                      .clock = site.clock(),
                      .ids = ids,
                      .log = site.log(),
                      .settings = {},
                      .run_aside = [](const auto&) { return false; }},
                     std::move(resources), std::nullopt);
  http::Request request;
  request.method = "POST";
  request.path = "/api/v1/simulate/";
  request.headers.add("Authorization", site.token_of(site.admin()));
  std::optional<http::Response> response;
  router.handle(std::move(request), [&](http::Response r) { response = std::move(r); });
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, R"({"detail":"Too much of this kind is waiting. Please retry."})");
}

}  // namespace
}  // namespace tocsin::test
