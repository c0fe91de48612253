// What providers do wrong below HTTP: answers that drip, certificates that nobody vouches for, mail servers
// that hang up in the middle; and what becomes of a Slack post whose outcome never came back.
#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <thread>

#include "delivery/raw_server.h"
#include "delivery/world.h"
#include "edge/delivery/slack/slack.h"
#include "engine/outgoing.h"
#include "http/mail_server.h"
#include "http/raw_client.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// One byte every few milliseconds, for ever: never silent, never done.
void drip(int fd) {
  char bytes[65536];
  std::ignore = ::recv(fd, bytes, sizeof bytes, 0);
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
  if (::send(fd, head.data(), head.size(), MSG_NOSIGNAL) < 0) return;
  while (::send(fd, "x", 1, MSG_NOSIGNAL) == 1) std::this_thread::sleep_for(2ms);
}

class Faults : public DeliveryWorld {
 protected:
  ~Faults() override { client.reset(); }  // hangs up, so that servers come to their end

  void use_slack(const std::string& api_url, std::chrono::milliseconds timeout = 30s) {
    const std::string route = site.get("/api/v1/alert_groups/" + group.str() + "/")["route_id"];
    site.db().execute("UPDATE routes SET slack_channel_id = 'C1' WHERE id = $1", {route});
    site.db().execute("UPDATE organization SET config_version = config_version + 1");
    site.engine().refresh_configuration();
    slack = std::make_unique<delivery::SlackCourier>(
        site.engine(), *client,
        delivery::SlackSettings{"xoxb", api_url, "https://oncall.example.org", timeout});
    more_couriers = {slack.get()};
  }
  std::string post() { return put(effect::UpdateChatPosts{group}, "slack:C1"); }
  std::string reason(const std::string& id) {
    const auto entry = store::find_outbox(site.db(), id);
    const json::Value* text = entry && entry->outcome ? entry->outcome->find("reason") : nullptr;
    return text != nullptr ? text->as_string() : "";
  }

  std::unique_ptr<delivery::SlackCourier> slack;
};

TEST_F(Faults, ADrippingAnswerEndsAtTheTotalTimeOut) {
  const RawServer server(drip);
  delivery::NtfyProvider ntfy(*client, {server.url("http"), "", 200ms});
  use_slack(server.url("http", "/api/"), 200ms);
  open({&ntfy}, {.total_timeout = 200ms});
  const std::string hook = fire(webhook(server.url("http")));
  ASSERT_TRUE(run_until_finished(hook));
  EXPECT_EQ(result(hook), "failed") << "it had begun to answer: it is not called again";
  const std::string push = page(NotifyBy::MobileApp, "push");
  ASSERT_TRUE(run_until_it_waits(push, 1));
  EXPECT_EQ(result(push), "retried");
  const std::string chat = post();
  ASSERT_TRUE(run_until_it_waits(chat, 1));
  EXPECT_EQ(result(chat), "retried");
  client.reset();
}

// More pages than a node claims at once wait for a provider that hangs.
TEST_F(Faults, AHangingProviderWithALongQueueDelaysNoOther) {
  Receiver hanging(std::deque<http::Response>(600, silence())), quick;
  delivery::NtfyProvider ntfy(*client, {hanging.url(), ""});
  open({&ntfy});
  for (int i = 0; i < 600; ++i) page(NotifyBy::MobileApp, "push");
  ASSERT_TRUE(run_until([&] { return hanging.requests().size() == 8; })) << "eight at once";
  const std::string other = fire(webhook(quick.url()));
  EXPECT_TRUE(run_until([&] {
    site.advance(5ms);
    return finished(other);
  }));
  EXPECT_EQ(hanging.requests().size(), 8u);
  client.reset();
}

TEST_F(Faults, NothingIsSaidToAServerWithTheWrongCertificate) {
  const http::Certificate untrusted;
  std::atomic<int> spoken = 0;
  const RawServer server([&](int fd) {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_chain_file(context, untrusted.certificate_file().c_str());
    SSL_CTX_use_PrivateKey_file(context, untrusted.key_file().c_str(), SSL_FILETYPE_PEM);
    SSL* ssl = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(ssl, fd);
    char bytes[4096];
    if (SSL_accept(ssl) == 1 && SSL_read(ssl, bytes, sizeof bytes) > 0) ++spoken;
    SSL_free(ssl);
  });
  delivery::NtfyProvider ntfy(*client, {server.url("https"), ""});
  use_slack(server.url("https", "/api/"));
  open({&ntfy});
  const std::string hook = fire(webhook(server.url("https"))), push = page(NotifyBy::MobileApp, "push"),
                    chat = post();
  for (const std::string& row : {hook, push, chat}) {
    ASSERT_TRUE(run_until_finished(row)) << row;
    EXPECT_EQ(result(row), "failed") << row;
  }
  EXPECT_EQ(spoken, 0);
  EXPECT_EQ(server.calls, 3) << "once each";
  ASSERT_EQ(personal_records().size(), 1u);
  EXPECT_EQ(personal_records()[0].type, PersonalRecordType::Failed);
}

