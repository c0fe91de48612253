// docs/spec/api-alerting.md, sections 3 and 6.
#include "store/escalation_chains.h"
#include "api_test.h"
#include "store/transaction.h"

namespace tocsin::test {
namespace {

class EscalationChains : public Api {
 protected:
  Answer add(const std::string& chain, const std::string& fields) {
    return site.post("/api/v1/escalation_policies/",
                     "{\"escalation_chain_id\":\"" + chain + "\"," + fields + "}");
  }
  std::string added(const std::string& chain, const std::string& fields) {
    const Answer made = add(chain, fields);
    EXPECT_EQ(made.status, 201) << made.body;
    return made["id"];
  }
  static std::string path(const std::string& policy) { return "/api/v1/escalation_policies/" + policy + "/"; }
};
TOCSIN_ON_BOTH_DATABASES(EscalationChains);

TEST_P(EscalationChains, AreCreatedReadChangedAndDeleted) {
  const TeamId team = site.add_team("Core");
  const Answer made =
      site.post("/api/v1/escalation_chains/", R"({"name":" Night crew ","team_id":")" + team.str() + "\"}");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body,
            R"({"id":")" + made["id"] + R"(","name":"Night crew","team_id":")" + team.str() + "\"}");
  const std::string path = "/api/v1/escalation_chains/" + made["id"] + "/";
  EXPECT_EQ(site.get(path).body, made.body);
  EXPECT_EQ(site.put(path, R"({"team_id":""})").body, field_error("name", "This field is required."));
  EXPECT_EQ(site.put(path, R"({"name":"Day crew","team_id":""})")["team_id"], "null");
  EXPECT_EQ(site.patch(path, "{\"team_id\":\"" + team.str() + "\"}")["name"], "Day crew");
  EXPECT_EQ(site.patch(path, R"({"team_id":"null"})")["team_id"], "null");
  EXPECT_EQ(site.remove(path).status, 204);
  EXPECT_EQ(site.get(path).body, detail("Not found."));
  EXPECT_EQ(site.remove(path).status, 404);
}

TEST_P(EscalationChains, HaveNamesThatAreUniqueWhateverTheTeam) {
  new_chain("Night crew");
  const TeamId team = site.add_team("Core");
  const std::string text = object_error("The fields organization, name must make a unique set.");
  EXPECT_EQ(
      site.post("/api/v1/escalation_chains/", R"({"name":"Night crew","team_id":")" + team.str() + "\"}")
          .body,
      text);
  const std::string other = new_chain("Day crew");
  EXPECT_EQ(site.put("/api/v1/escalation_chains/" + other + "/", R"({"name":"Night crew"})").body, text);
  EXPECT_EQ(site.put("/api/v1/escalation_chains/" + other + "/", R"({"name":"Day crew"})").status, 200);
  EXPECT_EQ(site.post("/api/v1/escalation_chains/", "{\"name\":\"" + std::string(101, 'x') + "\"}").body,
            field_error("name", "Ensure this field has no more than 100 characters."));
  EXPECT_EQ(site.post("/api/v1/escalation_chains/", R"({"team_id":"T0","name":" "})").body,
            R"({"name":["This field may not be blank."],"team_id":["Object does not exist"]})");
  EXPECT_EQ(site.get("/api/v1/escalation_chains/?name=Day%20crew")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/escalation_chains/?name=day%20crew")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/escalation_chains/?team_id=null")["count"], "2");
  EXPECT_EQ(site.get("/api/v1/escalation_chains/?team_id=T0").status, 400);
}

TEST_P(EscalationChains, LeaveTheirRoutesWithoutAChain) {
  const std::string chain = new_chain();
  const Answer integration = new_integration(R"(,"default_route":{"escalation_chain_id":")" + chain + "\"}");
  EXPECT_EQ(integration["default_route.escalation_chain_id"], chain);
  const std::string policy = added(chain, R"("type":"wait")");
  EXPECT_EQ(site.remove("/api/v1/escalation_chains/" + chain + "/").status, 204);
  EXPECT_EQ(site.get("/api/v1/integrations/" + integration["id"])["default_route.escalation_chain_id"],
            "null");
  EXPECT_EQ(site.get(path(policy)).status, 404) << "its policies go with it";
}

