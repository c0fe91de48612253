// docs/spec/api-people.md, section 7.
#include <gtest/gtest.h>

#include "store/notification_rules.h"
#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::test {
namespace {

class NotificationRulesApi : public OnBothDatabases {
 protected:
  SiteClient site{database()};
  UserId anna = site.add_user("anna", Role::Editor);

  std::string body(const std::string& more) { return R"({"user_id":")" + anna.str() + "\"," + more + "}"; }
  Answer create(const std::string& more) {
    return site.post("/api/v1/personal_notification_rules/", body(more));
  }
  std::string made(const std::string& more) {
    const Answer answer = create(more);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return answer["id"];
  }
  Answer put(const std::string& id, const std::string& json) {
    return site.put("/api/v1/personal_notification_rules/" + id + "/", json);
  }
  std::string position(const std::string& id) {
    return site.get("/api/v1/personal_notification_rules/" + id + "/")["position"];
  }
};
TOCSIN_ON_BOTH_DATABASES(NotificationRulesApi);

TEST_P(NotificationRulesApi, AWaitShowsItsDurationAndANotificationNone) {
  const Answer wait = create(R"("type":"wait","duration":900)");
  EXPECT_EQ(wait.body, R"({"position":0,"id":")" + wait["id"] + R"(","user_id":")" + anna.str() +
                           R"(","duration":900,"important":false,"type":"wait"})");
  const Answer mail = create(R"("type":"notify_by_email","important":true)");
  EXPECT_EQ(mail.body, R"({"position":0,"id":")" + mail["id"] + R"(","user_id":")" + anna.str() +
                           R"(","important":true,"type":"notify_by_email"})");
}

TEST_P(NotificationRulesApi, BodiesAreRefusedWithTheDocumentedTexts) {
  const struct {
    const char* name;
    std::string body;
    const char* answer;
  } cases[] = {
      {"no type", body(R"("important":false)"), R"({"type":"Type is required"})"},
      {"unknown type", body(R"("type":"notify_by_pigeon")"), R"({"type":"Invalid type"})"},
      {"type of the hosted product", body(R"("type":"notify_by_msteams")"), R"({"type":"Invalid type"})"},
      {"type null", body(R"("type":null)"), R"({"type":["This field may not be null."]})"},
      {"type blank", body(R"("type":"")"), R"({"type":["This field may not be blank."]})"},
      {"no user", R"({"type":"wait"})", R"({"user_id":["This field is required."]})"},
      {"unknown user", R"({"user_id":"UNOBODY","type":"wait"})", R"({"detail":"User does not exist"})"},
      {"position no number", body(R"("type":"wait","position":"x")"),
       R"({"position":["A valid integer is required."]})"},
      {"position negative", body(R"("type":"wait","position":-2)"),
       R"({"detail":"Invalid value for position field"})"},
      {"position too large", body(R"("type":"wait","position":2147483648)"),
       R"({"detail":"Invalid value for position field"})"},
      {"end by hand", body(R"("type":"wait","position":-1,"manual_order":true)"),
       R"({"detail":"Invalid value for position field"})"},
      {"important", body(R"("type":"wait","important":"maybe")"),
       R"({"important":["Must be a valid boolean."]})"},
      {"duration of two digits", body(R"("type":"wait","duration":"00:05:00")"),
       R"({"duration":["\"00:05:00\" is not a valid choice."]})"},
      {"duration not offered", body(R"("type":"wait","duration":120)"),
       R"({"duration":["\"0:02:00\" is not a valid choice."]})"},
      {"a day", body(R"("type":"wait","duration":86400)"),
       R"({"duration":["\"1 day, 0:00:00\" is not a valid choice."]})"},
      {"duration null", body(R"("type":"wait","duration":null)"), R"({"detail":"Invalid duration format"})"},
      {"duration text", body(R"("type":"wait","duration":"x")"), R"({"detail":"Invalid duration format"})"},
      {"duration digits", body(R"("type":"wait","duration":"300")"),
       R"({"detail":"Invalid duration format"})"},
      {"duration list", body(R"("type":"wait","duration":[300])"), R"({"detail":"Invalid duration format"})"},
      {"duration of a notification", body(R"("type":"notify_by_sms","duration":300)"),
       R"({"duration":"Duration can't be set"})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Answer answer = site.post("/api/v1/personal_notification_rules/", c.body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, c.answer);
  }
  EXPECT_EQ(site.get("/api/v1/personal_notification_rules/")["count"], "0");
}

TEST_P(NotificationRulesApi, DurationsComeAsNumberOrClockText) {
  for (const char* duration : {"300", "300.0", "\"0:05:00\""}) {
    SCOPED_TRACE(duration);
    EXPECT_EQ(create(std::string(R"("type":"wait","duration":)") + duration)["duration"], "300");
  }
  EXPECT_EQ(create(R"("type":"wait")")["duration"], "300");
}

