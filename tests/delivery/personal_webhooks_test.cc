// notify_by_webhook: a person's own webhook, over real sockets (docs/spec/outgoing-webhooks.md, section 8).
#include <gmock/gmock.h>

#include "delivery/world.h"
#include "language/json/write.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class PersonalWebhooks : public DeliveryWorld {
 protected:
  WebhookId personal_webhook(const std::string& url, const std::string& more = "") {
    const Answer made =
        site.post("/api/v1/webhooks/", R"({"name": "mine", "http_method": "POST", "url": ")" + url +
                                           R"(", "trigger_type": "personal notification")" + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return WebhookId(made["id"]);
  }
  std::string anna_path() const { return "/api/v1/users/" + anna.str() + "/personal_webhook/"; }
  std::string page_anna() { return page(NotifyBy::Webhook, "webhook:personal:" + anna.str()); }
  json::Value responses(const WebhookId& id) {
    return *site.get("/api/v1/webhooks/" + id.str() + "/responses/").json().find("results");
  }
};

TEST_F(PersonalWebhooks, TellTheReceiverWhoIsMeantAndWithWhatContext) {
  Receiver receiver;
  open();
  const WebhookId hook = personal_webhook(receiver.url());
  const std::string token = site.token_of(anna);
  const Answer set =
      site.as(token).put("/api/v1/users/current/personal_webhook/",
                         R"({"webhook": ")" + hook.str() + R"(", "context": {"pin": "4711-secret"}})");
  EXPECT_EQ(set.body, R"({"webhook":")" + hook.str() + R"(","context":{"pin":"4711-secret"}})");
  const std::string row = page_anna();
  ASSERT_TRUE(run_until_finished(row));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_THAT(requests[0].body, HasSubstr(R"({"event": {"type": "personal notification", "time": ")"));
  EXPECT_THAT(requests[0].body,
              HasSubstr(R"("user": {"pin": "4711-secret"}}, "user": {"id": ")" + anna.str()));
  EXPECT_EQ(requests[0].headers.find("Idempotency-Key"), row);
  ASSERT_EQ(personal_records().size(), 1u);
  EXPECT_EQ(personal_records()[0].type, PersonalRecordType::Success);
  const json::Value kept = responses(hook);
  ASSERT_EQ(kept.as_array().size(), 1u);
  EXPECT_EQ(kept.as_array()[0].find("request_data")->as_string(), "****************");
  EXPECT_THAT(json::write(kept), Not(HasSubstr("4711-secret")));
  EXPECT_FALSE(site.log().contains("4711-secret"));
  EXPECT_EQ(site.get(anna_path())["context"], "****************") << "its owner alone may read it";
  const std::string stored = site.db().query("SELECT context FROM personal_webhooks")[0].string(0);
  EXPECT_THAT(stored, Not(HasSubstr("4711"))) << "sealed";
  const std::string attempt = kept.as_array()[0].find("id")->as_string();
  EXPECT_EQ(site.post("/api/v1/webhooks/" + hook.str() + "/responses/" + attempt + "/resend/").status, 400);
}

TEST_F(PersonalWebhooks, SayWhyNobodyWasReached) {
  Receiver receiver({status(500)});
  open();
  const auto last_reason = [&] {
    const auto records = personal_records();
    return records.empty() || records.back().type != PersonalRecordType::Failed ? "" : records.back().reason;
  };
  const auto page_and_read = [&] {
    EXPECT_TRUE(run_until_finished(page_anna()));
    site.advance(1s);
    return last_reason();
  };
  EXPECT_EQ(page_and_read(), "The user has no personal webhook");
  const WebhookId hook = personal_webhook(receiver.url());
  ASSERT_EQ(site.put(anna_path(), R"({"webhook": ")" + hook.str() + "\"}").status, 200);
  EXPECT_EQ(page_and_read(), "HTTP status 500");
  const std::string path = "/api/v1/webhooks/" + hook.str() + "/";
  site.patch(path, R"({"is_webhook_enabled": false})");
  EXPECT_EQ(page_and_read(), "The personal webhook is disabled");
  site.patch(path, R"({"is_webhook_enabled": true, "trigger_template": "no"})");
  EXPECT_EQ(page_and_read(), "The trigger template of the personal webhook did not say true");
  site.patch(path, R"({"trigger_type": "resolve"})");
  EXPECT_EQ(page_and_read(), "The personal webhook is now called by something else");
  site.remove(path);
  EXPECT_EQ(page_and_read(), "The personal webhook was deleted");
  EXPECT_EQ(receiver.requests().size(), 1u);
}

TEST_F(PersonalWebhooks, CallNobodyForAGroupThatWasAnswered) {
  Receiver receiver;
  open();
  site.put(anna_path(), R"({"webhook": ")" + personal_webhook(receiver.url()).str() + "\"}");
  const std::string row = page_anna();
  site.post("/api/v1/alert_groups/" + group.str() + "/acknowledge/");
  ASSERT_TRUE(run_until_finished(row));
  EXPECT_EQ(receiver.requests().size(), 0u);
  EXPECT_EQ(personal_records().back().type, PersonalRecordType::Failed);
}

// From the rule to the request.
TEST_F(PersonalWebhooks, AreCalledByANotificationRule) {
  Receiver receiver;
  open();
  site.put(anna_path(), R"({"webhook": ")" + personal_webhook(receiver.url()).str() + "\"}");
  const Answer rule = site.post("/api/v1/personal_notification_rules/",
                                R"({"user_id": ")" + anna.str() + R"(", "type": "notify_by_webhook"})");
  ASSERT_EQ(rule.status, 201) << rule.body;
  const Answer paged = site.post("/api/v1/escalation/", R"({"title": "help", "users": [{"id": ")" +
                                                            anna.str() + R"(", "important": false}]})");
  ASSERT_EQ(paged.status, 200) << paged.body;
  site.advance(10s);
  ASSERT_TRUE(run_until([&] { return receiver.requests().size() == 1; }))
      << site.get("/api/v1/alert_groups/" + paged["id"] + "/timeline/").body;
  EXPECT_THAT(receiver.requests()[0].body, HasSubstr(R"("type": "personal notification")"));
}

TEST_F(PersonalWebhooks, AreSetByTheirOwnerOrAnAdministrator) {
  open();
  const WebhookId hook = personal_webhook("https://a.example/");
  const WebhookId other = webhook("https://a.example/");
  const std::string mine = R"({"webhook": ")" + hook.str() + "\"}";
  EXPECT_EQ(site.get(anna_path()).body, R"({"webhook":null,"context":null})");
  EXPECT_EQ(site.as(site.token_of(site.add_user("eve", Role::Editor))).put(anna_path(), mine).status, 403);
  EXPECT_EQ(site.as(site.token_of(anna)).put(anna_path(), mine).status, 200);
  EXPECT_EQ(site.put(anna_path(), R"({"webhook": ")" + other.str() + "\"}").body,
            R"({"webhook":["Webhook not found."]})");
  EXPECT_EQ(site.put(anna_path(), R"({"context": {}})").body, R"({"webhook":["This field is required."]})");
  EXPECT_EQ(site.put(anna_path(), R"({"webhook": ")" + hook.str() + R"(", "context": [1]})").status, 400);
  EXPECT_EQ(site.put("/api/v1/users/U0/personal_webhook/", mine).status, 404);
  EXPECT_EQ(site.remove(anna_path()).status, 204);
  EXPECT_EQ(site.remove(anna_path()).status, 404);
}

}  // namespace
}  // namespace tocsin::test