TEST_P(EscalationChains, HavePoliciesOfEveryType) {
  const std::string chain = new_chain();
  const std::string ann = site.add_user("ann", Role::Editor).str(),
                    bob = site.add_user("bob", Role::Editor).str();
  const std::string team = site.add_team("Core").str();
  const std::string webhook = site.post(
      "/api/v1/webhooks/",
      R"({"name":"w","url":"https://x.example","http_method":"POST","trigger_type":"escalation"})")["id"];
  const struct {
    std::string fields;
    std::string answered;  // behind the common ones
  } cases[] = {
      {R"("type":"wait","duration":300.9)", R"("type":"wait","duration":300})"},
      {R"("type":"wait")", R"("type":"wait","duration":null})"},
      // Users by the order of their creation; unknown ones are dropped.
      {R"("type":"notify_persons","persons_to_notify":[")" + bob + R"(","U0",")" + ann +
           R"("],"important":true)",
       R"("type":"notify_persons","persons_to_notify":[")" + ann + "\",\"" + bob + R"("],"important":true})"},
      {R"("type":"notify_persons","persons_to_notify":null)",
       R"("type":"notify_persons","persons_to_notify":[],"important":false})"},
      // Terraform sends round-robin users in the other field.
      {R"("type":"notify_person_next_each_time","persons_to_notify":[")" + ann + R"("],"important":true)",
       R"("type":"notify_person_next_each_time","persons_to_notify_next_each_time":[")" + ann +
           R"("],"important":true})"},
      {R"("type":"notify_person_next_each_time","persons_to_notify":[")" + ann +
           R"("],"persons_to_notify_next_each_time":[")" + bob + "\"]",
       R"("type":"notify_person_next_each_time","persons_to_notify_next_each_time":[")" + bob +
           R"("],"important":false})"},
      {R"("type":"notify_on_call_from_schedule")",
       R"("type":"notify_on_call_from_schedule","notify_on_call_from_schedule":null,"important":false})"},
      {R"("type":"notify_team_members","team_to_notify":")" + team + "\"",
       R"("type":"notify_team_members","team_to_notify":")" + team + R"(","important":false})"},
      {R"("type":"notify_user_group")",
       R"("type":"notify_user_group","group_to_notify":null,"important":false})"},
      {R"("type":"trigger_webhook","action_to_trigger":")" + webhook + R"(","important":true)",
       R"("type":"trigger_webhook","action_to_trigger":")" + webhook + "\"}"},
      {R"("type":"resolve","duration":300)", R"("type":"resolve"})"},
      {R"("type":"notify_if_time_from_to","notify_if_time_from":"06:07:08Z","notify_if_time_to":"9:0:5Z")",
       R"("type":"notify_if_time_from_to","notify_if_time_from":"06:07:08Z","notify_if_time_to":"09:00:05Z"})"},
      {R"("type":"notify_if_num_alerts_in_window","num_alerts_in_window":3,"num_minutes_in_window":"10")",
       R"("type":"notify_if_num_alerts_in_window","num_alerts_in_window":3,"num_minutes_in_window":10})"},
      {R"("type":"repeat_escalation")", R"("type":"repeat_escalation"})"},
  };
  int position = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.fields);
    const Answer made = add(chain, c.fields);
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(made.body, "{\"position\":" + std::to_string(position++) + ",\"id\":\"" + made["id"] +
                             "\",\"escalation_chain_id\":\"" + chain + "\"," + c.answered);
    EXPECT_EQ(site.get(path(made["id"])).body, made.body);
  }
  EXPECT_EQ(site.get("/api/v1/escalation_policies?escalation_chain_id=" + chain)["count"],
            std::to_string(position));
}

