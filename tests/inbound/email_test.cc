// Mail providers' webhooks over a socket. The golden requests are made by tests/golden/email/make.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "edge/http/server.h"
#include "edge/inbound/stored_mail.h"
#include "http/raw_client.h"
#include "language/json/write.h"
#include "support/database.h"
#include "support/fake_outbound.h"
#include "support/site_client.h"

namespace tocsin::inbound {
namespace {

constexpr const char* kToken = "GoldenToken0123456789abcd";
constexpr const char* kCertificateUrl =
    "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-golden.pem";
constexpr const char* kTopic = "arn:aws:sns:eu-west-1:123456789012:inbound-mail";
constexpr const char* kKey = "the-signing-key";
constexpr const char* kCredentials = "mail:the-password";

std::string golden(const std::string& name) {
  std::ifstream file(std::string(TOCSIN_SOURCE_DIR "/tests/golden/email/") + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (name.ends_with(".key") || name.ends_with(".json")) bytes.pop_back();  // the file's last line end
  return bytes;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// A server with one integration for e-mail, on a database of its own.
class MailSite {
 public:
  MailSite(store::Dialect dialect, std::vector<EmailProvider> providers, const std::string& secret = "",
           integration::AwsCredentials aws = {})
      : database_(dialect) {
    app::ServeOptions options;
    options.inbound_email_providers = std::move(providers);
    options.inbound_email_domain = "oncall.example.org";
    options.inbound_email_secret = secret;
    options.inbound_email_sns_topic = kTopic;
    options.inbound_email_aws = std::move(aws);
    outbound.pages[kCertificateUrl] = golden("sns.pem");
    site = std::make_unique<test::SiteClient>(database_.database(), options, 1, &outbound);
    const std::string id = site->post("/api/v1/integrations/", R"({"type":"inbound_email"})")["id"];
    site->db().execute("UPDATE integrations SET token = $1 WHERE id = $2", {kToken, id});
    site->put("/api/v1/integrations/" + id + "/", R"({"name":"Mail"})");  // the configuration is read again
    server_ = std::make_unique<http::Server>(
        http::ServerOptions{.threads = 1},
        [this](http::Request request, const http::Respond& respond) {
          test::Answer answer = site->handle(std::move(request));
          respond({.status = answer.status, .headers = answer.headers, .body = answer.body});
        },
        log_);
    EXPECT_TRUE(server_->start());
  }

  http::RawAnswer send(const std::string& bytes) { return http::RawClient(server_->port()).ask(bytes); }
  int status_of(const std::string& bytes) { return send(bytes).status; }

  std::string alerts() { return site->get("/api/v1/alerts/")["count"]; }
  std::string groups() { return site->get("/api/v1/alert_groups/")["count"]; }
  std::string newest_payload() {
    const json::Value page = site->get("/api/v1/alerts/").json();
    const json::Array& results = page.find("results")->as_array();
    return results.empty() ? "none" : json::write(*results.front().find("payload"));
  }

 private:
  test::TestDatabase database_;
  http::RecordingLog log_;

 public:
  test::FakeOutbound outbound;
  std::unique_ptr<test::SiteClient> site;

 private:
  std::unique_ptr<http::Server> server_;
};

class InboundEmail : public ::testing::TestWithParam<store::Dialect> {};
TOCSIN_ON_BOTH_DATABASES(InboundEmail);

TEST_P(InboundEmail, OfEachProviderBecomesAnAlert) {
  using enum EmailProvider;
  const struct {
    const char* name;
    EmailProvider provider;
    std::string secret;
  } cases[] = {{"amazon_ses", AmazonSes, ""},
               {"amazon_ses", AmazonSesValidated, ""},
               {"mailgun", Mailgun, kKey},
               {"mailgun_mime", Mailgun, kKey},
               {"mailjet", Mailjet, kCredentials},
               {"mailjet", Mailjet, ""},
               {"mandrill", Mandrill, kKey},
               {"postal", Postal, golden("postal.key")},
               {"postmark", Postmark, kCredentials},
               {"postmark_raw", Postmark, kCredentials},
               {"sendgrid", Sendgrid, kCredentials},
               {"sendgrid_raw", Sendgrid, kCredentials},
               {"sparkpost", Sparkpost, kCredentials}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    MailSite mail(GetParam(), {c.provider}, c.secret);
    const http::RawAnswer answer = mail.send(golden(std::string(c.name) + ".http"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "\"OK\"");
    EXPECT_EQ(answer.headers.find("Content-Type"), "application/json");
    EXPECT_EQ(mail.newest_payload(), golden(std::string(c.name) + ".json"));
  }
}

TEST_P(InboundEmail, GroupsBySubjectAndResolvesByItsText) {
  MailSite mail(GetParam(), {EmailProvider::Mailjet});
  const std::string firing = golden("mailjet.http");
  EXPECT_EQ(mail.status_of(firing), 200);
  EXPECT_EQ(mail.status_of(firing), 200);
  EXPECT_EQ(mail.alerts(), "2");
  EXPECT_EQ(mail.groups(), "1");
  // As long as the text it replaces, for the Content-Length.
  EXPECT_EQ(mail.status_of(replaced(firing, "\"97 % used\"", "\"     Ok  \"")), 200);
  EXPECT_EQ(mail.site->get("/api/v1/alert_groups/?state=resolved")["count"], "1");
}

TEST_P(InboundEmail, IsRefusedUnlessTheProviderSentIt) {
  using enum EmailProvider;
  const struct {
    const char* name;
    EmailProvider provider;
    std::string secret;
    std::string request;
  } cases[] = {
      {"wrong signing key", Mailgun, "another", golden("mailgun.http")},
      {"a field of the signature changed", Mailgun, kKey,
       replaced(golden("mailgun.http"), "1933135000", "1933135001")},
      {"no form", Mailgun, kKey, golden("postmark.http")},
      {"wrong key", Mandrill, "another", golden("mandrill.http")},
      {"a changed mail", Mandrill, kKey, replaced(golden("mandrill.http"), "Second", "second")},
      {"no signature", Mandrill, kKey, replaced(golden("mandrill.http"), "X-Mandrill", "Y-Mandrill")},
      {"somebody else's key", Postal, golden("postal.key").replace(60, 1, "A"), golden("postal.http")},
      {"a changed mail", Postal, golden("postal.key"), replaced(golden("postal.http"), "4711", "4712")},
      {"wrong password", Postmark, "mail:another", golden("postmark.http")},
      {"no credentials", Mailjet, kCredentials,
       replaced(golden("mailjet.http"), "Authorization", "Authoritation")},
      {"wrong password", Sendgrid, "x", golden("sendgrid.http")},
      {"wrong password", Sparkpost, "mail:the-passwords", golden("sparkpost.http")},
      {"another provider's", Postmark, "", golden("mailjet.http")},
      {"a changed mail", AmazonSesValidated, "",
       replaced(golden("amazon_ses.http"), "Receipt Notification", "Receipt notification")},
      {"another topic", AmazonSesValidated, "",
       replaced(golden("amazon_ses.http"), "inbound-mail", "inbound-nail")},
      {"headers that name another message", AmazonSes, "",
       replaced(golden("amazon_ses.http"), "x-amz-sns-message-id: 5", "x-amz-sns-message-id: 6")},
      {"a mail in S3 without proof", AmazonSes, "", golden("amazon_ses_s3.http")},
      {"a mail in S3 without credentials for it", AmazonSesValidated, "", golden("amazon_ses_s3.http")},
      {"a subscription without proof", AmazonSes, "", golden("amazon_ses_confirmation.http")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(name_of(c.provider)) + ": " + c.name);
    MailSite mail(GetParam(), {c.provider}, c.secret);
    const http::RawAnswer answer = mail.send(c.request);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(mail.alerts(), "0");
  }
}

TEST_P(InboundEmail, ASignatureIsGoodForADay) {
  for (const auto& [provider, name, secret] :
       {std::tuple(EmailProvider::Mailgun, "mailgun.http", kKey),
        std::tuple(EmailProvider::AmazonSesValidated, "amazon_ses.http", "")}) {
    MailSite mail(GetParam(), {provider}, secret);
    mail.site->advance(std::chrono::hours(23));
    EXPECT_EQ(mail.status_of(golden(name)), 200) << name;
    mail.site->advance(std::chrono::hours(1));
    EXPECT_EQ(mail.status_of(golden(name)), 400) << name;
  }
}

TEST_P(InboundEmail, TriesItsProvidersInTurn) {
  MailSite mail(GetParam(),
                {EmailProvider::AmazonSesValidated, EmailProvider::AmazonSes, EmailProvider::Mailgun}, kKey);
  EXPECT_EQ(mail.status_of(golden("mailgun.http")), 200);
  EXPECT_EQ(mail.status_of(golden("amazon_ses.http")), 200);
  EXPECT_EQ(mail.alerts(), "2");
}

TEST_P(InboundEmail, GoesByTheEnvelopeOfTheMail) {
  MailSite mail(GetParam(), {EmailProvider::Mailjet});
  const std::string request = golden("mailjet.http");
  const auto recipient = [&](const char* from, const char* to) {
    return replaced(request, std::string("\"Recipient\": \"") + from, std::string("\"Recipient\": \"") + to);
  };
  EXPECT_EQ(
      mail.status_of(recipient("GoldenToken0123456789abcd@oncall", "GoldenToken0123456789abcd@offcall")),
      400);
  const http::RawAnswer stranger = mail.send(recipient("GoldenToken", "SilverToken"));
  EXPECT_EQ(stranger.status, 403);
  EXPECT_EQ(stranger.body, "Integration key was not found. Permission denied.");
  EXPECT_EQ(mail.alerts(), "0");
}

TEST_P(InboundEmail, AnswersProbes) {
  MailSite mail(GetParam(), {EmailProvider::Sparkpost}, kCredentials);
  const std::string path = "/integrations/v1/inbound_email_webhook";
  EXPECT_EQ(mail.status_of(golden("sparkpost_ping.http")), 200);
  EXPECT_EQ(mail.status_of(http::post(path + "/", "{}", "Content-Type: application/json\r\n")), 400);
  for (const char* method : {"GET", "PUT", "OPTIONS"}) {
    const http::RawAnswer refused =
        mail.send(std::string(method) + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(refused.status, 405) << method;
    EXPECT_EQ(refused.headers.find("Allow"), "head, post");
  }
  EXPECT_EQ(mail.site->send("HEAD", path, "", "").status, 200);
  EXPECT_EQ(mail.alerts(), "0");
}

TEST_P(InboundEmail, ConfirmsASubscriptionOfItsOwnTopic) {
  MailSite mail(GetParam(), {EmailProvider::AmazonSesValidated});
  const std::string url =
      "https://sns.eu-west-1.amazonaws.com/"
      "?Action=ConfirmSubscription&Token=2336412f37fb687f5d51e6e2425c464d";
  EXPECT_EQ(mail.status_of(golden("amazon_ses_confirmation.http")), 400);  // Amazon cannot be reached
  mail.outbound.pages[url] = "<ConfirmSubscriptionResponse/>";
  EXPECT_EQ(mail.status_of(golden("amazon_ses_confirmation.http")), 200);
  EXPECT_EQ(mail.outbound.requests.back().url, url);
}

class MailInS3 : public InboundEmail {
 protected:
  static constexpr const char* kObject = "https://s3.eu-west-1.amazonaws.com/mails/1";
  static constexpr const char* kMime =
      "From: Zabbix <zabbix@mon.example.net>\r\nSubject: Disk full\r\n\r\n97 % used\r\n";
  MailSite mail_{GetParam(), {EmailProvider::AmazonSesValidated}, "", {"AKIDEXAMPLE", "the-aws-secret", ""}};
};
TOCSIN_ON_BOTH_DATABASES(MailInS3);

TEST_P(MailInS3, IsFetchedAndBecomesAnAlert) {
  mail_.outbound.pages[kObject] = kMime;
  EXPECT_EQ(mail_.status_of(golden("amazon_ses_s3.http")), 200);
  EXPECT_EQ(mail_.newest_payload(), golden("amazon_ses.json"));
  const http::OutboundRequest& request = mail_.outbound.requests.back();
  EXPECT_EQ(request.url, kObject);
  EXPECT_EQ(request.headers.find("X-Amz-Date"), "20310405T060708Z");
  EXPECT_THAT(std::string(*request.headers.find("Authorization")),
              testing::StartsWith("AWS4-HMAC-SHA256 "
                                  "Credential=AKIDEXAMPLE/20310405/eu-west-1/s3/aws4_request, "));
}

TEST(StoredMail, KeepsTheFoldersOfItsKey) {
  test::FakeOutbound s3;
  s3.pages["http://minio:9000/mails/in%20box/%C3%A4%2B1"] = "Subject: x\r\n\r\n";
  const EmailSettings settings{.aws = {"id", "secret", "eu"}, .s3_url = "http://minio:9000"};
  std::optional<Result<std::string>> fetched;
  fetch_stored({"mails", "in box/ä+1"}, settings, test::SimulatedClock(test::SiteClient::kStart), s3,
               [&](Result<std::string> mime) { fetched = std::move(mime); });
  ASSERT_TRUE(fetched && *fetched);
  EXPECT_EQ(**fetched, "Subject: x\r\n\r\n");
}

TEST_P(MailInS3, ThatCannotBeHadNowIsAskedForAgain) {
  EXPECT_EQ(mail_.status_of(golden("amazon_ses_s3.http")), 503);  // S3 cannot be reached
  mail_.outbound.pages[kObject] = "<Error><Code>AccessDenied</Code></Error>";
  mail_.outbound.statuses[kObject] = 403;
  const http::RawAnswer refused = mail_.send(golden("amazon_ses_s3.http"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.find("Retry-After"), "60");
  mail_.outbound.statuses[kObject] = 404;
  EXPECT_EQ(mail_.status_of(golden("amazon_ses_s3.http")), 400);
  EXPECT_EQ(mail_.alerts(), "0");
}

TEST_P(InboundEmail, IsNotThereWithoutAProvider) {
  MailSite mail(GetParam(), {});
  EXPECT_EQ(mail.status_of(golden("mailjet.http")), 404);
}

TEST(EmailSettings, AreCheckedBeforeTheServerStarts) {
  using enum EmailProvider;
  const struct {
    EmailSettings settings;
    std::string fault;
  } cases[] = {
      {{}, ""},
      {{.providers = {Mailgun}, .domain = "x.example", .secret = "k"}, ""},
      {{.providers = {Mailgun}, .secret = "k"}, "--inbound-email-domain"},
      {{.providers = {Mailgun}, .domain = "x.example"}, "--inbound-email-secret"},
      {{.providers = {Postmark}, .domain = "x.example"}, ""},
      {{.providers = {Postmark}, .domain = "x.example", .secret = "k"}, "--inbound-email-secret"},
      {{.providers = {AmazonSesValidated}, .domain = "x.example"}, "--inbound-email-sns-topic"},
      {{.domain = "x.example", .aws = {"id", "", "eu"}}, "--inbound-email-aws-secret-access-key"},
      {{.domain = "x.example", .aws = {"", "secret", "eu"}}, "--inbound-email-aws-secret-access-key"},
      {{.domain = "x.example", .aws = {"id", "secret", ""}}, "--inbound-email-aws-region"},
      {{.domain = "x.example", .aws = {"id", "secret", "eu"}, .s3_url = "http://minio:9000"}, ""},
      {{.domain = "x.example", .s3_url = "http://minio:9000/mails"}, "--inbound-email-s3-url"},
      {{.domain = "x.example", .s3_url = "minio:9000"}, "--inbound-email-s3-url"},
  };
  for (const auto& c : cases) {
    const auto checked = check_email_settings(c.settings);
    EXPECT_EQ(checked ? "" : checked.error().field, c.fault);
  }
  EXPECT_EQ(parse_email_provider("amazon_ses_validated"), AmazonSesValidated);
  EXPECT_EQ(parse_email_provider("gmail"), std::nullopt);
  EXPECT_EQ(region_of_topic(kTopic), "eu-west-1");
  EXPECT_EQ(region_of_topic("arn:aws"), "");
}

}  // namespace
}  // namespace tocsin::inbound
