#include "domain/integration/payload.h"

#include <gtest/gtest.h>

#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::integration {
namespace {

// What becomes of a body: the payloads as JSON, a line each, `*` before those that are not the body as it
// came.
std::string split_text(std::string_view url, std::string_view slug, std::string_view body) {
  auto incoming = split(view_of_url(url), *find_type(slug), json::read(body).value());
  if (!incoming) return "error: " + incoming.error().message;
  std::string text;
  for (const Incoming& one : *incoming) {
    text.append(text.empty() ? "" : "\n").append(one.changed ? "*" : "").append(json::write(one.payload));
  }
  return text;
}

TEST(Split, MakesAlertsAsTheLinkSays) {
  const struct {
    const char* name;
    const char* url;
    const char* type;
    const char* body;
    const char* expected;
  } cases[] = {
      {"a webhook keeps its body", "webhook", "webhook", R"({"b":1,"a":[2]})", R"({"b":1,"a":[2]})"},
      {"a webhook takes a list", "webhook", "webhook", R"(["x"])", R"(["x"])"},
      {"a webhook takes false", "webhook", "webhook", "false", "false"},
      {"null is no payload", "webhook", "webhook", "null", "error: Payload is required"},
      {"counts are added", "alertmanager", "alertmanager",
       R"({"alerts":[{"status":"firing"},{"status":"resolved"},{"status":"firing"},{"status":1},5]})",
       R"(*{"alerts":[{"status":"firing"},{"status":"resolved"},{"status":"firing"},{"status":1},5],"numFiring":2,"numResolved":1})"},
      {"no alerts count as none", "alertmanager", "alertmanager", R"({"x":1})",
       R"(*{"x":1,"numFiring":0,"numResolved":0})"},
      {"counts that are there stay", "alertmanager", "alertmanager", R"({"numFiring":7,"alerts":null})",
       R"({"numFiring":7,"alerts":null})"},
      {"a lone numResolved is replaced", "grafana_alerting", "grafana_alerting",
       R"({"numResolved":9,"alerts":[]})", R"(*{"numResolved":0,"alerts":[],"numFiring":0})"},
      {"alerts null", "alertmanager", "alertmanager", R"({"alerts":null})",
       "error: `alerts` has to be a list."},
      {"alerts a number", "alertmanager", "alertmanager", R"({"alerts":3})",
       "error: `alerts` has to be a list."},
      {"no object", "alertmanager", "alertmanager", "[1]", "error: The payload has to be a JSON object."},
      {"null", "grafana_alerting", "grafana_alerting", "null", "error: The payload has to be a JSON object."},
      {"legacy: one alert an element", "alertmanager", "legacy_alertmanager",
       R"({"alerts":[{"labels":{"a":"1"}},{"labels":{"a":"2"}}]})",
       "*{\"labels\":{\"a\":\"1\"}}\n*{\"labels\":{\"a\":\"2\"}}"},
      {"legacy: nothing inside", "grafana_alerting", "legacy_grafana_alerting", R"({"alerts":[]})", ""},
      {"legacy: no alerts at all", "alertmanager", "legacy_alertmanager", "{}", ""},
      {"legacy: an element that is no object", "alertmanager", "legacy_alertmanager", R"({"alerts":[1]})",
       "error: Each of `alerts` has to be a JSON object."},
      {"legacy: at its own word a body is one alert", "legacy_alertmanager", "legacy_alertmanager",
       R"({"alerts":[1,2]})", R"({"alerts":[1,2]})"},
      {"grafana: plain", "grafana", "grafana", R"({"ruleName":"r"})", R"({"ruleName":"r"})"},
      {"grafana: elements", "grafana", "grafana", R"({"alerts":[{"status":"firing"}],"title":"t"})",
       R"(*{"status":"firing"})"},
      {"grafana: a Slack message stays as it is", "grafana", "grafana", R"({"attachments":[{"title":"t"}]})",
       R"({"attachments":[{"title":"t"}]})"},
      {"grafana: no object", "grafana", "grafana", "[]", "error: The payload has to be a JSON object."},
      {"sns: an alarm", "amazon_sns", "amazon_sns",
       R"({"Type":"Notification","Message":"{\"AlarmName\":\"cpu\"}"})", R"(*{"AlarmName":"cpu"})"},
      {"sns: text", "amazon_sns", "webhook", R"({"Type":"Notification","Message":"hello"})",
       R"(*{"message":"hello"})"},
      {"sns: a list is text", "amazon_sns", "amazon_sns", R"({"Message":"[1, 2]"})",
       R"(*{"message":"[1, 2]"})"},
      {"sns: no message", "amazon_sns", "amazon_sns", R"({"Type":"Notification"})", "error: {}"},
      {"sns: no object", "amazon_sns", "amazon_sns", "[]", "error: {}"},
  };
  for (const auto& c : cases) EXPECT_EQ(split_text(c.url, c.type, c.body), c.expected) << c.name;
}

TEST(Split, UsesTheTypesOwnLinkByDefault) {
  const auto incoming = split(*find_type("alertmanager"), json::read(R"({"alerts":[]})").value());
  ASSERT_TRUE(incoming);
  EXPECT_TRUE(incoming->front().changed);
}

TEST(ElementResolution, IsForLegacyShapesOnly) {
  const struct {
    const char* type;
    const char* payload;
    bool expected;
  } cases[] = {
      {"legacy_alertmanager", R"({"labels":{},"status":"firing"})", true},
      {"legacy_grafana_alerting", R"({"labels":{},"status":"firing"})", true},
      {"grafana", R"({"labels":{"alertname":"x"},"status":"resolved"})", true},
      {"grafana", R"({"ruleName":"r","state":"ok"})", false},
      {"grafana", R"({"labels":{},"status":"resolved","state":"ok"})", false},
      {"grafana", R"({"labels":"x","status":"resolved"})", false},
      {"grafana", R"({"status":"resolved"})", false},
      {"alertmanager", R"({"labels":{},"status":"resolved"})", false},
      {"webhook", R"({"labels":{},"status":"resolved"})", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(uses_element_resolution(*find_type(c.type), json::read(c.payload).value()), c.expected)
        << c.type << " " << c.payload;
  }
}

TEST(ElementResolution, NamesAnElementByItsLabelsInAnyOrder) {
  const auto element = [](std::string_view text) { return read_element(json::read(text).value()); };
  const Element firing = element(R"({"labels":{"b":"2","a":"1"},"status":"firing"})");
  const Element resolved = element(R"({"status":"resolved","labels":{"a":"1","b":"2"}})");
  EXPECT_EQ(firing.identity, resolved.identity);
  EXPECT_FALSE(firing.resolved);
  EXPECT_TRUE(resolved.resolved);
  EXPECT_NE(element(R"({"labels":{"a":"1"}})").identity, firing.identity);
  EXPECT_FALSE(element("[]").resolved);
}

constexpr HeartbeatFacts kFacts{.integration_name = "Prod \"A\"", .timeout = std::chrono::minutes(10)};

TEST(Heartbeat, FlatShapeHasFixedIdAndFlags) {
  EXPECT_EQ(
      json::write(heartbeat_expired(*find_type("webhook"), kFacts)),
      R"({"alert_uid":"7973c835-ff3f-46e4-9444-06df127b6f8e","title":"Heartbeat is missing",)"
      R"("state":"alerting","message":"Integration \"Prod \"A\"\" has sent no heartbeat for 10 minutes. )"
      R"(The monitoring system behind it may be down.","is_oncall_heartbeat":true,)"
      R"("is_oncall_heartbeat_restored":false,"is_amixr_heartbeat":true,"is_amixr_heartbeat_restored":false})");
  EXPECT_EQ(
      json::write(heartbeat_restored(*find_type("prtg"), kFacts)),
      R"({"alert_uid":"5498ad08-f094-4dff-888e-51f8cac76eab","title":"Heartbeat is back",)"
      R"("image_url":null,"link_to_upstream_details":null,"state":"ok",)"
      R"("message":"Integration \"Prod \"A\"\" sends heartbeats again.","is_oncall_heartbeat":true,)"
      R"("is_oncall_heartbeat_restored":true,"is_amixr_heartbeat":true,"is_amixr_heartbeat_restored":true})");
}

