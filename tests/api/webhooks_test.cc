// docs/spec/api-alerting.md, sections 8 and 8a.
#include "store/webhooks.h"
#include "api_test.h"
#include "engine/retention.h"
#include "store/secrets.h"

namespace tocsin::test {
namespace {

constexpr char kMinimal[] =
    R"("name":"Ticket","url":"https://tickets.example.org/","http_method":"POST","trigger_type":"acknowledge")";

class Webhooks : public Api {
 protected:
  Answer create(const std::string& fields) { return site.post("/api/v1/webhooks/", "{" + fields + "}"); }
  static std::optional<std::string> opened(const std::optional<SealedText>& sealed,
                                           const std::string& place) {
    if (!sealed) return std::nullopt;
    auto plain = store::open(SiteClient::secret_key(), *sealed, place);
    return plain ? std::optional(plain.value()) : std::nullopt;
  }
  static std::string path(const std::string& id) { return "/api/v1/webhooks/" + id + "/"; }
};
TOCSIN_ON_BOTH_DATABASES(Webhooks);

TEST_P(Webhooks, AnswerEverythingButSecrets) {
  const Answer integration = new_integration();
  const Answer made =
      create(std::string(kMinimal) +
             R"(,"data":"{\"id\":\"{{ alert_group_id }}\"} ","username":"","password":"hunter2",)"
             R"("authorization_header":"Bearer hunter3","headers":"","forward_all":false,)"
             R"("integration_filter":[")" +
             integration["id"] + "\"]");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body,
            R"({"id":")" + made["id"] +
                R"(","name":"Ticket","is_webhook_enabled":true,"team":null,)"
                R"("data":"{\"id\":\"{{ alert_group_id }}\"} ","username":"","password":"****************",)"
                R"("authorization_header":"****************","trigger_template":null,"headers":null,)"
                R"("url":"https://tickets.example.org/","forward_all":false,"http_method":"POST",)"
                R"("trigger_type":"acknowledge","integration_filter":[")" +
                integration["id"] + R"("],"preset":null,"timeout":null})");
  EXPECT_EQ(site.get(path(made["id"])).body, made.body);
  EXPECT_EQ(column(site.get("/api/v1/webhooks"), "password"), std::vector<std::string>{"****************"});
  EXPECT_FALSE(site.log().contains("hunter")) << "no secret is logged";
  const auto stored = store::find_webhook(site.db(), WebhookId(made["id"]));
  ASSERT_TRUE(stored);
  EXPECT_EQ(opened(stored->password, store::password_place(stored->id)), "hunter2");
  EXPECT_EQ(opened(stored->authorization_header, store::authorization_place(stored->id)), "Bearer hunter3");
  EXPECT_EQ(stored->password->text.find("hunter2"), std::string::npos);
  EXPECT_EQ(stored->user, site.admin());
}

TEST_P(Webhooks, KeepSecretsThatComeBackAsAsterisks) {
  const Answer made = create(std::string(kMinimal) + R"(,"password":"hunter2","authorization_header":"x")");
  const WebhookId id(made["id"]);
  site.put(path(made["id"]), R"({"password":"****************","authorization_header":""})");
  const auto stored = *store::find_webhook(site.db(), id);
  EXPECT_EQ(opened(stored.password, store::password_place(id)), "hunter2");
  EXPECT_EQ(stored.authorization_header, SealedText{""});
  EXPECT_EQ(site.get(path(made["id"]))["authorization_header"], "");
  site.put(path(made["id"]), R"({"password":null})");
  EXPECT_EQ(store::find_webhook(site.db(), id)->password, std::nullopt);
  const Answer masked = create(
      R"("name":"m","url":"x","http_method":"GET","trigger_type":"resolve","password":"****************")");
  EXPECT_EQ(masked["password"], "null") << "on create there is nothing to keep";
}

TEST_P(Webhooks, RequireFourFieldsOneByOne) {
  for (const char* missing : {"name", "url", "trigger_type", "http_method"}) {
    json::Value body = json::read("{" + std::string(kMinimal) + "}").value();
    body.find(missing);
    json::Object object = body.as_object();
    object.erase(missing);
    const Answer refused = site.post("/api/v1/webhooks/", json::write(json::Value(object)));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, field_error(missing, "This field is required."));
    object.set(missing, nullptr);
    EXPECT_EQ(site.post("/api/v1/webhooks/", json::write(json::Value(object))).body,
              field_error(missing, "This field may not be null."));
    object.set(missing, "");
    EXPECT_EQ(site.post("/api/v1/webhooks/", json::write(json::Value(object))).body,
              field_error(missing, "This field may not be blank."));
  }
}

