// docs/spec/ui.md, "Coverage": where paging will reach nobody.
#include <gtest/gtest.h>

#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::test {
namespace {

class Coverage : public OnBothDatabases {
 protected:
  SiteClient site{database()};
  UserId anna = site.add_user("anna", Role::Editor);

  Answer look(const std::string& query = "") { return site.get("/api/v1/coverage/" + query); }
  std::string kinds() {
    std::string text;
    const json::Value body = look().json();
    for (const json::Value& finding : body.find("findings")->as_array()) {
      text += finding.find("kind")->as_string() + ": " + finding.find("text")->as_string() + "\n";
    }
    return text;
  }
  // Monday to Friday or every day, all day, by anna.
  std::string schedule(const std::string& by_day) {
    const std::string shift = site.post(
        "/api/v1/on_call_shifts/",
        R"({"name":"s","type":"recurrent_event","frequency":"weekly","week_start":"MO","duration":86400,)"
        R"("start":"2031-03-31T00:00:00","by_day":)" +
            by_day + R"(,"users":[")" + anna.str() + "\"]}")["id"];
    return site.post(
        "/api/v1/schedules/",
        R"({"type":"calendar","name":"core","time_zone":"UTC","shifts":[")" + shift + "\"]}")["id"];
  }
  std::string chain_with(const std::string& policy) {
    const std::string chain = site.post("/api/v1/escalation_chains/", R"({"name":"night"})")["id"];
    const Answer made = site.post("/api/v1/escalation_policies/",
                                  R"({"escalation_chain_id":")" + chain + "\"," + policy + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return chain;
  }
  void route_to(const std::string& chain) {
    const Answer made =
        site.post("/api/v1/integrations/", R"({"type":"webhook","name":"hook","default_route":)"
                                           R"({"escalation_chain_id":")" +
                                               chain + "\"}}");
    EXPECT_EQ(made.status, 201) << made.body;
  }
};
TOCSIN_ON_BOTH_DATABASES(Coverage);

TEST_P(Coverage, NothingIsFoundWhenEveryHourIsCoveredAndEverybodyReachable) {
  const std::string id = schedule(R"(["MO","TU","WE","TH","FR","SA","SU"])");
  route_to(
      chain_with(R"("type":"notify_on_call_from_schedule","notify_on_call_from_schedule":")" + id + "\""));
  EXPECT_EQ(look()["covered"], "true") << look().body;
  EXPECT_EQ(kinds(), "");
}

TEST_P(Coverage, AHoleInAScheduleIsNamedWithItsTimes) {
  schedule(R"(["MO","TU","WE","TH","FR"])");
  const Answer found = look("?days=7");
  EXPECT_EQ(found["covered"], "false");
  const json::Value body = found.json();
  const json::Array& findings = body.find("findings")->as_array();
  ASSERT_EQ(findings.size(), 2u) << found.body;
  EXPECT_EQ(findings[0].find("text")->as_string(),
            "schedule \"core\": nobody is on call from 2031-04-05T06:07:08Z to 2031-04-07T00:00:00Z");
  EXPECT_EQ(findings[0].find("end")->as_string(), "2031-04-07T00:00:00Z");
}

TEST_P(Coverage, AChainThatReachesNobodyAndARouteWithoutOneAreFound) {
  site.post("/api/v1/schedules/", R"({"type":"web","name":"empty","time_zone":"UTC"})");
  const UserId vera = site.add_user("vera", Role::Viewer);
  route_to(chain_with(R"("type":"notify_persons","persons_to_notify":[")" + vera.str() + "\"]"));
  site.post("/api/v1/integrations/", R"({"type":"webhook","name":"lost"})");
  const std::string found = kinds();
  EXPECT_NE(found.find("step_reaches_nobody: escalation chain \"night\": step 1 reaches nobody\n"),
            std::string::npos)
      << found;
  EXPECT_NE(
      found.find("chain_ends_in_silence: the default route of integration \"hook\" leads to escalation chain "
                 "\"night\", which reaches nobody\n"),
      std::string::npos)
      << found;
  EXPECT_NE(
      found.find("route_without_chain: the default route of integration \"lost\" has no escalation chain\n"),
      std::string::npos)
      << found;
  EXPECT_NE(found.find("schedule_empty: schedule \"empty\""), std::string::npos) << found;
}

TEST_P(Coverage, APersonNeedsARuleThatCanWorkForEachImportance) {
  route_to(chain_with(R"("type":"notify_persons","persons_to_notify":[")" + anna.str() + "\"]"));
  EXPECT_EQ(kinds(), "") << "without rules e-mail is used";
  site.post("/api/v1/personal_notification_rules/",
            R"({"user_id":")" + anna.str() + R"(","type":"notify_by_phone_call","important":true})");
  EXPECT_EQ(kinds(),
            "person_without_contact: user \"anna\" cannot be reached by the important notification rules\n");
}

TEST_P(Coverage, ARuleByWebhookNeedsAPersonalWebhookThatCanBeCalled) {
  route_to(chain_with(R"("type":"notify_persons","persons_to_notify":[")" + anna.str() + "\"]"));
  site.post("/api/v1/personal_notification_rules/",
            R"({"user_id":")" + anna.str() + R"(","type":"notify_by_webhook"})");
  const std::string unreachable =
      "person_without_contact: user \"anna\" cannot be reached by the default notification rules\n";
  EXPECT_EQ(kinds(), unreachable);
  const Answer hook = site.post(
      "/api/v1/webhooks/",
      R"({"name":"w","url":"https://x.example","http_method":"POST","trigger_type":"personal notification"})");
  site.put("/api/v1/users/" + anna.str() + "/personal_webhook/", R"({"webhook":")" + hook["id"] + "\"}");
  EXPECT_EQ(kinds(), "");
  site.patch("/api/v1/webhooks/" + hook["id"] + "/", R"({"is_webhook_enabled":false})");
  EXPECT_EQ(kinds(), unreachable);
}

}  // namespace
}  // namespace tocsin::test
