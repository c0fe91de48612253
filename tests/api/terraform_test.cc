// What the Terraform provider really sends and needs to read back (docs/spec/api-alerting.md, section 13):
// create, read, plan again, update, import by walking the list, delete.
#include <set>

#include "api_test.h"

namespace tocsin::test {
namespace {

class Terraform : public Api {
 protected:
  // As the provider does after each create and update: a new request by id must show the same.
  Answer read_back(const std::string& path, const Answer& written) {
    const Answer read = site.get(path);
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(read.body, written.body);
    return read;
  }
  Answer applied(const std::string& collection, const std::string& body) {
    const Answer made = site.post(collection, body);
    EXPECT_EQ(made.status, 201) << made.body;
    return read_back(collection + made["id"] + "/", made);
  }
  // Every id that `page=1,2,...` shows until `next` is null.
  std::vector<std::string> imported(const std::string& list) {
    std::vector<std::string> ids;
    for (int page = 1; page < 100; ++page) {
      const char separator = list.find('?') == std::string::npos ? '?' : '&';
      const Answer answer = site.get(list + separator + "page=" + std::to_string(page));
      EXPECT_EQ(answer.status, 200) << answer.body;
      for (std::string& id : column(answer, "id")) ids.push_back(std::move(id));
      if (answer["next"] == "null") break;
    }
    return ids;
  }
  void destroyed(const std::string& path) {
    EXPECT_EQ(site.remove(path).status, 204);
    EXPECT_EQ(site.get(path).status, 404);
  }
};
TOCSIN_ON_BOTH_DATABASES(Terraform);

TEST_P(Terraform, ManagesAnIntegration) {
  const std::string route =
      R"("default_route":{"id":"","escalation_chain_id":null,"slack":{"channel_id":null,"enabled":false},)"
      R"("telegram":{"id":null,"enabled":false},"msteams":{"id":null,"enabled":false}})";
  const std::string nulls =
      R"("templates":{"grouping_key":null,"resolve_signal":null,"acknowledge_signal":null,"source_link":null,)"
      R"("slack":null,"web":null,"telegram":null,"sms":null,"phone_call":null,"msteams":null,)"
      R"("mobile_app":null,"email":null})";
  const Answer made = applied("/api/v1/integrations/",
                              R"({"team_id":"","name":"n","type":"webhook",)" + nulls + "," + route + "}");
  EXPECT_EQ(made["default_route.slack.enabled"], "false") << "no slack block in the plan";
  const std::string path = "/api/v1/integrations/" + made["id"] + "/";
  // Templates come back byte for byte.
  const std::string text = "{{ payload.a }}\n  ";
  const Answer updated = site.put(
      path, R"({"team_id":"","name":"n2","templates":{"grouping_key":)" + json::write(json::Value(text)) +
                R"(,"resolve_signal":null,"slack":{"title":" x ","message":null,"image_url":null}},)" +
                R"("default_route":{"id":"","escalation_chain_id":null}})");
  EXPECT_EQ(updated.status, 200) << updated.body;
  read_back(path, updated);
  EXPECT_EQ(updated["templates.grouping_key"], text);
  EXPECT_EQ(updated["templates.slack.title"], " x ");
  EXPECT_EQ(updated["default_route.slack.enabled"], "false") << "an empty default_route changes no switch";
  const std::string labels = R"([{"key":{"name":"k"},"value":{"name":"v"}}])";
  const Answer labelled = site.put(path, R"({"name":"n2","labels":)" + labels + "}");
  EXPECT_EQ(labelled["labels"], R"([{"key":{"id":"k","name":"k"},"value":{"id":"v","name":"v"}}])");
  EXPECT_EQ(site.put(path, R"({"name":"n2","labels":[]})")["labels"], "[]");
  EXPECT_EQ(imported("/api/v1/integrations/"), std::vector<std::string>{made["id"]});
  destroyed(path);
}

TEST_P(Terraform, ManagesRoutesInParallel) {
  const Answer integration = new_integration();
  const std::string chain = new_chain();
  const std::string blocks =
      R"("slack":{"channel_id":null,"enabled":false},"telegram":{"id":null,"enabled":false},)"
      R"("msteams":{"id":null,"enabled":false},"manual_order":true)";
  std::vector<std::string> ids(3);
  // Whatever order its workers send in, each route ends where the plan says.
  for (const int position : {2, 0, 1}) {
    const Answer made = site.post(
        "/api/v1/routes/", R"({"integration_id":")" + integration["id"] + R"(","position":)" +
                               std::to_string(position) + R"(,"routing_regex":"r)" +
                               std::to_string(position) + R"(","routing_type":"regex",)" + blocks +
                               (position == 0 ? ",\"escalation_chain_id\":\"" + chain + "\"" : "") + "}");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made["position"], std::to_string(position));
    ids[static_cast<std::size_t>(position)] = made["id"];
  }
  for (int position = 0; position < 3; ++position) {
    const Answer read = site.get("/api/v1/routes/" + ids[static_cast<std::size_t>(position)] + "/");
    EXPECT_EQ(read["position"], std::to_string(position));
    EXPECT_EQ(read["escalation_chain_id"], position == 0 ? chain : "null");
    EXPECT_EQ(read["slack.enabled"], "false");
  }
  const std::string path = "/api/v1/routes/" + ids[0] + "/";
  const Answer updated = site.put(
      path, R"({"position":0,"routing_regex":"{{ payload.x }}","routing_type":"jinja2",)" + blocks + "}");
  EXPECT_EQ(updated.status, 200) << updated.body;
  read_back(path, updated);
  EXPECT_EQ(imported("/api/v1/routes?integration_id=" + integration["id"]),
            (std::vector<std::string>{ids[0], ids[1], ids[2], integration["default_route.id"]}));
  EXPECT_EQ(
      imported("/api/v1/routes?integration_id=" + integration["id"] + "&routing_regex=r1&routing_type=regex"),
      std::vector<std::string>{ids[1]});
  for (const std::string& id : ids) destroyed("/api/v1/routes/" + id + "/");
}

