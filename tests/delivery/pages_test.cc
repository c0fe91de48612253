// Pages over real sockets: mail and push, their misbehaving servers, and the last look before sending.
#include <gmock/gmock.h>

#include "delivery/world.h"
#include "edge/delivery/backoff.h"
#include "http/mail_server.h"
#include "language/json/write.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class Pages : public DeliveryWorld {};

// The mail server's thread ends when the client has hung up.
struct HangUp {
  std::unique_ptr<http::Client>& client;
  ~HangUp() { client.reset(); }
};

TEST_F(Pages, GoByMailAsTextAndHtmlInOneThreadPerGroup) {
  const http::MailServer server({});
  delivery::EmailProvider email(*client, mail_settings(server.url()));
  const HangUp hang_up{client};
  open({&email});
  const std::string row = page(NotifyBy::Email, "email");
  ASSERT_TRUE(run_until_finished(row));
  const std::string mail = server.transcript();
  EXPECT_THAT(mail, HasSubstr("RCPT TO:<anna@example.org>"));
  EXPECT_THAT(mail, HasSubstr("Message-ID: <" + row + "@example.org>"));
  EXPECT_THAT(mail, HasSubstr("References: <" + group.str() + "@example.org>"));
  EXPECT_THAT(mail, HasSubstr("Auto-Submitted: auto-generated"));
  EXPECT_THAT(mail, HasSubstr("multipart/alternative"));
  ASSERT_EQ(personal_records().size(), 1u);
  EXPECT_EQ(personal_records()[0].type, PersonalRecordType::Success);
}

TEST_F(Pages, ARefusedMailIsAFailedRecordWithTheServersWords) {
  const http::MailServer server({.answers = {{"RCPT", "550 no such user"}}});
  delivery::EmailProvider email(*client, mail_settings(server.url()));
  const HangUp hang_up{client};
  open({&email});
  ASSERT_TRUE(run_until_finished(page(NotifyBy::Email, "email")));
  const auto records = personal_records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].type, PersonalRecordType::Failed);
  EXPECT_EQ(records[0].code, NotificationFailure::MailNotSent);
  EXPECT_THAT(records[0].reason, HasSubstr("550 no such user"));
}

TEST_F(Pages, ABusyMailServerIsTriedAgainAndGivenUpAfterTenAttempts) {
  const http::MailServer server({.answers = {{"MAIL", "451 busy"}}});
  delivery::EmailProvider email(*client, mail_settings(server.url()));
  const HangUp hang_up{client};
  open({&email});
  const std::string row = page(NotifyBy::Email, "email");
  for (int attempt = 1; attempt < 10; ++attempt) {
    ASSERT_TRUE(run_until_it_waits(row, attempt)) << attempt;
    EXPECT_EQ(personal_records().size(), 0u);
    site.advance(10min);
  }
  ASSERT_TRUE(run_until_finished(row));
  ASSERT_EQ(personal_records().size(), 1u);
  EXPECT_EQ(personal_records()[0].type, PersonalRecordType::Failed);
}

TEST_F(Pages, NoMailGoesToAServerWithTheWrongCertificate) {
  const http::Certificate untrusted;
  const http::MailServer server({.certificate = &untrusted});
  auto settings = mail_settings(server.url());
  settings.start_tls = http::StartTls::Required;
  delivery::EmailProvider email(*client, settings);
  const HangUp hang_up{client};
  open({&email});
  const std::string row = page(NotifyBy::Email, "email");
  ASSERT_TRUE(run_until_finished(row));
  EXPECT_EQ(result(row), "failed");
  EXPECT_THAT(server.transcript(), Not(HasSubstr("MAIL FROM")));
}

TEST_F(Pages, ARateLimitStormEndsWithOneCorrectMessage) {
  Receiver receiver({status(429, "7"), status(429, "7"), status(429, "7"), status(429, "7")});
  delivery::NtfyProvider ntfy(*client, {receiver.url(), "secret"});
  open({&ntfy});
  const std::string row = page(NotifyBy::MobileApp, "push");
  for (int attempt = 1; attempt <= 4; ++attempt) {
    ASSERT_TRUE(run_until_it_waits(row, attempt));
    site.advance(6s);
    run_until([&] { return dispatcher->in_flight() == 0; });
    EXPECT_EQ(receiver.requests().size(), static_cast<std::size_t>(attempt)) << "Retry-After is kept to";
    site.advance(2s);
  }
  ASSERT_TRUE(run_until_finished(row));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 5u);
  EXPECT_THAT(requests[4].body, HasSubstr(R"("topic":"annas-topic")"));
  EXPECT_EQ(requests[4].headers.find("Authorization"), "Bearer secret");
  ASSERT_EQ(personal_records().size(), 1u);
  EXPECT_EQ(personal_records()[0].type, PersonalRecordType::Success);
}

