// Silences by matcher (ours).
#include "api_test.h"

namespace tocsin::test {
namespace {

class Silences : public Api {
 protected:
  Silences()
      : gold(new_integration(R"(,"labels":[{"key":{"name":"tier"},"value":{"name":"gold"}}])")),
        plain(new_integration()) {}

  static std::string in(std::chrono::seconds s) { return to_iso(SiteClient::kStart + s); }
  Answer create(const std::string& matchers, const std::string& more = "") {
    return site.post("/api/v1/silences/", "{\"matchers\":" + matchers + ",\"ends_at\":\"" +
                                              in(std::chrono::hours{2}) + "\"" + more + "}");
  }

  Answer gold, plain;
};
TOCSIN_ON_BOTH_DATABASES(Silences);

constexpr char kGold[] = R"([{"on":"label","name":"tier","value":"gold"}])";

TEST_P(Silences, HoldForWhatFiresNowAndForWhatOpensBeforeTheirEnd) {
  const std::string before = new_group(gold, "before"), other = new_group(plain, "other");
  const std::string acknowledged = new_group(gold, "answered");
  site.post(group_path(acknowledged, "acknowledge"));
  const Answer made = create(kGold, R"(,"comment":"move of rack 7")");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made["is_active"], "true");
  EXPECT_EQ(made["author"], site.admin().str());
  EXPECT_EQ(state_of(before), "silenced");
  EXPECT_EQ(state_of(other), "firing");
  EXPECT_EQ(state_of(acknowledged), "acknowledged");

  const std::string later = new_group(gold, "later");
  EXPECT_EQ(state_of(later), "silenced");
  EXPECT_EQ(site.get("/api/v1/alert_groups/?state=silenced")["count"], "2");
  const std::string timeline = site.get(group_path(later, "timeline")).body;
  EXPECT_NE(timeline.find("silenced by admin for"), std::string::npos) << timeline;
  EXPECT_NE(timeline.find("silence " + made["id"] + ": move of rack 7"), std::string::npos);
  EXPECT_EQ(state_of(new_group(plain, "other later")), "firing");

  site.advance(std::chrono::hours{2});
  EXPECT_EQ(site.get("/api/v1/silences/" + made["id"] + "/")["is_active"], "false");
  EXPECT_EQ(state_of(new_group(gold, "after the end")), "firing");
}

TEST_P(Silences, MatchInTheWaysTheySay) {
  const struct {
    const char* matchers;
    bool gold_disk;  // title "disk full" with tier=gold
    bool plain_fan;  // title "fan broken" without labels
  } cases[] = {
      {R"([{"on":"title","value":"disk full"}])", true, false},
      {R"([{"on":"title","value":"disk"}])", false, false},
      {R"([{"on":"title","value":"^disk","is_regex":true}])", true, false},
      {R"([{"on":"title","value":"broken|full","is_regex":true}])", true, true},
      {R"([{"on":"title","value":"disk","is_regex":true,"is_equal":false}])", false, true},
      {R"([{"name":"tier","value":"gold"}])", true, false},
      {R"([{"name":"tier","value":"gold","is_equal":false}])", false, true},
      {R"([{"name":"tier","value":""}])", false, true},
      {R"([{"name":"tier","value":"g.ld","is_regex":true},{"on":"title","value":"fan","is_regex":true}])",
       false, false},
  };
  int count = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.matchers);
    const Answer made = create(c.matchers);
    ASSERT_EQ(made.status, 201) << made.body;
    const auto opened = [&](const Answer& integration, const std::string& title) {
      site.alert(integration["link"], "{\"title\":\"" + title + "\",\"alert_uid\":\"u" +
                                          std::to_string(++count) + "\",\"state\":\"alerting\"}");
      return column(site.get("/api/v1/alert_groups/?perpage=1"), "state").at(0) == "silenced";
    };
    EXPECT_EQ(opened(gold, "disk full"), c.gold_disk);
    EXPECT_EQ(opened(plain, "fan broken"), c.plain_fan);
    EXPECT_EQ(site.remove("/api/v1/silences/" + made["id"] + "/").status, 204);
  }
}

TEST_P(Silences, OfAnIntegrationHoldForAllOfIt) {
  create(R"([{"on":"integration","value":")" + plain["id"] + "\"}]");
  EXPECT_EQ(state_of(new_group(plain)), "silenced");
  EXPECT_EQ(state_of(new_group(gold)), "firing");
}

TEST_P(Silences, ThatBeginLaterHoldFromTheirStart) {
  const Answer made = create(kGold, ",\"starts_at\":\"" + in(std::chrono::hours{1}) + "\"");
  EXPECT_EQ(made["is_active"], "false");
  EXPECT_EQ(state_of(new_group(gold, "early")), "firing");
  site.advance(std::chrono::hours{1});
  EXPECT_EQ(state_of(new_group(gold, "in time")), "silenced");
}

TEST_P(Silences, TakenBackLetWhatTheySilencedFireAgain) {
  const std::string one = new_group(gold, "one"), two = new_group(gold, "two");
  const Answer made = create(kGold);
  const std::string three = new_group(gold, "three");
  site.post(group_path(two, "silence"), R"({"delay":-1})");
  site.post(group_path(three, "resolve"));
  EXPECT_EQ(site.remove("/api/v1/silences/" + made["id"] + "/").status, 204);
  EXPECT_EQ(state_of(one), "firing");
  EXPECT_EQ(state_of(two), "silenced") << "somebody silenced it anew since";
  EXPECT_EQ(state_of(three), "resolved");
  EXPECT_EQ(state_of(new_group(gold, "four")), "firing");
  EXPECT_EQ(site.get("/api/v1/silences/?active=true")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/silences/")["count"], "1");
}

TEST_P(Silences, AreRefusedWhenTheyMeanNothing) {
  const struct {
    std::string body;
    std::string answer;
  } cases[] = {
      {"{}", R"({"matchers":["This field is required."],"ends_at":["This field is required."]})"},
      {R"({"matchers":[],"ends_at":")" + in(std::chrono::hours{1}) + "\"}",
       field_error("matchers", "From 1 to 50 matchers are expected.")},
      {R"({"matchers":[{"on":"payload","value":"x"}],"ends_at":")" + in(std::chrono::hours{1}) + "\"}",
       field_error("matchers", "on: must be label, title or integration.")},
      {R"({"matchers":[{"value":"x"}],"ends_at":")" + in(std::chrono::hours{1}) + "\"}",
       field_error("matchers", "name: a label matcher needs the label's name.")},
      {R"({"matchers":[{"on":"title","value":"(","is_regex":true}],"ends_at":")" + in(std::chrono::hours{1}) +
           "\"}",
       field_error("matchers", "Regular expression is incorrect")},
      {std::string(R"({"matchers":)") + kGold + R"(,"ends_at":"tomorrow"})",
       field_error("ends_at", "Time has wrong format. Use this format instead: 2031-04-05T06:07:08Z.")},
      {std::string(R"({"matchers":)") + kGold + R"(,"ends_at":")" + in(std::chrono::hours{-1}) + "\"}",
       field_error("ends_at", "The end must be later than the start and than now.")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    const Answer refused = site.post("/api/v1/silences/", c.body);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, c.answer);
  }
  EXPECT_EQ(site.get("/api/v1/silences/")["count"], "0");
}

}  // namespace
}  // namespace tocsin::test
