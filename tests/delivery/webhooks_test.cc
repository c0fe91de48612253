// Outgoing webhooks over real sockets: what the receiver gets, how often, and what is kept of it.
#include <gmock/gmock.h>

#include "delivery/raw_server.h"
#include "delivery/world.h"
#include "http/raw_client.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Webhooks : public DeliveryWorld {
 protected:
  json::Value responses(const WebhookId& id) {
    return *site.get("/api/v1/webhooks/" + id.str() + "/responses/").json().find("results");
  }
};

TEST_F(Webhooks, SendTheWholeEventOnceAndKeepTheAnswer) {
  Receiver receiver;
  open();
  const WebhookId hook = webhook(receiver.url("/hook"));
  const std::string row = fire(hook);
  ASSERT_TRUE(run_until_finished(row));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].path, "/hook");
  EXPECT_EQ(requests[0].headers.find("Idempotency-Key"), row);
  EXPECT_EQ(requests[0].headers.find("Content-Type"), "application/json");
  EXPECT_THAT(requests[0].body, HasSubstr(R"({"event": {"type": "alert group created", "time": ")"));
  EXPECT_THAT(requests[0].body, HasSubstr(R"("alert_payload": {"title": "disk full", )"));
  EXPECT_THAT(requests[0].body, HasSubstr(R"("username": "anna")"));
  const json::Value kept = responses(hook);
  ASSERT_EQ(kept.as_array().size(), 1u);
  const json::Value& first = kept.as_array()[0];
  EXPECT_EQ(first.find("status_code")->as_int(), 200);
  EXPECT_EQ(first.find("content")->as_string(), R"({"ok": true})");
  EXPECT_EQ(result(row), "delivered");
}

TEST_F(Webhooks, ASlowReceiverGetsExactlyOneCall) {
  Receiver receiver({silence()});
  open();
  const std::string row = fire(webhook(receiver.url()));
  ASSERT_TRUE(run_until([&] { return receiver.requests().size() == 1; }));
  for (int i = 0; i < 6; ++i) {
    site.advance(10s);
    dispatcher->poll();
  }
  receiver.answer_held();
  ASSERT_TRUE(run_until_finished(row));
  EXPECT_EQ(receiver.requests().size(), 1u);
  EXPECT_EQ(result(row), "delivered");
}

TEST_F(Webhooks, AnErrorStatusIsAnAnswerAndEndsIt) {
  Receiver receiver({status(500)});
  open();
  const WebhookId hook = webhook(receiver.url());
  const std::string row = fire(hook);
  ASSERT_TRUE(run_until_finished(row));
  site.advance(1h);
  run_until([&] { return dispatcher->in_flight() == 0; });
  EXPECT_EQ(receiver.requests().size(), 1u);
  EXPECT_EQ(responses(hook).as_array()[0].find("status_code")->as_int(), 500);
}

TEST_F(Webhooks, ATimeOutIsRepeatedAfterTenSecondsWithTheSameKey) {
  Receiver receiver({silence()});
  open({}, {.total_timeout = 150ms});
  const WebhookId hook = webhook(receiver.url());
  const std::string row = fire(hook);
  ASSERT_TRUE(run_until_it_waits(row, 1));
  EXPECT_EQ(result(row), "retried");
  site.advance(9s);
  dispatcher->poll();
  EXPECT_EQ(receiver.requests().size(), 1u);
  site.advance(2s);
  ASSERT_TRUE(run_until_finished(row));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[1].headers.find("Idempotency-Key"), row);
  EXPECT_EQ(responses(hook).as_array().size(), 2u) << "each attempt is kept";
}

// Says the beginning of an answer and hangs up.
TEST_F(Webhooks, AHalfAnswerIsNotAskedForAgain) {
  const RawServer half([](int fd) {
    char bytes[65536];
    std::ignore = ::recv(fd, bytes, sizeof bytes, 0);
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    std::ignore = ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
  });
  open();
  const std::string row = fire(webhook(half.url("http")));
  EXPECT_TRUE(run_until_finished(row));
  EXPECT_EQ(result(row), "failed");
  EXPECT_EQ(half.calls, 1);
}

TEST_F(Webhooks, PrivateAddressesAreNotCalled) {
  client = std::make_unique<http::Client>(http::ClientOptions{});
  Receiver receiver;
  open();
  const WebhookId hook = webhook(receiver.url());
  const std::string row = fire(hook);
  ASSERT_TRUE(run_until_finished(row));
  EXPECT_EQ(receiver.requests().size(), 0u);
  EXPECT_EQ(responses(hook).as_array()[0].find("url")->as_string(),
            "URL - This url is not supported for outgoing webhooks");
}

