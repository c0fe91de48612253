#include "domain/integration/type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "domain/integration/name.h"
#include "language/json/read.h"

namespace tocsin::integration {
namespace {

using ::testing::UnorderedElementsAre;

TEST(Types, AreThirtyAndFourteenOfThemStrict) {
  std::set<std::string_view> slugs;
  int strict = 0;
  for (const Type& type : all_types()) {
    EXPECT_TRUE(slugs.insert(type.slug).second) << type.slug;
    EXPECT_EQ(find_type(type.slug), &type);
    EXPECT_FALSE(type.title.empty()) << type.slug;
    strict += type.in_strict_set ? 1 : 0;
  }
  EXPECT_EQ(slugs.size(), 30U);
  EXPECT_EQ(strict, 14);
  for (const char* unknown : {"", "heartbeat", "slack_channel", "Webhook", " webhook"}) {
    EXPECT_EQ(find_type(unknown), nullptr) << unknown;
  }
}

TEST(Types, HeartbeatLinksExistForEightWords) {
  std::vector<std::string> words;
  for (const Type& type : all_types()) {
    if (has_heartbeat_url(type.slug)) words.emplace_back(type.slug);
  }
  EXPECT_THAT(words, UnorderedElementsAre("alertmanager", "elastalert", "formatted_webhook", "grafana",
                                          "legacy_alertmanager", "prtg", "webhook", "zabbix"));
  EXPECT_FALSE(has_heartbeat_url("nothing"));
}

TEST(Types, OnlyThreeHaveNoLink) {
  std::vector<std::string> slugs;
  for (const Type& type : all_types()) {
    if (!type.has_link) slugs.emplace_back(type.slug);
  }
  EXPECT_THAT(slugs, UnorderedElementsAre("inbound_email", "maintenance", "manual"));
}

TEST(Types, ClientsSeeNoLegacyPrefix) {
  EXPECT_EQ(find_type("legacy_alertmanager")->public_slug(), "alertmanager");
  EXPECT_EQ(find_type("legacy_grafana_alerting")->public_slug(), "grafana_alerting");
  EXPECT_EQ(find_type("webhook")->public_slug(), "webhook");
}

TEST(Types, CreationIsRefusedWithThePublicTexts) {
  const struct {
    const char* slug;
    TypeSet set;
    const char* answer;
  } cases[] = {
      {"webhook", TypeSet::Wide, "ok"},
      {"manual", TypeSet::Wide, "ok"},
      {"inbound_email", TypeSet::Strict, "ok"},
      {"grafana_alerting", TypeSet::Strict, "ok"},
      {"datadog", TypeSet::Wide, "ok"},
      {"datadog", TypeSet::Strict, "Invalid integration type"},
      {"slack_channel", TypeSet::Wide, "Invalid integration type"},
      {"legacy_unknown", TypeSet::Wide, "Invalid integration type"},
      {"maintenance", TypeSet::Wide, "Invalid integration type"},
      {"Webhook", TypeSet::Wide, "Invalid integration type"},
      {"legacy_alertmanager", TypeSet::Wide, "This integration type is deprecated"},
      {"legacy_grafana_alerting", TypeSet::Strict, "This integration type is deprecated"},
      {"direct_paging", TypeSet::Wide, "Direct paging integrations can't be created"},
  };
  for (const auto& c : cases) {
    const auto got = get_creatable_type(c.slug, c.set);
    EXPECT_EQ(got ? "ok" : got.error().message, c.answer) << c.slug;
    if (got) {
      EXPECT_EQ((*got)->slug, c.slug);
    }
  }
}

TEST(Types, LinksRefuseOtherTypesWithTheKeysOwnTitle) {
  const struct {
    const char* url;
    const char* type;
    const char* answer;
  } cases[] = {
      {"alertmanager", "alertmanager", "ok"},
      {"alertmanager", "legacy_alertmanager", "ok"},
      {"grafana_alerting", "legacy_grafana_alerting", "ok"},
      {"grafana", "grafana", "ok"},
      {"webhook", "webhook", "ok"},
      {"direct_paging", "direct_paging", "ok"},
      {"legacy_alertmanager", "legacy_alertmanager", "ok"},
      {"amazon_sns", "amazon_sns", "ok"},
      {"amazon_sns", "webhook", "ok"},
      {"alertmanager", "webhook", "This url is for integration with Webhook. Key is for Webhook"},
      {"alertmanager", "grafana_alerting",
       "This url is for integration with Grafana Alerting. Key is for Grafana Alerting"},
      {"grafana", "webhook", "This url is for integration with Grafana. Key is for Webhook"},
      {"webhook", "zabbix", "This url is for integration with Zabbix.Key is for Zabbix"},
      {"webhook", "grafana",
       "This url is for integration with Grafana Legacy Alerting.Key is for Grafana Legacy Alerting"},
      {"nonsense", "webhook", "This url is for integration with Webhook.Key is for Webhook"},
  };
  for (const auto& c : cases) {
    const auto got = check_url(c.url, *find_type(c.type));
    EXPECT_EQ(got ? "ok" : got.error().message, c.answer) << c.url << " " << c.type;
  }
}

TEST(Types, FurtherChannelsHaveTheWebTexts) {
  const Type& type = *find_type("formatted_webhook");
  EXPECT_EQ(type.appearance(Channel::Email).message, type.templates.web.message);
  EXPECT_EQ(type.appearance(Channel::MsTeams).image_url, type.templates.web.image_url);
  EXPECT_NE(type.appearance(Channel::Slack).title, type.templates.web.title);
  EXPECT_FALSE(type.appearance(Channel::Sms).message);
}

TEST(Types, NoTypeOfTheOpenEngineAcknowledges) {
  for (const Type& type : all_types()) {
    if (type.in_strict_set) {
      EXPECT_FALSE(type.templates.acknowledge_signal) << type.slug;
    }
    EXPECT_TRUE(type.templates.web.title) << type.slug;
    EXPECT_TRUE(type.templates.web.message) << type.slug;
  }
}

TEST(Types, DemoAlertsAreJsonObjectsWhereTheTypeHasThem) {
  std::vector<std::string> without;
  for (const Type& type : all_types()) {
    if (type.example.empty()) {
      without.emplace_back(type.slug);
      continue;
    }
    const auto payload = json::read(type.example);
    ASSERT_TRUE(payload) << type.slug << ": " << payload.error().message;
    EXPECT_TRUE(payload->is_object()) << type.slug;
  }
  EXPECT_THAT(without, UnorderedElementsAre("direct_paging", "maintenance", "manual"));
}

TEST(DefaultName, CountsClashesFromTwo) {
  const auto name = [](const char* slug, std::set<std::string, std::less<>> taken) {
    return default_name(*find_type(slug), [&](std::string_view n) { return taken.contains(n); });
  };
  EXPECT_EQ(name("grafana", {}), "Grafana :blush:");
  EXPECT_EQ(name("webhook", {}), "Webhook :blush:");
  EXPECT_EQ(name("grafana_alerting", {"Grafana :blush:"}), "Grafana Alerting :blush:");
  EXPECT_EQ(name("grafana", {"Grafana :blush:"}), "Grafana :blush: 2");
  EXPECT_EQ(name("webhook", {"Webhook :blush:", "Webhook :blush: 2", "Webhook :blush: 3"}),
            "Webhook :blush: 4");
  EXPECT_EQ(name("webhook", {"Webhook :blush: 2"}), "Webhook :blush:");
}

}  // namespace
}  // namespace tocsin::integration