TEST_P(EscalationChains, PageWhoIsOnCallBySchedule) {
  const std::string chain = new_chain();
  const Answer schedule =
      site.post("/api/v1/schedules/", R"({"name":"Core","type":"web","time_zone":"UTC"})");
  ASSERT_EQ(schedule.status, 201) << schedule.body;
  const Answer made = add(chain, R"("type":"notify_on_call_from_schedule","notify_on_call_from_schedule":")" +
                                     schedule["id"] + "\"");
  EXPECT_EQ(made["notify_on_call_from_schedule"], schedule["id"]);
}

TEST_P(EscalationChains, RefusePoliciesInTheDocumentedWords) {
  const std::string chain = new_chain();
  const struct {
    const char* fields;
    std::string body;
  } cases[] = {
      {R"("position":0)", field_error("type", "This field is required.")},
      {R"("type":null)", field_error("type", "This field may not be null.")},
      {R"("type":"")", field_error("type", "This field may not be blank.")},
      {R"("type":"trigger_action")", detail("Invalid escalation step type")},
      {R"("type":"notify_next_on_call_from_schedule")", detail("Invalid escalation step type")},
      {R"("type":"notify_whole_channel")", detail("Invalid escalation step type: step is Slack-specific")},
      {R"("type":"declare_incident")", detail("Invalid escalation step type: step is not enabled")},
      {R"("type":"wait","duration":59.9)",
       field_error("duration", "Ensure this value is greater than or equal to 0:01:00.")},
      {R"("type":"wait","duration":86401)",
       field_error("duration", "Ensure this value is less than or equal to 1 day, 0:00:00.")},
      {R"("type":"wait","duration":"nan")", field_error("duration", "A valid number is required.")},
      {R"("type":"notify_persons","persons_to_notify":"U1")",
       field_error("persons_to_notify", "Expected a list of items but got type \"str\".")},
      {R"("type":"notify_team_members","team_to_notify":"T0")",
       field_error("team_to_notify", "Object does not exist")},
      {R"("type":"notify_team_members","team_to_notify":null)",
       field_error("team_to_notify", "This field may not be null.")},
      {R"("type":"notify_on_call_from_schedule","notify_on_call_from_schedule":"S0")",
       field_error("notify_on_call_from_schedule", "Object does not exist")},
      {R"("type":"notify_user_group","group_to_notify":"G0")",
       field_error("group_to_notify", "Object does not exist")},
      {R"("type":"trigger_webhook","action_to_trigger":"WH0")",
       field_error("action_to_trigger", "Object does not exist")},
      {R"("type":"notify_if_time_from_to","notify_if_time_from":"06:07Z")",
       field_error("notify_if_time_from",
                   "Time has wrong format. Use one of these formats instead: hh:mm:ssZ.")},
      {R"("type":"notify_if_time_from_to","notify_if_time_to":"24:00:00Z")",
       field_error("notify_if_time_to",
                   "Time has wrong format. Use one of these formats instead: hh:mm:ssZ.")},
      {R"("type":"notify_if_num_alerts_in_window","num_alerts_in_window":-1)",
       field_error("num_alerts_in_window", "Ensure this value is greater than or equal to 0.")},
      {R"("type":"wait","important":null)", field_error("important", "This field may not be null.")},
      {R"("type":"wait","position":-2)", detail("Invalid value for position field")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.fields);
    const Answer refused = add(chain, c.fields);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, c.body);
  }
  EXPECT_EQ(site.post("/api/v1/escalation_policies/", R"({"type":"wait","escalation_chain_id":"F0"})").body,
            field_error("escalation_chain_id", "Object does not exist"));
  EXPECT_EQ(site.get("/api/v1/escalation_policies")["count"], "0") << "nothing was stored";
}

