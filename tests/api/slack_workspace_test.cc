// What a connected Slack workspace makes possible: its lists, and its ids in routes, schedules and steps
// (docs/spec/channels.md, section 2.2; docs/spec/api-alerting.md, section 2; docs/spec/api-people.md).
#include "store/slack_workspace.h"

#include <gmock/gmock.h>

#include "api_test.h"
#include "edge/delivery/slack/workspace.h"
#include "store/chat_posts.h"
#include "support/fake_outbound.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kApi = "https://slack.example/api/";
constexpr const char* kChannels =
    "conversations.list?types=public_channel,private_channel&exclude_archived=true&limit=1000";

constexpr const char* kUserGroups = "usergroups.list?include_users=true";

class SlackWorkspace : public Api {
 protected:
  SlackWorkspace() : reader(site.engine(), site.clock(), site.log(), {.token = "xoxb-1", .api_url = kApi}) {
    answer("auth.test", R"({"ok":true,"team_id":"T024","url":"https://acme.slack.com/"})");
    answer(kChannels, R"({"ok":true,"channels":[{"id":"C0GATE","name":"gates"}],)"
                      R"("response_metadata":{"next_cursor":"dGVhbQ=="}})");
    answer(
        std::string(kChannels) + "&cursor=dGVhbQ%3D%3D",
        R"({"ok":true,"channels":[{"id":"G0NIGHT","name":"night"}],"response_metadata":{"next_cursor":""}})");
    answer(kUserGroups, R"({"ok":true,"usergroups":[{"id":"S0CREW","name":"Crew","handle":"crew",)"
                        R"("users":["U9","U1","U404"]}]})");
    answer("conversations.members?limit=1000&channel=C0GATE",
           R"({"ok":true,"members":["U2"],"response_metadata":{"next_cursor":"bW9yZQ=="}})");
    answer("conversations.members?limit=1000&channel=C0GATE&cursor=bW9yZQ%3D%3D",
           R"({"ok":true,"members":["U1"],"response_metadata":{"next_cursor":""}})");
  }

  void answer(const std::string& method, const std::string& body) { slack.pages[kApi + method] = body; }
  void look() {
    reader.run(slack);
    site.advance(1s);
  }
  Answer new_route(const std::string& integration, const std::string& slack_block) {
    return site.post("/api/v1/routes/", R"({"integration_id":")" + integration +
                                            R"(","routing_regex":"x","slack":)" + slack_block + "}");
  }

  FakeOutbound slack;
  delivery::SlackWorkspaceReader reader;
};
TOCSIN_ON_BOTH_DATABASES(SlackWorkspace);

TEST_P(SlackWorkspace, ListsItsChannelsAndUserGroups) {
  EXPECT_EQ(site.get("/api/v1/slack_channels/")["count"], "0");
  look();
  const Answer channels = site.get("/api/v1/slack_channels/");
  EXPECT_EQ(channels["results"],
            R"([{"name":"gates","slack_id":"C0GATE"},{"name":"night","slack_id":"G0NIGHT"}])");
  EXPECT_EQ(channels["page_size"], "50");
  EXPECT_EQ(site.get("/api/v1/slack_channels/?channel_name=night")["results"],
            R"([{"name":"night","slack_id":"G0NIGHT"}])");
  EXPECT_EQ(site.get("/api/v1/slack_channels/?channel_name=nights")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/slack_channels/?perpage=1&page=2")["results"],
            R"([{"name":"night","slack_id":"G0NIGHT"}])");

  const auto group_id = store::list_slack_user_groups(site.db(), std::nullopt, 9, 0).at(0).id.str();
  EXPECT_EQ(site.get("/api/v1/user_groups/")["results"],
            R"([{"id":")" + group_id +
                R"(","type":"slack_based","slack":{"id":"S0CREW","name":"Crew","handle":"crew"}}])");
  EXPECT_EQ(site.get("/api/v1/user_groups/?slack_handle=crew")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/user_groups/?slack_handle=Crew")["count"], "0");
  EXPECT_EQ(slack.requests.front().headers.find("Authorization"), "Bearer xoxb-1");
}

