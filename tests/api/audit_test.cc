// What the log tells of each change: who, what, which fields from what to what, and no secrets
// (docs/spec/api-common.md, section 5).
#include "edge/api/audit.h"

#include "api_test.h"

namespace tocsin::test {
namespace {

class Audit : public Api {
 protected:
  // The last line that begins with `sentence`.
  std::string line(const std::string& sentence) {
    std::string found;
    for (const auto& one : site.log().lines()) {
      if (one.text.starts_with(sentence + " ")) found = one.text;
    }
    return found;
  }
  std::string changes(const std::string& sentence) {
    const std::string text = line(sentence);
    const std::size_t at = text.find("changes=");
    return at == std::string::npos ? "" : text.substr(at + 8);
  }
};
TOCSIN_ON_BOTH_DATABASES(Audit);

TEST_P(Audit, TellsOnlyWhatChanged) {
  const std::string chain = new_chain("Night");
  EXPECT_EQ(changes("escalation chain created"),
            R"({"id":{"after":")" + chain + R"("},"name":{"after":"Night"}})");
  const TeamId team = site.add_team("Core");
  site.put("/api/v1/escalation_chains/" + chain + "/", R"({"name":"Day","team_id":")" + team.str() + "\"}");
  EXPECT_EQ(
      line("escalation chain updated"),
      "escalation chain updated chain=" + chain +
          R"( by=admin changes={"name":{"before":"Night","after":"Day"},"team_id":{"before":null,"after":")" +
          team.str() + "\"}}");
  site.put("/api/v1/escalation_chains/" + chain + "/", R"({"name":"Day"})");
  EXPECT_EQ(changes("escalation chain updated"), "{}");
  site.remove("/api/v1/escalation_chains/" + chain + "/");
  EXPECT_EQ(changes("escalation chain deleted"), R"({"id":{"before":")" + chain +
                                                     R"("},"name":{"before":"Day"},"team_id":{"before":")" +
                                                     team.str() + "\"}}");
}

TEST_P(Audit, NamesNestedFieldsOfIntegrationsAndKeepsTheirLinksToItself) {
  const Answer made = new_integration();
  const std::string link = made["link"];
  const std::string token = link.substr(link.size() - 26, 25);
  const std::string path = "/api/v1/integrations/" + made["id"] + "/";
  site.put(path, R"({"name":"Prod","templates":{"slack":{"title":"{{ payload.title }}"}}})");
  const std::string told = changes("integration updated");
  EXPECT_NE(told.find(R"("name":{"before":")"), std::string::npos) << told;
  EXPECT_NE(told.find(R"("templates.slack.title":{"before":null,"after":"{{ payload.title }}"})"),
            std::string::npos)
      << told;
  EXPECT_EQ(told.find("\"type\""), std::string::npos) << "unchanged";
  site.remove(path);
  EXPECT_NE(line("integration deleted"), "");
  for (const auto& one : site.log().lines()) EXPECT_EQ(one.text.find(token), std::string::npos) << one.text;
}

TEST_P(Audit, CoversRoutesAndPolicies) {
  const Answer integration = new_integration();
  const Answer route = site.post("/api/v1/routes/",
                                 R"({"integration_id":")" + integration["id"] + R"(","routing_regex":"a"})");
  ASSERT_EQ(route.status, 201) << route.body;
  site.put("/api/v1/routes/" + route["id"] + "/", R"({"routing_regex":"b"})");
  EXPECT_EQ(changes("route updated"), R"({"routing_regex":{"before":"a","after":"b"}})");
  site.remove("/api/v1/routes/" + route["id"] + "/");
  EXPECT_NE(changes("route deleted").find(R"("routing_regex":{"before":"b"})"), std::string::npos);
  const Answer policy =
      site.post("/api/v1/escalation_policies/",
                R"({"type":"wait","duration":60,"escalation_chain_id":")" + new_chain() + "\"}");
  site.put("/api/v1/escalation_policies/" + policy["id"] + "/", R"({"duration":300})");
  EXPECT_EQ(changes("escalation policy updated"), R"({"duration":{"before":60,"after":300}})");
  site.remove("/api/v1/escalation_policies/" + policy["id"] + "/");
  EXPECT_NE(line("escalation policy deleted"), "");
}

TEST_P(Audit, SaysThatSecretsChangedAndNeverToWhat) {
  const Answer made = site.post(
      "/api/v1/webhooks/",
      R"({"name":"w","url":"https://x.example/?key=hidden-url","http_method":"POST","trigger_type":"resolve",)"
      R"("password":"hidden-one","headers":"{\"X-Key\": \"hidden-header\"}"})");
  const std::string path = "/api/v1/webhooks/" + made["id"] + "/";
  site.put(path, R"({"password":"hidden-two"})");
  EXPECT_EQ(changes("webhook updated"),
            R"({"password":{"before":"****************","after":"****************"}})");
  site.put(path, R"({"password":"****************","name":"v"})");
  EXPECT_EQ(changes("webhook updated"), R"({"name":{"before":"w","after":"v"}})");
  site.put(path, R"({"url":"https://x.example/?key=hidden-other"})");
  EXPECT_EQ(changes("webhook updated"),
            R"({"url":{"before":"****************","after":"****************"}})");
  site.put(path, R"({"password":null})");
  EXPECT_EQ(changes("webhook updated"), R"({"password":{"before":"****************","after":null}})");
  site.remove(path);
  EXPECT_FALSE(site.log().contains("hidden-"));
}

}  // namespace
}  // namespace tocsin::test
