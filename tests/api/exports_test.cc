// docs/spec/api-people.md, sections 6 and 11.6; docs/spec/schedules.md, section 10.
#include <gtest/gtest.h>

#include "store/transaction.h"
#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::test {
namespace {

class Exports : public OnBothDatabases {
 protected:
  SiteClient site{database()};
  UserId anna = site.add_user("anna", Role::Editor);
  UserId boris = site.add_user("boris", Role::Editor);
  std::string shift, schedule;

  void SetUp() override {
    shift = site.post(
        "/api/v1/on_call_shifts/",
        R"({"name":"s","type":"recurrent_event","frequency":"weekly","week_start":"MO","duration":3600,)"
        R"("start":"2031-04-07T09:00:00","users":[")" +
            anna.str() + "\"]}")["id"];
    schedule =
        site.post("/api/v1/schedules/",
                  R"({"type":"calendar","name":"core","time_zone":"UTC","shifts":[")" + shift + "\"]}")["id"];
  }
  Answer fetch(const std::string& path, const std::string& token) {
    return site.send("GET", path + "?token=" + token, {}, {});
  }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }
};
TOCSIN_ON_BOTH_DATABASES(Exports);

TEST_P(Exports, ATokenOpensTheSchedulesCalendarAndNothingElse) {
  const std::string tokens = "/api/v1/schedules/" + schedule + "/export_token/";
  EXPECT_EQ(site.get(tokens).status, 404);
  const Answer made = site.post(tokens);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made["token"].size(), 32u);
  EXPECT_EQ(made["export_url"],
            "https://oncall.example.org/api/v1/schedules/" + schedule + "/export/?token=" + made["token"]);
  const Answer again = site.post(tokens);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.body, R"({"detail":"Schedule export token for user already exists"})");

  const std::string path = "/api/v1/schedules/" + schedule + "/export/";
  const Answer calendar = fetch(path, made["token"]);
  EXPECT_EQ(calendar.status, 200);
  EXPECT_EQ(calendar.headers.find("Content-Type"), "text/calendar; charset=utf-8");
  EXPECT_NE(calendar.body.find("X-WR-CALNAME:core\r\n"), std::string::npos) << calendar.body;
  EXPECT_NE(calendar.body.find("UID:" + shift + "-20310407090000-" + anna.str()), std::string::npos);
  EXPECT_EQ(count(calendar.body, "SUMMARY:anna\r\n"), 26u);  // to the 1st of October

  const Answer wrong = fetch(path, std::string(32, 'a'));
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(wrong.body, R"({"detail":"Invalid token."})");
  EXPECT_EQ(wrong.headers.find("Content-Type"), "text/calendar; charset=utf-8");
  EXPECT_EQ(site.send("GET", path, {}, {}).status, 403);
  EXPECT_EQ(fetch("/api/v1/schedules/SX/export/", made["token"]).body,
            R"({"detail":"Invalid schedule export token for schedule"})");
  EXPECT_EQ(site.remove(tokens).status, 204);
  EXPECT_EQ(fetch(path, made["token"]).body, R"({"detail":"Export token is deactivated"})");
  EXPECT_EQ(site.remove(tokens).status, 404);
}

TEST_P(Exports, EventsThatAnEditTookAwayAreShownAsCancelled) {
  const std::string token = site.post("/api/v1/schedules/" + schedule + "/export_token/")["token"];
  const std::string path = "/api/v1/schedules/" + schedule + "/export/";
  EXPECT_EQ(site.put("/api/v1/on_call_shifts/" + shift, R"({"users":[")" + boris.str() + "\"]}").status, 200);
  const std::string text = fetch(path, token).body;
  EXPECT_EQ(count(text, "STATUS:CANCELLED"), 26u) << text;
  EXPECT_EQ(count(text, "SUMMARY:boris\r\n"), 26u);
  EXPECT_EQ(site.put("/api/v1/on_call_shifts/" + shift, R"({"users":[")" + anna.str() + "\"]}").status, 200);
  const std::string back = fetch(path, token).body;
  EXPECT_EQ(count(back, "SUMMARY:anna\r\n"), 26u);
  EXPECT_EQ(count(back, "STATUS:CANCELLED"), 26u) << "now boris' events are the cancelled ones";
}

TEST_P(Exports, APersonsCalendarHoldsTheirEventsOfAllSchedules) {
  auto as_anna = site.as(site.token_of(anna));
  const Answer made = as_anna.post("/api/v1/users/current/export_token/");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/api/v1/users/" + anna.str() + "/schedule_export/";
  const std::string text = fetch(path, made["token"]).body;
  EXPECT_NE(text.find("X-WR-CALNAME:On-Call Schedule for anna\r\n"), std::string::npos) << text;
  EXPECT_EQ(count(text, "SUMMARY:core: anna\r\n"), 26u);
  EXPECT_EQ(fetch("/api/v1/users/" + boris.str() + "/schedule_export/", made["token"]).body,
            R"({"detail":"Invalid schedule export token for user"})");
  EXPECT_EQ(fetch("/api/v1/schedules/" + schedule + "/export/", made["token"]).status, 403);
}

TEST_P(Exports, PhoneRelaysCheckAndThenFailWithoutAProvider) {
  const auto relay = [&](const char* name, const std::string& email, const std::string& message = "hi") {
    return site.post(std::string("/api/v1/") + name + "/",
                     R"({"email":")" + email + R"(","message":")" + message + "\"}");
  };
  EXPECT_EQ(site.post("/api/v1/make_call/", "{}").body,
            R"({"email":["This field is required."],"message":["This field is required."]})");
  EXPECT_EQ(relay("make_call", "nobody").body, R"({"email":["Enter a valid email address."]})");
  EXPECT_EQ(relay("make_call", "x@example.org").body, R"({"error":"user-not-found"})");
  EXPECT_EQ(relay("make_call", "anna@example.org").body, R"({"error":"number-not-verified"})");
  EXPECT_EQ(relay("send_sms", "anna@example.org").body, R"({"error":"user-not-found"})");
  {
    store::Transaction transaction(site.db());
    site.db().execute("UPDATE users SET contacts = $1 WHERE id = $2", {R"({"phone":"+4930123"})", anna});
    transaction.commit();
  }
  const Answer failed = site.send("POST", "/api/v1/send_sms", "email=anna%40example.org&message=hi",
                                  site.token_of(boris), "application/x-www-form-urlencoded");
  EXPECT_EQ(failed.status, 503);
  EXPECT_EQ(failed.body, R"({"error":"failed"})");
  EXPECT_EQ(relay("make_call", "anna@example.org", std::string(1025, 'x')).body,
            R"({"message":["Ensure this field has no more than 1024 characters."]})");
}

}  // namespace
}  // namespace tocsin::test