TEST(Heartbeat, UsesTheIdThatOpenGroupsOfATakeOverHave) {
  const std::pair<const char*, const char*> ids[] = {
      {"webhook", "7973c835-ff3f-46e4-9444-06df127b6f8e"},
      {"formatted_webhook", "fbdad422-b27d-454a-8553-84d1517e0005"},
      {"elastalert", "0eaf37c8-e1eb-4714-b79e-7c648b6a96fa"},
      {"zabbix", "191eac7a-d7c1-43a0-8821-eef5afe41367"},
      {"prtg", "5498ad08-f094-4dff-888e-51f8cac76eab"},
  };
  for (const auto& [slug, id] : ids) {
    EXPECT_EQ(heartbeat_expired(*find_type(slug), kFacts).find("alert_uid")->as_string(), id);
    EXPECT_EQ(heartbeat_restored(*find_type(slug), kFacts).find("alert_uid")->as_string(), id);
  }
}

TEST(Heartbeat, AlertmanagerShapeIsAWholeNotification) {
  const json::Value expired = heartbeat_expired(*find_type("alertmanager"), kFacts);
  EXPECT_EQ(expired.find("groupKey")->as_string(), R"({}:{alertname="OnCallHeartBeatMissing"})");
  EXPECT_EQ(expired.find("status")->as_string(), "firing");
  EXPECT_EQ(expired.find("numFiring")->as_int(), 1);
  const json::Value restored = heartbeat_restored(*find_type("alertmanager"), kFacts);
  EXPECT_EQ(restored.find("status")->as_string(), "resolved");
  EXPECT_EQ(restored.find("numResolved")->as_int(), 1);
  EXPECT_EQ(*restored.find("groupKey"), *expired.find("groupKey"));
}