TEST_F(Faults, AMailServerThatHangsUpInTheMiddleIsTriedAgainWithTheSameMail) {
  const struct {
    const char* name;
    http::MailScript script;
  } cases[] = {
      {"at once", {.hang_up_at = "EHLO"}},
      {"before the data", {.hang_up_at = "DATA"}},
      {"after the data", {.hang_up_at = "."}},
      {"with half an answer", {.answers = {{".", "25"}}, .hang_up_at = ".half"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    client = std::make_unique<http::Client>(http::ClientOptions{});
    const http::MailServer server(c.script);
    delivery::EmailProvider email(*client, mail_settings(server.url()));
    open({&email});
    const std::string row = page(NotifyBy::Email, "email");
    ASSERT_TRUE(run_until_it_waits(row, 1));
    EXPECT_EQ(result(row), "retried");
    site.advance(2s);
    ASSERT_TRUE(run_until_it_waits(row, 2));
    const std::string said = server.transcript();
    const std::string id = "Message-ID: <" + row + "@example.org>";
    if (said.find(id) != std::string::npos) {
      EXPECT_NE(said.rfind(id), said.find(id)) << "the same mail, recognisable";
    }
    site.db().execute("UPDATE outbox SET finished_at = 1 WHERE id = $1", {row});
    client.reset();
  }
}

TEST_F(Faults, AMailServerThatCannotBeResolvedIsTriedAgain) {
  delivery::EmailProvider email(*client, mail_settings("smtp://mail.invalid:25"));
  open({&email});
  const std::string row = page(NotifyBy::Email, "email");
  ASSERT_TRUE(run_until_it_waits(row, 1));
  EXPECT_EQ(result(row), "retried");
  EXPECT_THAT(reason(row), HasSubstr("Error while sending email"));
  EXPECT_EQ(personal_records().size(), 0u);
  site.advance(2s);
  ASSERT_TRUE(run_until_it_waits(row, 2));
}

// The first attempt got through and its answer was lost: the group is found in the channel, not posted again.
TEST_F(Faults, APostWhoseAnswerWasLostIsLookedForBeforeItIsRepeated) {
  http::Response lost = status(500);
  Receiver receiver(
      {std::move(lost),
       http::json_response(
           200, R"({"ok": true, "messages": [{"ts": "3.4"}, {"ts": "17.5", "metadata": {"event_type": )"
                R"("tocsin_alert_group", "event_payload": {"id": ")" +
                    group.str() + R"("}}}]})")});
  use_slack(receiver.url("/api/"));
  open();
  const std::string row = post();
  ASSERT_TRUE(run_until_it_waits(row, 1));
  site.advance(2s);
  ASSERT_TRUE(run_until_finished(row));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].path, "/api/chat.postMessage");
  EXPECT_THAT(requests[0].body, HasSubstr(R"("client_msg_id":")"));
  EXPECT_THAT(requests[0].body, HasSubstr(R"("event_payload":{"id":")" + group.str()));
  EXPECT_EQ(requests[1].method, "GET");
  EXPECT_EQ(requests[1].path, "/api/conversations.history");
  EXPECT_THAT(requests[1].query, HasSubstr("channel=C1"));
  EXPECT_EQ(store::find_chat_post(site.db(), group, "slack")->message_id, "17.5");
}

TEST_F(Faults, APostThatIsNotInTheChannelOrCannotBeLookedForIsRepeatedWithTheSameKey) {
  Receiver receiver({status(500), http::json_response(200, R"({"ok": false, "error": "missing_scope"})"),
                     http::json_response(200, R"({"ok": true, "ts": "18.1"})")});
  use_slack(receiver.url("/api/"));
  open();
  const std::string row = post();
  ASSERT_TRUE(run_until_it_waits(row, 1));
  site.advance(2s);
  ASSERT_TRUE(run_until_finished(row));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 3u);
  const auto key = [](const http::Request& request) {
    const std::size_t at = request.body.find("\"client_msg_id\":\"");
    return at == std::string::npos ? std::string("none") : request.body.substr(at, 53);
  };
  EXPECT_EQ(key(requests[0]), key(requests[2]));
  EXPECT_EQ(store::find_chat_post(site.db(), group, "slack")->message_id, "18.1");
}

// docs/spec/channels.md, section 2.4: an edit for further alerts every 45 s at most, and never sooner than 10
// s.
TEST_F(Faults, FurtherAlertsEditTheirPostEveryFortyFiveSecondsAtMost) {
  Receiver receiver;
  use_slack(receiver.url("/api/"));
  open();
  const auto edits_due = [&] {
    const store::Rows rows =
        site.db().query("SELECT due_at FROM outbox WHERE kind = 'publish_alert' AND finished_at IS NULL");
    return rows.empty() ? std::nullopt : std::optional(rows[0].instant(0));
  };
  const std::string link =
      site.get("/api/v1/integrations/").json().find("results")->as_array().at(0).find("link")->as_string();
  const auto another = [&] {
    site.alert(link, R"({"title": "disk full", "message": "**sda1** is at 99 %"})");
  };
  another();
  EXPECT_EQ(edits_due(), site.now()) << "nothing is posted yet";
  ASSERT_TRUE(run_until([&] { return !edits_due(); }));
  const Instant left = site.now();
  for (int i = 0; i < 30; ++i) another(), site.advance(1s);
  EXPECT_EQ(edits_due(), left + 45s) << "a storm is one edit";
  EXPECT_EQ(site.db().query("SELECT COUNT(*) FROM outbox WHERE kind = 'publish_alert'")[0].integer(0), 2);
  site.advance(60s);
  ASSERT_TRUE(run_until([&] { return !edits_due(); }));
  site.advance(60s);
  another();
  EXPECT_EQ(edits_due(), site.now() + 10s);
}

}  // namespace
}  // namespace tocsin::test