TEST_F(Webhooks, ATriggerTemplateThatSaysNoLeavesNoTrace) {
  Receiver receiver;
  open();
  const WebhookId hook = webhook(
      receiver.url(), R"("trigger_template": "{{ alert_payload.title == 'other' }}", "forward_all": true)");
  const std::string row = fire(hook);
  ASSERT_TRUE(run_until_finished(row));
  EXPECT_EQ(receiver.requests().size(), 0u);
  EXPECT_EQ(responses(hook).as_array().size(), 0u);
}

TEST_F(Webhooks, TemplatesAreEscapedAndSecretsMasked) {
  Receiver receiver;
  open();
  const WebhookId hook = webhook(
      receiver.url(),
      R"("forward_all": false, "data": "{\"t\": \"{{ alert_payload.title }}\"}", "authorization_header": "Token secret", "headers": "{\"X-Team\": \"ops\"}")");
  ASSERT_TRUE(run_until_finished(fire(hook)));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].body, R"({"t": "disk full"})");
  EXPECT_EQ(requests[0].headers.find("Authorization"), "Token secret");
  EXPECT_EQ(requests[0].headers.find("X-Team"), "ops");
  const std::string kept = responses(hook).as_array()[0].find("request_headers")->as_string();
  EXPECT_EQ(kept, R"({"X-Team": "ops", "Authorization": "****************"})");
}

TEST_F(Webhooks, AReceiverThatRepeatsItsSecretsIsNotQuoted) {
  Receiver receiver({http::text_response(200, R"(you sent Token \"secret\" and Basic YW5uYTpodW50ZXIy)")});
  open();
  const WebhookId hook =
      webhook(receiver.url(),
              R"("authorization_header": "Token \"secret\"", "username": "anna", "password": "hunter2")");
  ASSERT_TRUE(run_until_finished(fire(hook)));
  EXPECT_EQ(receiver.requests().at(0).headers.find("Authorization"), "Basic YW5uYTpodW50ZXIy");
  EXPECT_EQ(responses(hook).as_array()[0].find("content")->as_string(),
            "you sent **************** and Basic ****************");
}

TEST_F(Webhooks, AReceiverMayNotRepeatTheTokenAloneEither) {
  Receiver receiver({http::text_response(200, "token abcdefgh1234 is unknown")});
  open();
  const WebhookId hook = webhook(receiver.url(), R"("authorization_header": "Bearer abcdefgh1234")");
  ASSERT_TRUE(run_until_finished(fire(hook)));
  EXPECT_EQ(responses(hook).as_array()[0].find("content")->as_string(), "token **************** is unknown");
}

TEST_F(Webhooks, WhoseSecretsCannotBeReadAreNotCalledAndSaySo) {
  Receiver receiver;
  open({}, {});
  const WebhookId hook = webhook(receiver.url(), R"("password": "hunter2", "username": "anna")");
  {
    store::Transaction transaction(site.db());
    site.db().execute("UPDATE webhook_secrets SET password = 'v1:000000000000:00'");
    transaction.commit();
  }
  const std::string row = fire(hook);
  ASSERT_TRUE(run_until_finished(row));
  EXPECT_EQ(receiver.requests().size(), 0u);
  EXPECT_EQ(responses(hook).as_array()[0].find("content")->as_string(),
            "The webhook's secrets cannot be read: it was sealed with another secret key");
}

TEST_F(Webhooks, ANodeWithoutTheKeyLeavesThemToOneThatHasIt) {
  Receiver receiver;
  open({}, {});
  const WebhookId hook = webhook(receiver.url(), R"("password": "hunter2", "username": "anna")");
  const WebhookId plain = webhook(receiver.url());
  delivery::WebhookCourier keyless(site.engine(), *client, {.base_url = "http://tocsin.example.org"});
  const auto job = [&](const WebhookId& id) {
    return keyless.prepare(site.db(), store::find_outbox(site.db(), fire(id))->row, site.now());
  };
  EXPECT_TRUE(std::holds_alternative<delivery::Wait>(job(hook)));
  EXPECT_TRUE(std::holds_alternative<delivery::Send>(job(plain)));
}

TEST_F(Webhooks, TheirOwnTimeOutWins) {
  Receiver receiver({silence()});
  open();  // 30 s for everybody else
  const WebhookId hook = webhook(receiver.url(), R"("timeout": 1)");
  const std::string row = fire(hook);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_until_it_waits(row, 1));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  EXPECT_EQ(result(row), "retried");
  EXPECT_EQ(receiver.requests().size(), 1u);
}