TEST(Heartbeat, LegacyElementsMatchEachOther) {
  const Type& type = *find_type("legacy_alertmanager");
  const Element expired = read_element(heartbeat_expired(type, kFacts));
  const Element restored = read_element(heartbeat_restored(type, kFacts));
  EXPECT_EQ(expired.identity, R"({"alertname":"Grafana OnCall heartbeat"})");
  EXPECT_EQ(expired.identity, restored.identity);
  EXPECT_TRUE(restored.resolved && !expired.resolved);
}

TEST(Heartbeat, GrafanaShapeHasOnCallsTitles) {
  const Type& type = *find_type("grafana");
  EXPECT_EQ(heartbeat_expired(type, kFacts).find("title")->as_string(), "Grafana OnCall heartbeat");
  EXPECT_EQ(heartbeat_restored(type, kFacts).find("title")->as_string(), "[OK] Grafana OnCall heartbeat");
  EXPECT_FALSE(uses_element_resolution(type, heartbeat_restored(type, kFacts)));
}

TEST(Heartbeat, MessageSaysTheTimeInWords) {
  const auto message = [](std::chrono::seconds timeout) {
    return heartbeat_expired(*find_type("webhook"), {.integration_name = "x", .timeout = timeout})
        .find("message")
        ->as_string();
  };
  using namespace std::chrono_literals;
  EXPECT_NE(message(60s).find("for 1 minute."), std::string::npos);
  EXPECT_NE(message(12h).find("for 12 hours."), std::string::npos);
  EXPECT_NE(message(24h).find("for 1 day."), std::string::npos);
  EXPECT_NE(message(90s).find("for 90 seconds."), std::string::npos);
}

}  // namespace
}  // namespace tocsin::integration
