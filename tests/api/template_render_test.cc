#include <gtest/gtest.h>

#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::api {
namespace {

class TemplateRender : public test::OnBothDatabases {};
TOCSIN_ON_BOTH_DATABASES(TemplateRender);

TEST_P(TemplateRender, AnswersResultErrorPathsAndCost) {
  test::SiteClient site(database());
  const test::Answer good = site.post(
      "/api/v1/templates/render/",
      R"({"template":" {{ payload.a }}-{{ labels.team }} ","payload":{"a":1},"labels":{"team":"db"}})");
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good["result"], " 1-db ");
  EXPECT_EQ(good["error"], "null");
  EXPECT_NE(good["cost.instructions"], "0");

  const test::Answer bad =
      site.post("/api/v1/templates/render/", R"({"template":"a\n{{ payload.x.y }}","payload":{}})");
  EXPECT_EQ(bad.status, 200);
  EXPECT_EQ(bad["result"], "null");
  EXPECT_EQ(bad["error.text"], "Template Warning: 'dict object' has no attribute 'x'");
  EXPECT_EQ(bad["error.line"], "2");
  EXPECT_EQ(bad["undefined_paths"], R"(["payload.x"])");
}

TEST_P(TemplateRender, RendersOnAStoredAlert) {
  test::SiteClient site(database());
  site.alert(site.post("/api/v1/integrations/", R"({"type":"webhook"})")["link"], R"({"title":"disk full"})");
  const std::string alert =
      site.get("/api/v1/alerts/").json().find("results")->as_array()[0].find("id")->as_string();
  EXPECT_EQ(site.post("/api/v1/templates/render/",
                      R"({"template":"{{ payload.title }}","alert_id":")" + alert + "\"}")["result"],
            "disk full");
  EXPECT_EQ(site.post("/api/v1/templates/render/", R"({"template":"x","alert_id":"AAAAAAAAAAAAA"})").body,
            R"({"alert_id":["Object does not exist"]})");
  EXPECT_EQ(site.post("/api/v1/templates/render/", R"({"template":"x"})").body,
            R"({"non_field_errors":["Give either payload or alert_id."]})");
}

}  // namespace
}  // namespace tocsin::api