TEST_P(NotificationRulesApi, PuttingTheTypeResetsTheDuration) {
  const std::string id = made(R"("type":"wait","duration":3600)");
  EXPECT_EQ(put(id, R"({"position":0})")["duration"], "3600");
  EXPECT_EQ(put(id, R"({"duration":60})")["duration"], "60");
  EXPECT_EQ(put(id, R"({"type":"wait"})")["duration"], "300");
  EXPECT_EQ(put(id, R"({"type":"notify_by_sms"})")["duration"], "");
  EXPECT_EQ(put(id, R"({"duration":300})").body, R"({"duration":"Duration can't be set"})");
  EXPECT_EQ(put(id, R"({"user_id":"UNOBODY","important":true})")["important"], "false");
}

TEST_P(NotificationRulesApi, MovingPushesTheOthersAside) {
  const std::string a = made(R"("type":"wait")"), b = made(R"("type":"wait")"), c = made(R"("type":"wait")");
  EXPECT_EQ(put(c, R"({"position":0})")["position"], "0");
  EXPECT_EQ(position(a) + position(b) + position(c), "120");
  EXPECT_EQ(put(c, R"({"position":-1})")["position"], "2");
  EXPECT_EQ(position(a) + position(b) + position(c), "012");
  EXPECT_EQ(put(a, R"({"position":9})")["position"], "9");  // free: holes are allowed
  EXPECT_EQ(position(a) + position(b) + position(c), "912");
  EXPECT_EQ(made(R"("type":"wait","position":1)").substr(0, 1), "N");
  EXPECT_EQ(position(a) + position(b) + position(c), "1023");
  EXPECT_EQ(create(R"("type":"wait","important":true)")["position"], "0");
}

TEST_P(NotificationRulesApi, ManualOrderChangesPlacesAndDeletingLeavesAHole) {
  const std::string a = made(R"("type":"wait")"), b = made(R"("type":"wait")"), c = made(R"("type":"wait")");
  EXPECT_EQ(put(c, R"({"position":0,"manual_order":true})")["position"], "0");
  EXPECT_EQ(position(a) + position(b) + position(c), "210");
  EXPECT_EQ(site.remove("/api/v1/personal_notification_rules/" + b).status, 204);
  EXPECT_EQ(position(a) + position(c), "20");
  EXPECT_EQ(site.get("/api/v1/personal_notification_rules/" + b).status, 404);
}

TEST_P(NotificationRulesApi, FiltersActOnListsAndDetails) {
  const UserId boris = site.add_user("boris", Role::Editor);
  const std::string id = made(R"("type":"wait")");
  made(R"("type":"wait","important":true)");
  const std::string list = "/api/v1/personal_notification_rules";
  EXPECT_EQ(site.get(list + "?user_id=" + anna.str())["count"], "2");
  EXPECT_EQ(site.get(list + "?important=true")["count"], "1");
  EXPECT_EQ(site.get(list + "?user_id=" + boris.str())["count"], "0");
  EXPECT_EQ(site.get(list + "?user_id=UNOBODY").body, R"({"detail":"User not found."})");
  EXPECT_EQ(site.get(list + "?important=True").body, R"({"detail":"Important is not bool"})");
  EXPECT_EQ(site.get(list + "/" + id + "/?important=true").status, 404);
  EXPECT_EQ(site.get(list + "/" + id + "/?important=false").status, 200);
}

TEST_P(NotificationRulesApi, AServiceAccountsTokenIsInvalidHere) {
  const std::string token = site.service_account_token({access::Permission::UserSettingsRead});
  EXPECT_EQ(site.as(token).get("/api/v1/personal_notification_rules/").body,
            R"({"detail":"Invalid token."})");
  EXPECT_EQ(site.as(token).get("/api/v1/users/").status, 200);
}

TEST_P(NotificationRulesApi, TheEngineReadsTheRulesByImportanceAndPosition) {
  made(R"("type":"notify_by_email")");
  made(R"("type":"wait","duration":60,"position":0)");
  made(R"("type":"notify_by_phone_call","important":true)");
  const store::NotificationRules rules = store::notification_rules_of(site.db(), anna);
  ASSERT_EQ(rules.by_default.size(), 2u);
  EXPECT_EQ(std::get<WaitRule>(rules.by_default[0].action).duration, std::chrono::seconds(60));
  EXPECT_EQ(std::get<NotifyRule>(rules.by_default[1].action).by, NotifyBy::Email);
  ASSERT_EQ(rules.of(Importance::Important).size(), 1u);
  EXPECT_EQ(std::get<NotifyRule>(rules.important[0].action).by, NotifyBy::PhoneCall);
}

// What the Terraform provider sends: it leaves out `important` when false and always orders by hand.
TEST_P(NotificationRulesApi, TerraformAppliesReadsUpdatesAndDestroys) {
  const Answer users = site.get("/api/v1/users/?username=anna");
  EXPECT_EQ(users["count"], "1");
  const std::string id = made(R"("type":"wait","position":0,"manual_order":true,"duration":300)");
  const std::string path = "/api/v1/personal_notification_rules/" + id + "/";
  EXPECT_EQ(site.get(path)["duration"], "300");
  EXPECT_EQ(site.put(path, R"({"type":"notify_by_sms","position":0,"manual_order":true})").status, 200);
  EXPECT_EQ(site.get(path)["type"], "notify_by_sms");
  EXPECT_EQ(site.remove(path).status, 204);
  EXPECT_EQ(site.get(path).status, 404);
}

}  // namespace
}  // namespace tocsin::test
