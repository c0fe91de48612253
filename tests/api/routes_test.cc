// docs/spec/api-alerting.md, section 2.
#include "api_test.h"

namespace tocsin::test {
namespace {

class Routes : public Api {
 protected:
  Routes() : integration(new_integration()) {}

  Answer create(const std::string& fields) {
    return site.post("/api/v1/routes/", "{\"integration_id\":\"" + integration["id"] + "\"" +
                                            (fields.empty() ? "" : "," + fields) + "}");
  }
  std::string made(const std::string& fields) {
    const Answer answer = create(fields);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return answer["id"];
  }
  std::vector<std::string> order() {
    return column(site.get("/api/v1/routes?integration_id=" + integration["id"]), "routing_regex");
  }

  Answer integration;
};
TOCSIN_ON_BOTH_DATABASES(Routes);

TEST_P(Routes, AnswerWithDefaultsWhenLittleIsSaid) {
  const Answer made = create(R"("routing_regex":"north","escalation_chain_id":null)");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body,
            R"({"position":0,"id":")" + made["id"] + R"(","integration_id":")" + integration["id"] +
                R"(","escalation_chain_id":null,"routing_type":"regex","routing_regex":"north",)"
                R"("is_the_last_route":false,"slack":{"channel_id":null,"enabled":true},)"
                R"("telegram":{"id":null,"enabled":false},"mobile_app":{"id":null,"enabled":false},)"
                R"("mobile_app_critical":{"id":null,"enabled":false},"email":{"id":null,"enabled":false},)"
                R"("msteams":{"id":null,"enabled":false},"webhook":{"id":null,"enabled":false}})");
  EXPECT_EQ(site.get("/api/v1/routes/" + made["id"]).body, made.body);
}