TEST_F(Pages, NobodyIsPagedAfterTheGroupWasAnswered) {
  Receiver receiver({status(503)});
  delivery::NtfyProvider ntfy(*client, {receiver.url(), ""});
  open({&ntfy});
  const std::string waiting = page(NotifyBy::MobileApp, "push");
  ASSERT_TRUE(run_until_it_waits(waiting, 1));
  const std::string fresh = page(NotifyBy::MobileApp, "push2");
  EXPECT_EQ(site.post("/api/v1/alert_groups/" + group.str() + "/acknowledge/").status, 200);
  site.advance(10min);
  ASSERT_TRUE(run_until([&] { return finished(waiting) && finished(fresh); }));
  EXPECT_EQ(receiver.requests().size(), 1u) << "only the attempt from before";
  for (const PersonalRecord& record : personal_records()) {
    EXPECT_EQ(record.type, PersonalRecordType::Failed);
    EXPECT_EQ(record.reason, "Skipped notification because alert group is acknowledged");
  }
  EXPECT_EQ(personal_records().size(), 2u);
}

TEST_F(Pages, TheLastLookSeesPeopleAndRulesAsTheyAreNow) {
  Receiver receiver;
  delivery::NtfyProvider ntfy(*client, {receiver.url(), ""});
  open({&ntfy});
  const Answer rule = site.post("/api/v1/personal_notification_rules/",
                                R"({"user_id": ")" + anna.str() + R"(", "type": "notify_by_mobile_app"})");
  ASSERT_EQ(rule.status, 201) << rule.body;
  const auto page_by_rule = [&] {
    return put(effect::Notify{.group = group,
                              .user = anna,
                              .by = NotifyBy::MobileApp,
                              .rule = NotificationRuleId(rule["id"]),
                              .paged_at = site.now()},
               "push");
  };
  const auto was_sent_to = [&](const std::string& topic) {
    const http::Request last = receiver.requests().back();
    return (last.path + last.body).find(topic) != std::string::npos;
  };
  ASSERT_TRUE(run_until_finished(page_by_rule()));
  EXPECT_TRUE(was_sent_to("annas-topic"));

  User user = *store::find_user(site.db(), anna);
  user.contacts["ntfy"] = "another-topic";
  store::Transaction transaction(site.db());
  store::update_user(site.db(), user);
  transaction.commit();
  ASSERT_TRUE(run_until_finished(page_by_rule()));
  EXPECT_TRUE(was_sent_to("another-topic"));

  ASSERT_EQ(site.remove("/api/v1/personal_notification_rules/" + rule["id"] + "/").status, 204);
  ASSERT_TRUE(run_until_finished(page_by_rule()));
  EXPECT_EQ(receiver.requests().size(), 2u);
  EXPECT_EQ(personal_records().back().reason, "Expected data is missing");
}

TEST_F(Pages, ASpoiltRowEndsByItselfAndTheOthersLeave) {
  Receiver receiver;
  delivery::NtfyProvider ntfy(*client, {receiver.url(), ""});
  open({&ntfy});
  const std::string spoilt = page(NotifyBy::MobileApp, "push"), fine = page(NotifyBy::MobileApp, "push");
  site.db().execute("UPDATE outbox SET payload = '{' WHERE id = $1", {spoilt});
  ASSERT_TRUE(run_until([&] { return finished(spoilt) && finished(fine); }));
  EXPECT_EQ(receiver.requests().size(), 1u);
  EXPECT_THAT(json::write(*store::find_outbox(site.db(), spoilt)->outcome),
              HasSubstr("the outbox row is unreadable"));
}

TEST_F(Pages, AHangingDestinationDelaysNobodyElse) {
  Receiver hanging({silence(), silence(), silence(), silence(), silence(), silence()});
  Receiver quick;
  delivery::NtfyProvider ntfy(*client, {quick.url(), ""});
  open({&ntfy});
  const WebhookId stuck = webhook(hanging.url()), fine = webhook(quick.url());
  const AlertGroupId first = group;
  for (const AlertGroupId& one : more_groups(6)) {  // those of one group would wait for each other
    group = one;
    fire(stuck);
  }
  group = first;
  const std::string other = fire(fine), push = page(NotifyBy::MobileApp, "push");
  ASSERT_TRUE(run_until([&] { return finished(other) && finished(push); }));
  ASSERT_TRUE(run_until([&] { return hanging.requests().size() == 4; }));
  dispatcher->poll();
  EXPECT_EQ(hanging.requests().size(), 4u) << "a lane has room for four";
}

TEST_F(Pages, WithoutAProviderTheRecordSaysSo) {
  open();
  ASSERT_TRUE(run_until_finished(page(NotifyBy::Telegram, "telegram")));
  ASSERT_EQ(personal_records().size(), 1u);
  EXPECT_EQ(personal_records()[0].code, NotificationFailure::BackendError);
}

TEST(Backoff, DoublesWithJitterKeepsToRetryAfterAndEnds) {
  const Instant t0 = from_micros(1'800'000'000'000'000);
  const delivery::Patience patience{.attempts = 3};
  EXPECT_EQ(delivery::next_attempt(patience, {}, 1, t0, t0, 0.5), t0 + 500ms);
  EXPECT_EQ(delivery::next_attempt(patience, {}, 2, t0, t0, 0.5), t0 + 1s);
  EXPECT_EQ(delivery::next_attempt(patience, {}, 3, t0, t0, 0.5), std::nullopt);
  EXPECT_EQ(delivery::next_attempt(patience, {.after = 30s, .rate_limited = true}, 9, t0, t0, 0.0), t0 + 30s);
  EXPECT_EQ(delivery::next_attempt(patience, {.after = 30s, .rate_limited = true}, 9, t0, t0 + 24h, 0.0),
            std::nullopt);
}

}  // namespace
}  // namespace tocsin::test
