// Links of /integrations/v1/ that are no alert's (docs/spec/ingestion.md, sections 2 and 3).
#include <gtest/gtest.h>

#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::inbound {
namespace {

class Links : public test::OnBothDatabases {
 protected:
  void SetUp() override {
    test::OnBothDatabases::SetUp();
    site_ = std::make_unique<test::SiteClient>(database());
    link_ = site_->post("/api/v1/integrations/", R"({"type":"webhook"})")["link"];
    link_ = link_.substr(link_.find("/integrations/"));
  }

  std::unique_ptr<test::SiteClient> site_;
  std::string link_;
};
TOCSIN_ON_BOTH_DATABASES(Links);

TEST_P(Links, OfUnknownTokensAreForbiddenAndOfUnknownShapeNotFound) {
  const test::Answer unknown = site_->send("POST", "/integrations/v1/webhook/nobody/", "{}", "");
  EXPECT_EQ(unknown.status, 403);
  EXPECT_EQ(unknown.body, "Integration key was not found. Permission denied.");
  EXPECT_EQ(site_->send("POST", "/integrations/v1/webhook/", "{}", "").status, 404);
  EXPECT_EQ(site_->send("POST", "/integrations/v1/backsync/x/y/", "{}", "").status, 404);
  EXPECT_EQ(site_->send("POST", link_ + "more/", "{}", "").status, 404);
  EXPECT_EQ(site_->get("/api/v1/alerts/")["count"], "0");
}

TEST_P(Links, OfBacksyncRefuseEveryToken) {
  for (const char* method : {"POST", "GET"}) {
    const test::Answer without = site_->send(method, "/integrations/v1/backsync/", "{}", "");
    EXPECT_EQ(without.status, 403);
    EXPECT_EQ(without.body, R"({"detail":"Invalid token."})");
    const test::Answer wrong = site_->send(method, "/integrations/v1/backsync/", "{}", "wrong");
    EXPECT_EQ(wrong.status, 403);
    EXPECT_EQ(wrong.body, R"({"detail":"Invalid token"})");
  }
}

}  // namespace
}  // namespace tocsin::inbound