TEST_P(Routes, RefuseWhatIsWrongInTheDocumentedWords) {
  const std::string long_regex(1025, 'x');
  const struct {
    const char* name;
    std::string fields;
    std::string body;
  } cases[] = {
      {"no expression", "", field_error("routing_regex", "This field is required.")},
      {"null expression", R"("routing_regex":null)",
       field_error("routing_regex", "This field may not be null.")},
      {"blank expression", R"("routing_regex":"  ")",
       field_error("routing_regex", "This field may not be blank.")},
      {"unknown chain", R"("routing_regex":"x","escalation_chain_id":"F000000000000")",
       field_error("escalation_chain_id", "Object does not exist")},
      {"too long", "\"routing_regex\":\"" + long_regex + "\"",
       object_error("Expression is too long. Maximum length: 1024 characters, current length: 1025")},
      {"bad pattern", R"("routing_regex":"(")", object_error("Regular expression is incorrect")},
      {"bad template", R"("routing_regex":"{{ payload.x","routing_type":"jinja2")",
       object_error("Jinja template is incorrect")},
      {"labels cannot be written", R"("routing_regex":"x","routing_type":"labels")",
       object_error("Expression type is incorrect")},
      {"unknown type", R"("routing_regex":"x","routing_type":"exact")", detail("Invalid route type")},
      {"slack without a workspace", R"("routing_regex":null,"slack":{"channel_id":"C1"})",
       detail("Slack isn't connected to this workspace")},
      {"slack is no object", R"("routing_regex":"x","slack":"on")",
       R"({"slack":{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}})"},
      {"position beyond the largest", R"("routing_regex":"x","position":9223372036854775807)",
       detail("Invalid value for position field")},
      {"-1 with manual order", R"("routing_regex":"x","position":-1,"manual_order":true)",
       detail("Invalid value for position field")},
      {"null position", R"("routing_regex":"x","position":null)",
       field_error("position", "This field may not be null.")},
      {"unknown telegram channel", R"("routing_regex":"x","telegram":{"id":"Z1"})",
       detail("Telegram channel does not exist")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Answer refused = create(c.fields);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, c.body);
  }
  EXPECT_EQ(order(), std::vector<std::string>{"null"}) << "nothing was stored";
  EXPECT_EQ(site.post("/api/v1/routes/", R"({"routing_regex":"x"})").body,
            field_error("integration_id", "This field is required."));
  EXPECT_EQ(site.post("/api/v1/routes/", R"({"routing_regex":"x","integration_id":"C0"})").body,
            field_error("integration_id", "Object does not exist"));
}

TEST_P(Routes, CheckTheResultingPairOfTypeAndExpression) {
  const std::string id = made(R"("routing_regex":"{{ payload.x == '(' }}","routing_type":"jinja2")");
  // A new template without routing_type is still a template.
  EXPECT_EQ(site.put("/api/v1/routes/" + id + "/", R"({"routing_regex":"{{ payload.y == '(' }}"})").status,
            200);
  // Half an update never crashes: what stands there is no pattern.
  EXPECT_EQ(site.patch("/api/v1/routes/" + id + "/", R"({"routing_type":"regex"})").body,
            object_error("Regular expression is incorrect"));
  EXPECT_EQ(site.get("/api/v1/routes/" + id)["routing_type"], "jinja2");
}

TEST_P(Routes, TakeTheirPlaces) {
  const std::string a = made(R"("routing_regex":"a")"), b = made(R"("routing_regex":"b")"),
                    c = made(R"("routing_regex":"c")");
  EXPECT_EQ(order(), (std::vector<std::string>{"a", "b", "c", "null"}));
  made(R"("routing_regex":"first","position":0)");
  EXPECT_EQ(order(), (std::vector<std::string>{"first", "a", "b", "c", "null"}));
  const Answer swapped = create(R"("routing_regex":"swap","position":0,"manual_order":true)");
  EXPECT_EQ(swapped["position"], "0");
  EXPECT_EQ(order(), (std::vector<std::string>{"swap", "a", "b", "c", "first", "null"}));
  EXPECT_EQ(site.put("/api/v1/routes/" + c + "/", R"({"position":1})")["position"], "1");
  EXPECT_EQ(order(), (std::vector<std::string>{"swap", "c", "a", "b", "first", "null"}));
  EXPECT_EQ(site.put("/api/v1/routes/" + c + "/", R"({"position":-1})")["position"], "4");
  EXPECT_EQ(order(), (std::vector<std::string>{"swap", "a", "b", "first", "c", "null"}));
  EXPECT_EQ(site.remove("/api/v1/routes/" + b + "/").status, 204);
  EXPECT_EQ(column(site.get("/api/v1/routes?integration_id=" + integration["id"]), "position"),
            (std::vector<std::string>{"0", "1", "3", "4", "0"}))
      << "others do not move, and the default route is alone in its group";
}

TEST_P(Routes, DetachTheirChainByNullAndByBlank) {
  const std::string chain = new_chain();
  const std::string id = made("\"routing_regex\":\"x\",\"escalation_chain_id\":\"" + chain + "\"");
  const std::string path = "/api/v1/routes/" + id + "/";
  EXPECT_EQ(site.put(path, R"({"routing_regex":"y"})")["escalation_chain_id"], chain);
  EXPECT_EQ(site.put(path, R"({"escalation_chain_id":null})")["escalation_chain_id"], "null");
  EXPECT_EQ(site.put(path, "{\"escalation_chain_id\":\"" + chain + "\"}")["escalation_chain_id"], chain);
  EXPECT_EQ(site.put(path, R"({"escalation_chain_id":""})")["escalation_chain_id"], "null");
}

TEST_P(Routes, KeepTheOtherHalfOfABackend) {
  const std::string id = made(R"("routing_regex":"x","email":{"id":"E1","enabled":true})");
  const std::string path = "/api/v1/routes/" + id + "/";
  EXPECT_EQ(site.put(path, R"({"email":{"enabled":false}})")["email"], R"({"id":"E1","enabled":false})");
  EXPECT_EQ(site.put(path, R"({"email":{"id":null}})")["email"], R"({"id":null,"enabled":false})");
  EXPECT_EQ(site.put(path, R"({"msteams":{"id":null,"enabled":true}})")["msteams"],
            R"({"id":null,"enabled":true})");
}

TEST_P(Routes, CannotLoseTheDefaultOne) {
  const Answer refused = site.remove("/api/v1/routes/" + integration["default_route.id"] + "/");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body, detail("Unable to delete default filter"));
  const Answer updated =
      site.put("/api/v1/routes/" + integration["default_route.id"] + "/", R"({"slack":{"enabled":false}})");
  EXPECT_EQ(updated["slack.enabled"], "false");
  EXPECT_EQ(updated["is_the_last_route"], "true");
  EXPECT_EQ(updated["routing_regex"], "null");
}

TEST_P(Routes, TakeAlertsAndLeaveTheirGroupsBehind) {
  const std::string id = made(R"("routing_regex":"north")");
  const std::string group = new_group(integration, "north gate");
  EXPECT_EQ(site.get(group_path(group))["route_id"], id);
  EXPECT_EQ(site.get("/api/v1/alert_groups/?route_id=" + id)["count"], "1");
  EXPECT_EQ(site.remove("/api/v1/routes/" + id + "/").status, 204);
  EXPECT_EQ(site.get("/api/v1/routes/" + id).status, 404);
  EXPECT_EQ(site.get(group_path(group))["route_id"], "null");
  EXPECT_EQ(site.get("/api/v1/alert_groups/?route_id=" + id)["count"], "0");
  EXPECT_EQ(site.get("/api/v1/alert_groups/?integration_id=" + integration["id"])["count"], "1");
  // It runs on, and is counted right when its state changes.
  EXPECT_EQ(site.post(group_path(group, "resolve")).status, 200);
  EXPECT_EQ(site.get("/api/v1/alert_groups/?state=resolved")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/alert_groups/?state=new")["count"], "0");
}

TEST_P(Routes, AreGoneForTheAlertsBehindTheirDeletionInTheSameBatch) {
  const std::string id = made(R"("routing_regex":"north")");
  // Both wait in the queue: the alert was prepared while the route was there.
  std::vector<int> answers;
  site.queue("DELETE", "/api/v1/routes/" + id + "/", "", answers);
  site.queue("POST", integration["link"].substr(integration["link"].find("/integrations/")),
             R"({"title":"north gate","alert_uid":"n","state":"alerting"})", answers);
  site.advance(std::chrono::seconds{0});
  EXPECT_EQ(answers, (std::vector<int>{204, 200}));
  EXPECT_EQ(column(site.get("/api/v1/alert_groups/"), "route_id"),
            std::vector<std::string>{integration["default_route.id"]});
}

TEST_P(Routes, AreListedByFilterAndPage) {
  const Answer other = new_integration();
  for (int i = 0; i < 26; ++i) made("\"routing_regex\":\"r" + std::to_string(i) + "\"");
  const Answer first = site.get("/api/v1/routes?integration_id=" + integration["id"]);
  EXPECT_EQ(first["count"], "27");
  EXPECT_EQ(first["page_size"], "25");
  EXPECT_EQ(first["next"],
            "https://oncall.example.org/api/v1/routes?integration_id=" + integration["id"] + "&page=2");
  EXPECT_EQ(site.get("/api/v1/routes?routing_regex=r3")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/routes?integration_id=C0")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/routes?integration_id=")["count"], "28");
  EXPECT_EQ(site.remove("/api/v1/integrations/" + integration["id"] + "/").status, 204);
  EXPECT_EQ(site.get("/api/v1/routes")["count"], "1") << "routes of deleted integrations vanish";
  EXPECT_EQ(site.get("/api/v1/routes/" + integration["default_route.id"]).status, 404);
}

TEST_P(Routes, NeedTheRightToChangeIntegrations) {
  const std::string viewer = site.token_of(site.add_user("vera", Role::Viewer));
  const std::string editor = site.token_of(site.add_user("ed", Role::Editor));
  EXPECT_EQ(site.as(viewer).get("/api/v1/routes").status, 200);
  EXPECT_EQ(site.as(editor).post("/api/v1/routes/", R"({"routing_regex":"x"})").status, 403);
  const std::string robot = site.service_account_token({access::Permission::IntegrationsRead});
  EXPECT_EQ(site.as(robot).get("/api/v1/routes").status, 200);
  EXPECT_EQ(site.as(robot).remove("/api/v1/routes/R0/").status, 403);
}

}  // namespace
}  // namespace tocsin::test
