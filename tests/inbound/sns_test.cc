#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "language/json/read.h"
#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::inbound {
namespace {

std::string read_file(const std::string& name) {
  std::ifstream file(std::string(TOCSIN_SOURCE_DIR "/tests/golden/integration/sns/") + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Amazon's side: hands out the certificate and remembers what was fetched.
class Amazon : public http::Outbound {
 public:
  void send(http::OutboundRequest request, http::OutboundCallback done) override {
    fetched.push_back(request.url);
    EXPECT_EQ(request.addresses, http::AddressRule::PublicOnly);
    done(http::OutboundResponse{.status = status, .headers = {}, .body = certificate});
  }
  void send_mail(http::Mail, http::OutboundCallback) override { FAIL(); }

  std::vector<std::string> fetched;
  int status = 200;
  std::string certificate = read_file("certificate.pem");
};

class SnsLink : public test::OnBothDatabases {
 protected:
  void SetUp() override {
    test::OnBothDatabases::SetUp();
    site_ = std::make_unique<test::SiteClient>(database(), app::ServeOptions{}, 1, &amazon_);
    link_ = site_->post("/api/v1/integrations/", R"({"type":"amazon_sns"})")["link"];
    link_ = link_.substr(link_.find("/integrations/"));
  }

  test::Answer deliver(const std::string& body, const std::string& type) {
    return site_->send("POST", link_, body, "", "text/plain; charset=UTF-8",
                       {{"x-amz-sns-message-type", type}});
  }

  Amazon amazon_;
  std::unique_ptr<test::SiteClient> site_;
  std::string link_;
};
TOCSIN_ON_BOTH_DATABASES(SnsLink);

TEST_P(SnsLink, AGenuineNotificationBecomesAnAlert) {
  const test::Answer answer = deliver(read_file("notification_v1.json"), "Notification");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "OK");
  EXPECT_EQ(site_->get("/api/v1/alerts/")["count"], "1");
  // The certificate is fetched once.
  deliver(read_file("notification_v1.json"), "Notification");
  EXPECT_EQ(amazon_.fetched.size(), 1U);
}

TEST_P(SnsLink, RefusesWhatIsNotGenuineAndStoresNothing) {
  EXPECT_EQ(deliver("{", "Notification").body, "Not Valid JSON");
  EXPECT_EQ(deliver("{}", "Notification").body, "{}");
  EXPECT_EQ(deliver(R"({"SigningCertURL":"https://sns.evil.example/x.pem"})", "Notification").body,
            "Improper Certificate Location");
  EXPECT_EQ(deliver(read_file("notification_v1.json"), "").body, "HTTP_X_AMZ_SNS_MESSAGE_TYPE not set");
  EXPECT_EQ(deliver(read_file("notification_v1.json"), "Other").body, "Invalid Notification Type");
  std::string forged = read_file("notification_v1.json");
  const std::size_t at = forged.find("\"Timestamp\"");
  ASSERT_NE(at, std::string::npos);
  forged[forged.find("20", at)] = '3';
  const test::Answer answer = deliver(forged, "Notification");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "Improper Signature");
  EXPECT_EQ(site_->get("/api/v1/alerts/")["count"], "0");
}

TEST_P(SnsLink, RefusesWhenTheCertificateCannotBeHad) {
  amazon_.status = 404;
  const test::Answer answer = deliver(read_file("notification_v1.json"), "Notification");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "{}");
}

}  // namespace
}  // namespace tocsin::inbound