TEST_P(Webhooks, RefuseInTheDocumentedWords) {
  const struct {
    const char* fields;
    std::string body;
  } cases[] = {
      {R"("http_method":"TRACE")",
       field_error("http_method", "Must be one of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']")},
      {R"("trigger_type":"incident")",
       detail("trigger_type must one of ['escalation', 'alert group created', 'acknowledge', 'resolve', "
              "'silence', 'unsilence', 'unresolve', 'unacknowledge', 'status change', 'personal "
              "notification']")},
      {R"("integration_filter":"C1")",
       field_error("integration_filter", "Expected a list of items but got type \"str\".")},
      {R"("integration_filter":["C0"])", field_error("integration_filter", "Integration does not exist")},
      {R"("team":"T0")", field_error("team", "Object does not exist")},
      {R"("forward_all":null)", field_error("forward_all", "This field may not be null.")},
      {R"("preset":"grafana_sift")",
       field_error("preset", "Preset webhooks must be modified through web UI")},
      {R"("name":" ")", field_error("name", "This field may not be blank.")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.fields);
    const Answer refused = create(std::string(kMinimal) + "," + c.fields);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, c.body);
  }
  const Answer bad = create(std::string(kMinimal) + R"(,"data":"{{ alert_payload | to_json }}")");
  EXPECT_EQ(bad.status, 400);
  EXPECT_NE(bad.body.find(R"({"data":["Template Error: )"), std::string::npos) << bad.body;
  EXPECT_EQ(create(std::string(kMinimal) + R"(,"data":"{{ alert_payload | tojson() }}","url":)"
                                           R"("https://x.example/{{ alert_payload.a.b }}")")
                .status,
            201)
      << "what the data causes is forgiven";
  EXPECT_EQ(create(kMinimal).body, object_error("The fields name, organization must make a unique set."));
}

TEST_P(Webhooks, KeepWhatAnUpdateDoesNotSay) {
  const TeamId team = site.add_team("Core");
  const Answer integration = new_integration();
  const Answer made = create(std::string(kMinimal) + R"(,"team":")" + team.str() +
                             R"(","integration_filter":[")" + integration["id"] + "\"]");
  const Answer renamed = site.put(path(made["id"]), R"({"name":"Other"})");
  EXPECT_EQ(renamed["team"], team.str());
  EXPECT_EQ(renamed["integration_filter"], "[\"" + integration["id"] + "\"]");
  EXPECT_EQ(site.patch(path(made["id"]), R"({"integration_filter":[]})")["integration_filter"], "null");
  EXPECT_EQ(site.patch(path(made["id"]), R"({"team":"","trigger_template":""})")["team"], "null");
  EXPECT_EQ(site.patch(path(made["id"]), R"({"is_webhook_enabled":null})").body,
            field_error("is_webhook_enabled", "This field may not be null."));
  EXPECT_EQ(site.get("/api/v1/webhooks?team_id=null&name=Other")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/webhooks?name=other")["count"], "0");
}

TEST_P(Webhooks, BelongToWhoeverMadeOrReplacedThem) {
  const UserId root = site.add_user("root", Role::Admin);
  const std::string token = site.token_of(root);
  const Answer made = create(kMinimal);
  const auto user = [&] { return store::find_webhook(site.db(), WebhookId(made["id"]))->user; };
  site.as(token).patch(path(made["id"]), "{}");
  EXPECT_EQ(user(), site.admin());
  site.as(token).put(path(made["id"]), "{}");
  EXPECT_EQ(user(), root);
}

TEST_P(Webhooks, TakePresetsAsTerraformSendsThem) {
  const Answer none = create(std::string(kMinimal) + R"(,"preset":"")");
  EXPECT_EQ(none.status, 201);
  EXPECT_EQ(none["preset"], "null");
  const Answer simple =
      create(R"("name":"s","url":"https://x.example","preset":"simple_webhook","data":"x")");
  EXPECT_EQ(simple.status, 201) << simple.body;
  EXPECT_EQ(simple["http_method"], "POST");
  EXPECT_EQ(simple["trigger_type"], "escalation");
  EXPECT_EQ(simple["forward_all"], "true");
  EXPECT_EQ(simple["data"], "null");
  EXPECT_EQ(site.put(path(simple["id"]), R"({"url":"https://y.example","http_method":"GET"})")["http_method"],
            "POST");
  const Answer advanced = create(R"("name":"a","url":"u","http_method":"GET","trigger_type":"resolve",)"
                                 R"("preset":"advanced_webhook")");
  EXPECT_EQ(site.put(path(advanced["id"]), R"({"http_method":"PUT"})")["http_method"], "PUT");
  // A row that another product left behind.
  {
    store::Transaction transaction(site.db());
    site.db().execute("UPDATE webhooks SET preset = 'grafana_sift' WHERE id = $1", {advanced["id"]});
    transaction.commit();
  }
  EXPECT_EQ(site.put(path(advanced["id"]), R"({"name":"b"})").body,
            object_error("Preset webhooks must be modified through web UI"));
}

TEST_P(Webhooks, FreeTheirNameWhenDeleted) {
  const Answer made = create(kMinimal);
  const std::string chain = new_chain();
  const Answer step = site.post("/api/v1/escalation_policies/",
                                R"({"type":"trigger_webhook","escalation_chain_id":")" + chain +
                                    R"(","action_to_trigger":")" + made["id"] + "\"}");
  EXPECT_EQ(site.remove(path(made["id"])).status, 204);
  EXPECT_EQ(site.get(path(made["id"])).body, detail("Not found."));
  EXPECT_EQ(site.get("/api/v1/webhooks")["count"], "0");
  EXPECT_EQ(create(kMinimal).status, 201);
  EXPECT_EQ(site.get("/api/v1/escalation_policies/" + step["id"])["action_to_trigger"], made["id"])
      << "steps keep pointing at it";
  EXPECT_FALSE(store::find_webhook(site.db(), WebhookId(made["id"]))) << "and fail";
}

TEST_P(Webhooks, AreFoundByTriggerAndIntegration) {
  const Answer one = new_integration(), two = new_integration();
  const std::string any = create(kMinimal)["id"];
  const std::string filtered =
      create(R"("name":"f","url":"u","http_method":"GET","trigger_type":"acknowledge",)"
             R"("integration_filter":[")" +
             one["id"] + "\"]")["id"];
  create(
      R"("name":"off","url":"u","http_method":"GET","trigger_type":"acknowledge","is_webhook_enabled":false)");
  create(R"("name":"other","url":"u","http_method":"GET","trigger_type":"status change")");
  const auto ids = [&](const Answer& integration) {
    std::vector<std::string> out;
    for (const Webhook& w : store::webhooks_for_trigger(site.db(), WebhookTrigger::Acknowledge,
                                                        IntegrationId(integration["id"]))) {
      out.push_back(w.id.str());
    }
    return out;
  };
  EXPECT_EQ(ids(one), (std::vector<std::string>{any, filtered}));
  EXPECT_EQ(ids(two), std::vector<std::string>{any});
}

TEST_P(Webhooks, ListTheirAttempts) {
  const std::string id = create(kMinimal)["id"];
  {
    store::Transaction transaction(site.db());
    for (int i = 0; i < 20; ++i) {
      store::insert_webhook_response(
          site.db(), {.id = "r" + std::to_string(i),
                      .webhook = WebhookId(id),
                      .trigger = i == 0 ? WebhookTrigger::Resolve : WebhookTrigger::Acknowledge,
                      .url = "https://tickets.example.org/",
                      .request_trigger = "",
                      .status_code = i == 19 ? std::nullopt : std::optional<std::int64_t>(200 + i),
                      .content = "ok",
                      .event_data = "{}",
                      .created_at = SiteClient::kStart + std::chrono::seconds(i)});
    }
    transaction.commit();
  }
  const std::string responses = path(id) + "responses/";
  const Answer page = site.get(responses);
  EXPECT_EQ(page["count"], "19") << "only those of the present trigger";
  EXPECT_EQ(column(page, "status_code").front(), "null");
  const json::Value value = page.json();
  EXPECT_EQ(
      json::write(value.find("results")->as_array()[1]),
      R"({"timestamp":"2031-04-05T06:07:26Z","url":"https://tickets.example.org/","request_trigger":"",)"
      R"("request_headers":null,"request_data":null,"status_code":218,"content":"ok","event_data":"{}",)"
      R"("id":"r18","resent_of":null})");
  site.put(path(id), R"({"trigger_type":"status change"})");
  EXPECT_EQ(site.get(responses)["count"], "20") << "all attempts of a status-change webhook";
  EXPECT_EQ(site.get("/api/v1/webhooks/WH0/responses/").status, 404);
}

TEST_P(Webhooks, KeepTheirAttemptsForAWhileAndForgetThemInSmallSteps) {
  const std::string id = create(kMinimal)["id"];
  {
    store::Transaction transaction(site.db());
    for (int i = 0; i < 1203; ++i) {
      store::insert_webhook_response(site.db(), {.id = "r" + std::to_string(i),
                                                 .webhook = WebhookId(id),
                                                 .trigger = WebhookTrigger::Acknowledge,
                                                 .event_data = "{}",
                                                 .created_at = SiteClient::kStart + std::chrono::seconds(i)});
    }
    transaction.commit();
  }
  const engine::Retention keep{.groups = {}, .webhook_responses = std::chrono::days{90}};
  const auto step = [&] {
    EXPECT_TRUE(site.engine().submit(engine::Change{"retention",
                                                    [&](engine::Batch& batch) {
                                                      engine::delete_old(batch, keep);
                                                      return true;
                                                    },
                                                    {}}));
    site.advance(std::chrono::microseconds{0});
    return site.get(path(id) + "responses/")["count"];
  };
  EXPECT_EQ(step(), "1203");
  site.advance(std::chrono::days{90} + std::chrono::seconds{1200});
  EXPECT_EQ(step(), "703");
  EXPECT_EQ(step(), "203");
  EXPECT_EQ(step(), "2") << "those are not old enough";
  EXPECT_EQ(step(), "2");
}

TEST_P(Webhooks, HaveATimeOutOfTheirOwn) {
  const Answer made = create(std::string(kMinimal) + R"(,"timeout":120)");
  EXPECT_EQ(made["timeout"], "120");
  EXPECT_EQ(store::find_webhook(site.db(), WebhookId(made["id"]))->timeout, std::chrono::seconds{120});
  EXPECT_EQ(site.patch(path(made["id"]), R"({"name":"Other"})")["timeout"], "120");
  EXPECT_EQ(site.patch(path(made["id"]), R"({"timeout":121})").body,
            field_error("timeout", "Ensure this value is less than or equal to 120."));
  EXPECT_EQ(site.patch(path(made["id"]), R"({"timeout":0})").body,
            field_error("timeout", "Ensure this value is greater than or equal to 1."));
  EXPECT_EQ(site.patch(path(made["id"]), R"({"timeout":null})")["timeout"], "null");
}

TEST_P(Webhooks, SpeakTheOldSpellingAsActions) {
  const Answer made = site.post("/api/v1/actions/", R"({"name":"a","url":"https://x.example"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body, R"({"id":")" + made["id"] +
                           R"(","name":"a","is_webhook_enabled":true,"team_id":null,"user":null,"data":null,)"
                           R"("password":null,"authorization_header":null,"trigger_template":null,)"
                           R"("headers":null,"url":"https://x.example","forward_whole_payload":true,)"
                           R"("http_method":"POST","trigger_type":"escalation","integration_filter":null})");
  const std::string action = "/api/v1/actions/" + made["id"] + "/";
  EXPECT_EQ(
      site.put(action, R"({"user":"u","forward_whole_payload":false,"data":"\"{{ 1|tojson }}\""})")["user"],
      "u");
  EXPECT_EQ(site.get(path(made["id"]))["username"], "u") << "the same row";
  EXPECT_EQ(site.get(path(made["id"]))["forward_all"], "false");
  EXPECT_EQ(site.post("/api/v1/actions/", R"({"url":null})").body,
            R"({"name":["This field is required."],"url":["This field may not be null."]})");
  EXPECT_EQ(site.remove(action).status, 204);
  EXPECT_EQ(site.get(action).status, 404);
  const std::string robot = site.service_account_token({access::Permission::OutgoingWebhooksRead});
  EXPECT_EQ(site.as(robot).get("/api/v1/actions/").body, detail("Invalid token."));
  EXPECT_EQ(site.as(robot).get("/api/v1/webhooks/").status, 200);
  const std::string editor = site.token_of(site.add_user("ed", Role::Editor));
  EXPECT_EQ(site.as(editor).post("/api/v1/actions/", "{}").status, 403);
}

}  // namespace
}  // namespace tocsin::test