TEST_P(Terraform, ManagesAChainAndItsEscalations) {
  const Answer chain = applied("/api/v1/escalation_chains/", R"({"name":"n","team_id":""})");
  const std::string ann = site.add_user("ann", Role::Editor).str();
  const struct {
    const char* type;
    std::string field;
    const char* read_as;
    std::string value;
  } steps[] = {
      {"wait", R"("duration":300)", "duration", "300"},
      {"notify_persons", R"("persons_to_notify":[")" + ann + "\"]", "persons_to_notify", "[\"" + ann + "\"]"},
      {"notify_person_next_each_time", R"("persons_to_notify":[")" + ann + "\"]",
       "persons_to_notify_next_each_time", "[\"" + ann + "\"]"},
      {"resolve", "", "type", "resolve"},
  };
  int position = 0;
  std::vector<std::string> ids;
  for (const auto& step : steps) {
    SCOPED_TRACE(step.type);
    const std::string body = R"("type":")" + std::string(step.type) + R"(","position":)" +
                             std::to_string(position++) + R"(,"manual_order":true,"important":true)" +
                             (step.field.empty() ? "" : "," + step.field);
    const Answer made = applied("/api/v1/escalation_policies/",
                                R"({"escalation_chain_id":")" + chain["id"] + "\"," + body + "}");
    EXPECT_EQ(made[step.read_as], step.value);
    const std::string path = "/api/v1/escalation_policies/" + made["id"] + "/";
    const Answer again = site.put(path, "{" + body + "}");
    EXPECT_EQ(again.body, made.body) << "applying the same plan again changes nothing";
    ids.push_back(made["id"]);
  }
  EXPECT_EQ(imported("/api/v1/escalation_policies"), ids);
  EXPECT_EQ(imported("/api/v1/escalation_chains/?name=n"), std::vector<std::string>{chain["id"]});
  destroyed("/api/v1/escalation_policies/" + ids.back() + "/");
  destroyed("/api/v1/escalation_chains/" + chain["id"] + "/");
}

TEST_P(Terraform, ManagesAWebhook) {
  const std::string body =
      R"({"preset":"","name":"w","team":"","url":"https://x.example","trigger_type":"escalation",)"
      R"("http_method":"POST","data":null,"username":null,"password":null,"authorization_header":"secret",)"
      R"("trigger_template":null,"headers":null,"forward_all":false,"integration_filter":null,)"
      R"("is_webhook_enabled":true})";
  const Answer made = applied("/api/v1/webhooks/", body);
  const std::string path = "/api/v1/webhooks/" + made["id"] + "/";
  const Answer again = site.put(path, body);
  EXPECT_EQ(again.body, made.body);
  EXPECT_EQ(imported("/api/v1/webhooks?name=w"), std::vector<std::string>{made["id"]});
  destroyed(path);
}

TEST_P(Terraform, WalksLongListsOncePerObject) {
  std::set<std::string> made;
  for (int i = 0; i < 103; ++i) made.insert(new_chain("chain " + std::to_string(i)));
  const auto ids = imported("/api/v1/escalation_chains/");
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()), made);
  EXPECT_EQ(ids.size(), made.size());
}

}  // namespace
}  // namespace tocsin::test