TEST_F(Webhooks, EventsOfOneGroupArriveInOrderAlsoWhenTheFirstIsRepeated) {
  Receiver receiver({silence()});
  open({}, {.total_timeout = 150ms});
  const WebhookId hook = webhook(receiver.url());
  const std::string first = fire(hook, WebhookTrigger::Acknowledge);
  site.advance(1us);
  const std::string second = fire(hook, WebhookTrigger::Resolve);
  ASSERT_TRUE(run_until_it_waits(first, 1));
  site.advance(9s);
  run_until([&] { return dispatcher->in_flight() == 0; });
  EXPECT_EQ(receiver.requests().size(), 1u) << "the second waits for the first";
  EXPECT_FALSE(finished(second));
  site.advance(2s);
  ASSERT_TRUE(run_until_finished(second));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[1].headers.find("Idempotency-Key"), first);
  EXPECT_EQ(requests[2].headers.find("Idempotency-Key"), second);
}

TEST_F(Webhooks, AreSentAgainWithTheSameBodyUnderANewKey) {
  Receiver receiver({status(500)});
  open();
  const WebhookId hook =
      webhook(receiver.url(), R"("forward_all": false, "data": "{\"n\": \"{{ alert_payload.title }}\"}",)"
                              R"("trigger_template": "{{ event.type == 'alert group created' }}")");
  const std::string row = fire(hook);
  ASSERT_TRUE(run_until_finished(row));
  const std::string attempt = responses(hook).as_array()[0].find("id")->as_string();
  const std::string path = "/api/v1/webhooks/" + hook.str() + "/responses/";
  // Meanwhile the webhook speaks otherwise; what is sent again is what was sent.
  site.patch("/api/v1/webhooks/" + hook.str() + "/", R"({"data": "other", "trigger_template": "no"})");
  const Answer again = site.post(path + attempt + "/resend/");
  ASSERT_EQ(again.status, 202) << again.body;
  ASSERT_TRUE(run_until_finished(again["idempotency_key"]));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[1].body, requests[0].body);
  EXPECT_EQ(requests[1].headers.find("Content-Type"), "application/json");
  EXPECT_EQ(requests[1].headers.find("Idempotency-Key"), again["idempotency_key"]);
  EXPECT_NE(requests[1].headers.find("Idempotency-Key"), row);
  const json::Value kept = responses(hook);
  ASSERT_EQ(kept.as_array().size(), 2u);
  EXPECT_EQ(kept.as_array()[0].find("resent_of")->as_string(), attempt);
  EXPECT_EQ(kept.as_array()[0].find("status_code")->as_int(), 200);
  EXPECT_EQ(kept.as_array()[0].find("event_data")->as_string(),
            kept.as_array()[1].find("event_data")->as_string());
  EXPECT_EQ(site.post(path + "WHR0/resend/").status, 404);
  const std::string editor = site.token_of(site.add_user("ed", Role::Editor));
  EXPECT_EQ(site.as(editor).post(path + attempt + "/resend/").status, 403);
  site.patch("/api/v1/webhooks/" + hook.str() + "/", R"({"is_webhook_enabled": false})");
  EXPECT_EQ(site.post(path + attempt + "/resend/").body, R"({"detail":"The webhook is disabled."})");
}

TEST_F(Webhooks, TellWhomTheRestOfTheChainWillPage) {
  const std::string chain = site.post("/api/v1/escalation_chains/", R"({"name": "Night"})")["id"];
  site.post("/api/v1/escalation_policies/", R"({"escalation_chain_id": ")" + chain +
                                                R"(", "type": "notify_persons", "persons_to_notify": [")" +
                                                anna.str() + "\"]}");
  const Answer integration = site.post(
      "/api/v1/integrations/",
      R"({"type": "webhook", "name": "B", "default_route": {"escalation_chain_id": ")" + chain + "\"}}");
  Receiver receiver;
  open();
  webhook(receiver.url());
  site.alert(integration["link"], R"({"title": "disk full"})");
  ASSERT_TRUE(run_until([&] { return receiver.requests().size() == 1; }));
  EXPECT_THAT(receiver.requests()[0].body,
              HasSubstr(R"("users_to_be_notified": [{"id": ")" + anna.str() + R"(", "username": "anna")"));
}

TEST_F(Webhooks, AStepWhoseWebhookIsGoneSaysSo) {
  open();
  const std::string row =
      put(effect::TriggerWebhook{group, WebhookId("WHGONE"), EscalationPolicyId("E1")}, "webhook:WHGONE");
  ASSERT_TRUE(run_until_finished(row));
  const auto records = store::records_of(site.db(), group);
  const auto* last = std::get_if<GroupRecord>(&records.back());
  ASSERT_NE(last, nullptr);
  EXPECT_EQ(last->failure, EscalationFailure::WebhookNotConfigured);
}

}  // namespace
}  // namespace tocsin::test