TEST_P(SlackWorkspace, IsReadAgainAndKeepsTheIdsOfItsGroups) {
  look();
  const auto before = store::list_slack_user_groups(site.db(), std::nullopt, 9, 0).at(0);
  answer(kUserGroups, R"({"ok":true,"usergroups":[{"id":"S0CREW","name":"Night crew","handle":"crew"},)"
                      R"({"id":"S0DAY","name":"Day","handle":"day"}]})");
  look();
  EXPECT_EQ(site.get("/api/v1/user_groups/")["count"], "1") << "not due yet";
  site.advance(delivery::kLookEvery);
  look();
  EXPECT_EQ(site.get("/api/v1/user_groups/")["count"], "2");
  const auto after = store::list_slack_user_groups(site.db(), "crew", 9, 0).at(0);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.name, "Night crew");
}

TEST_P(SlackWorkspace, AFailedLookKeepsWhatWasKnownAndIsRepeated) {
  look();
  answer(kChannels, R"({"ok":false,"error":"ratelimited"})");
  site.advance(delivery::kLookEvery);
  look();
  EXPECT_TRUE(
      site.log().contains("the Slack workspace could not be read method=conversations.list "
                          "error=ratelimited"));
  EXPECT_EQ(site.get("/api/v1/slack_channels/")["count"], "2");
  answer(kChannels, R"({"ok":true,"channels":[]})");
  site.advance(delivery::kLookAgain);
  look();
  EXPECT_EQ(site.get("/api/v1/slack_channels/")["count"], "0");
}

TEST_P(SlackWorkspace, RoutesNameItsChannels) {
  const std::string integration = site.post("/api/v1/integrations/", R"({"type":"webhook"})")["id"];
  EXPECT_EQ(new_route(integration, R"({"channel_id":"C0GATE"})").body,
            detail("Slack isn't connected to this workspace"));
  look();
  const Answer route = new_route(integration, R"({"channel_id":"c0gate","enabled":false})");
  EXPECT_EQ(route.status, 201) << route.body;
  EXPECT_EQ(route["slack"], R"({"channel_id":"C0GATE","enabled":false})");
  const std::string path = "/api/v1/routes/" + route["id"] + "/";
  EXPECT_EQ(site.put(path, R"({"slack":{"channel_id":"C0NONE"}})").body,
            R"({"slack":{"channel_id":["Slack channel does not exist"]}})");
  EXPECT_EQ(site.put(path, R"({"slack":{"channel_id":"C0\u0000"}})").status, 400);
  EXPECT_EQ(site.put(path, R"({"slack":{"channel_id":7}})").body,
            R"({"slack":{"channel_id":["Invalid Slack channel"]}})");
  EXPECT_EQ(site.put(path, R"({"slack":{"channel_id":null}})")["slack"],
            R"({"channel_id":null,"enabled":false})");
  EXPECT_EQ(site.put("/api/v1/integrations/" + integration + "/",
                     R"({"default_route":{"slack":{"channel_id":"G0NIGHT"}}})")["default_route.slack"],
            R"({"channel_id":"G0NIGHT","enabled":true})");
}

TEST_P(SlackWorkspace, APostedGroupSaysWhereItsPostStands) {
  const std::string group = new_group(new_integration());
  store::insert_chat_post(site.db(), AlertGroupId(group), "slack", {"C0GATE", "1755.000200"}, site.now());
  site.db().flush();
  EXPECT_EQ(site.get(group_path(group))["permalinks.slack"], "null") << "which workspace is not known";
  look();
  const Answer posted = site.get(group_path(group));
  EXPECT_EQ(posted["permalinks.slack"], "https://acme.slack.com/archives/C0GATE/p1755000200");
  EXPECT_EQ(posted["permalinks.slack_app"],
            "https://slack.com/app_redirect?channel=C0GATE&team=T024&message=1755.000200");
  const std::string other = new_group(new_integration(), "gate stuck");
  EXPECT_EQ(site.get(group_path(other))["permalinks.slack"], "null");
  EXPECT_EQ(column(site.get("/api/v1/alert_groups/"), "id"), (std::vector<std::string>{other, group}));
}