TEST_P(EscalationChains, InsertAndSwapPolicies) {
  const std::string chain = new_chain();
  for (int i = 0; i < 3; ++i) added(chain, R"("type":"wait")");
  const auto positions = [&] {
    return column(site.get("/api/v1/escalation_policies?escalation_chain_id=" + chain), "position");
  };
  const std::string plain = added(chain, R"("type":"resolve","position":0)");
  EXPECT_EQ(positions(), (std::vector<std::string>{"0", "1", "2", "3"}));
  EXPECT_EQ(site.get(path(plain))["position"], "0");
  const std::string manual = added(chain, R"("type":"resolve","position":0,"manual_order":true)");
  EXPECT_EQ(site.get(path(manual))["position"], "0");
  EXPECT_EQ(site.get(path(plain))["position"], "4");
  EXPECT_EQ(site.put(path(plain), R"({"position":0,"manual_order":true})")["position"], "0");
  EXPECT_EQ(site.get(path(manual))["position"], "4");
}

TEST_P(EscalationChains, ForgetWhatTheOldTypeHeld) {
  const std::string chain = new_chain();
  const std::string ann = site.add_user("ann", Role::Editor).str();
  const std::string id = added(chain, R"("type":"wait","duration":300)");
  site.put(path(id), R"({"type":"resolve"})");
  EXPECT_EQ(site.put(path(id), R"({"type":"wait"})")["duration"], "null");
  // Persons are one storage for both types that page persons.
  site.put(path(id), R"({"type":"notify_persons","persons_to_notify":[")" + ann + "\"]}");
  EXPECT_EQ(
      site.put(path(id), R"({"type":"notify_person_next_each_time"})")["persons_to_notify_next_each_time"],
      "[\"" + ann + "\"]");
  site.put(path(id), R"({"type":"resolve"})");
  EXPECT_EQ(site.put(path(id), R"({"type":"notify_persons"})")["persons_to_notify"], "[]");
  // An empty step.
  const Answer empty = site.put(path(id), R"({"type":null})");
  EXPECT_EQ(empty.body,
            R"({"position":0,"id":")" + id + R"(","escalation_chain_id":")" + chain + R"(","type":null})");
}

TEST_P(EscalationChains, KeepOrDropImportance) {
  const std::string chain = new_chain();
  const std::string id = added(chain, R"("type":"notify_persons","important":true)");
  EXPECT_EQ(site.put(path(id), R"({"persons_to_notify":[]})")["important"], "true") << "neither: kept";
  EXPECT_EQ(site.put(path(id), R"({"type":"notify_persons"})")["important"], "false")
      << "a type without importance: not important";
  EXPECT_EQ(site.put(path(id), R"({"important":true})")["important"], "true");
  EXPECT_EQ(site.put(path(id), R"({"important":false})")["important"], "false");
  EXPECT_EQ(site.put(path(id), R"({"type":"notify_team_members","important":true})")["important"], "true");
}

TEST_P(EscalationChains, FeedEscalationsWithTheLivePointer) {
  const std::string chain = new_chain();
  const UserId ann = site.add_user("ann", Role::Editor);
  added(chain, R"("type":"wait","duration":60)");
  const std::string next = added(chain, R"("type":"notify_person_next_each_time","position":0,)"
                                        R"("persons_to_notify":[")" +
                                            ann.str() + "\"]");
  {
    store::Transaction transaction(site.db());
    store::save_round_robin_pointer(site.db(), EscalationPolicyId(next), ann);
    transaction.commit();
  }
  // An update of the step does not turn the pointer back.
  site.put(path(next), R"({"important":true})");
  const auto policies = store::policies_of(site.db(), EscalationChainId(chain));
  ASSERT_EQ(policies.size(), 2u);
  EXPECT_EQ(policies[0].id.str(), next);
  EXPECT_EQ(policies[0].step,
            Step(step::NotifyPersonNextEachTime{.users = {ann}, .important = true, .last_notified = ann}));
  EXPECT_EQ(policies[1].step, Step(step::Wait{std::chrono::seconds{60}}));
  EXPECT_TRUE(store::policies_of(site.db(), EscalationChainId("F0")).empty());
}

}  // namespace
}  // namespace tocsin::test