TEST_P(SlackWorkspace, SchedulesAndStepsNameItsChannelsAndGroups) {
  look();
  const Answer schedule =
      site.post("/api/v1/schedules/", R"({"type":"calendar","name":"n","time_zone":"UTC",)"
                                      R"("slack":{"channel_id":"G0NIGHT","user_group_id":"S0CREW"}})");
  EXPECT_EQ(schedule["slack"], R"({"channel_id":"G0NIGHT","user_group_id":"S0CREW"})") << schedule.body;
  EXPECT_EQ(
      site.put("/api/v1/schedules/" + schedule["id"] + "/", R"({"slack":{"user_group_id":"S0NONE"}})").body,
      R"({"slack":{"user_group_id":["Slack user group does not exist"]}})");

  const std::string chain = site.post("/api/v1/escalation_chains/", R"({"name":"c"})")["id"];
  const std::string head = R"({"escalation_chain_id":")" + chain + "\",";
  EXPECT_EQ(site.post("/api/v1/escalation_policies/", head + R"("type":"notify_whole_channel"})").status,
            201);
  const std::string group = site.get("/api/v1/user_groups/")["results"].substr(8, 13);
  const Answer step = site.post("/api/v1/escalation_policies/",
                                head + R"("type":"notify_user_group","group_to_notify":")" + group + "\"}");
  EXPECT_EQ(step["group_to_notify"], group) << step.body;
}

// U1 and U2 have users here, U9 and U404 do not.
TEST_P(SlackWorkspace, StepsPageTheMembersWhoAreLinked) {
  const auto user = [&](const std::string& name) {
    return site.post("/api/v1/users/", R"({"username":")" + name +
                                           R"(","role":"editor","contacts":{"slack":"U)" + name.back() +
                                           "\"}}")["id"];
  };
  const std::string ann = user("ann1"), dan = user("dan2"), eve = user("eve3");
  look();
  const std::string chain = new_chain();
  const std::string crew = site.get("/api/v1/user_groups/")["results"].substr(8, 13);
  const auto add_step = [&](const std::string& rest) {
    const Answer made = site.post("/api/v1/escalation_policies/",
                                  R"({"escalation_chain_id":")" + chain + R"(","type":)" + rest + "}");
    ASSERT_EQ(made.status, 201) << made.body;
  };
  add_step(R"("notify_user_group","group_to_notify":")" + crew + "\"");
  add_step(R"("notify_whole_channel")");
  const Answer integration = new_integration(R"(,"default_route":{"escalation_chain_id":")" + chain +
                                             R"(","slack":{"channel_id":"C0GATE"}})");
  site.advance(delivery::kLookAgain);
  look();  // a route names the channel now
  const std::string group = new_group(integration);
  for (int i = 0; i < 10; ++i) site.advance(2s);

  const std::string timeline = site.get(group_path(group, "timeline")).body;
  EXPECT_NE(timeline.find("Notify @crew User Group"), std::string::npos) << timeline;
  EXPECT_NE(timeline.find("Notify Whole Channel"), std::string::npos) << timeline;
  EXPECT_EQ(timeline.find("Slack"), std::string::npos) << "no step failed: " << timeline;
  std::vector<std::string> paged;
  for (const store::Row row : site.db().query(
           "SELECT DISTINCT author_id FROM log_records WHERE group_id = $1 AND realm = 'user_notification'",
           {group}))
    paged.push_back(row.string(0));
  EXPECT_THAT(paged, testing::UnorderedElementsAre(ann, dan));
  EXPECT_EQ(site.db().query("SELECT 1 FROM outbox WHERE kind = 'mention_in_thread'").size(), 2u);
}

TEST_P(SlackWorkspace, AChannelThatCannotBeLookedIntoStopsNothing) {
  look();
  const std::string integration = site.post("/api/v1/integrations/", R"({"type":"webhook"})")["id"];
  EXPECT_EQ(new_route(integration, R"({"channel_id":"G0NIGHT"})").status, 201);
  answer("conversations.members?limit=1000&channel=G0NIGHT", R"({"ok":false,"error":"not_in_channel"})");
  site.advance(delivery::kLookEvery);
  look();
  EXPECT_TRUE(site.log().contains(
      "the members of a Slack channel could not be read channel=night error=not_in_channel"));
  EXPECT_EQ(site.get("/api/v1/slack_channels/")["count"], "2");
  EXPECT_FALSE(store::slack_members(site.db(), "G0NIGHT"));
  EXPECT_EQ(store::slack_members(site.db(), "S0CREW"), (store::SlackMembers{"U1", "U404", "U9"}));
}

}  // namespace
}  // namespace tocsin::test
