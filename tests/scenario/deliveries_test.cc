// Steps whose people come from a team or a schedule, and reminders of an acknowledgement: from the alert to
// the provider, through the real dispatcher, couriers and providers; only the network is a table.
#include <gtest/gtest.h>

#include <algorithm>

#include "edge/delivery/dispatcher.h"
#include "edge/delivery/ntfy/ntfy.h"
#include "edge/delivery/pages.h"
#include "edge/delivery/slack/slack.h"
#include "store/group_timeline.h"
#include "store/people.h"
#include "store/transaction.h"
#include "support/database.h"
#include "support/fake_outbound.h"
#include "support/site_client.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using Topics = std::vector<std::string>;

std::string between(const std::string& text, const std::string& before) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) return "";
  return text.substr(at + before.size(), text.find('"', at + before.size()) - at - before.size());
}

class Deliveries : public OnBothDatabases {
 protected:
  Deliveries() {
    for (const char* name : {"ann", "bob", "dan"}) {
      const UserId id = site.add_user(name, Role::Editor);
      User user = *store::find_user(site.db(), id);
      user.contacts["ntfy"] = name;
      store::Transaction transaction(site.db());
      store::update_user(site.db(), user);
      transaction.commit();
      users[name] = id;
      made("/personal_notification_rules/",
           R"({"user_id":")" + id.str() + R"(","type":"notify_by_mobile_app"})");
    }
    outbound.pages["http://ntfy/"] = "{}";
    outbound.pages["http://slack/chat.postMessage"] = R"({"ok":true,"ts":"17.5"})";
    outbound.pages["http://slack/chat.update"] = R"({"ok":true,"ts":"17.5"})";
    chain = made("/escalation_chains/", R"({"name":"chain"})");
  }

  std::string made(const std::string& path, const std::string& body) {
    const Answer answer = site.post("/api/v1" + path, body);
    EXPECT_EQ(answer.status, 201) << path << ' ' << answer.body;
    return answer["id"];
  }
  void step(const std::string& fields) {
    made("/escalation_policies/", R"({"escalation_chain_id":")" + chain + "\"," + fields + "}");
  }
  void alert() {
    const Answer integration = site.post(
        "/api/v1/integrations/",
        R"({"type":"webhook","name":"Prod","default_route":{"escalation_chain_id":")" + chain + "\"}}");
    EXPECT_EQ(integration.status, 201) << integration.body;
    route = integration["default_route.id"];
    if (slack) {
      site.db().execute("UPDATE routes SET slack_channel_id = 'C1' WHERE id = $1", {route});
      site.db().execute("UPDATE organization SET config_version = config_version + 1");
      site.engine().refresh_configuration();
    }
    site.alert(integration["link"], R"({"title":"disk full"})");
    group = AlertGroupId(
        site.get("/api/v1/alert_groups/").json().find("results")->as_array().at(0).find("id")->as_string());
  }

  // Moves the clock in small steps and lets everything leave that is due.
  void advance(std::chrono::seconds by) {
    const std::chrono::seconds stride = by > 60s ? 5s : 1s;
    for (auto left = by; left >= 0s; left -= stride) {
      for (int round = 0; round < 5; ++round) {
        dispatcher.poll();
        site.advance(0s);
      }
      if (left > 0s) site.advance(std::min(left, stride));
    }
  }
  // Whom the pages since the last look went to.
  Topics paged() {
    Topics topics;
    for (; looked_at < outbound.requests.size(); ++looked_at) {
      const auto& request = outbound.requests[looked_at];
      if (request.url == "http://ntfy/") topics.push_back(between(request.body, R"("topic":")"));
    }
    return topics;
  }
  std::size_t said_in_slack(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        outbound.requests.begin(), outbound.requests.end(),
        [&](const http::OutboundRequest& request) { return request.body.find(text) != std::string::npos; }));
  }
  std::string state() { return site.get("/api/v1/alert_groups/" + group.str() + "/")["state"]; }
  std::size_t outcomes(PersonalRecordType type) {
    const auto records = store::records_of(site.db(), group);
    return static_cast<std::size_t>(std::count_if(records.begin(), records.end(), [&](const auto& record) {
      const auto* personal = std::get_if<PersonalRecord>(&record);
      return personal != nullptr && personal->type == type;
    }));
  }

  FakeOutbound outbound;
  SiteClient site{database()};
  SeededRng rng{5};
  store::ReadPool reads{database()};
  delivery::NtfyProvider ntfy{outbound, {"http://ntfy/", ""}};
  delivery::PageCourier pages{site.engine(), {&ntfy}, "https://oncall.example.org"};
  delivery::SlackCourier posts{
      site.engine(), outbound, {"xoxb", "http://slack/", "https://oncall.example.org"}};
  delivery::Dispatcher dispatcher{site.engine(), reads, site.clock(), rng, site.log(), {&pages, &posts}};
  std::map<std::string, UserId> users;
  std::string chain, route;
  AlertGroupId group;
  bool slack = false;
  std::size_t looked_at = 0;
};
TOCSIN_ON_BOTH_DATABASES(Deliveries);

TEST_P(Deliveries, ATeamStepPagesItsMembersAndAScheduleStepWhoeverIsOnCallThen) {
  const TeamId team = site.add_team("ops");
  for (const char* name : {"dan", "ann"})
    site.db().execute("INSERT INTO team_members (team_id, user_id) VALUES ($1, $2)", {team, users.at(name)});
  const std::string schedule = made("/schedules/", R"({"name":"turns","type":"web","time_zone":"UTC"})");
  // bob hands over to dan two minutes from now, while the chain waits.
  const auto shift = [&](const char* who, const char* start) {
    made("/on_call_shifts/", R"({"name":")" + std::string(who) +
                                 R"( on call","type":"recurrent_event","time_zone":"UTC","schedule":")" +
                                 schedule + R"(","start":")" + start +
                                 R"(","duration":120,"frequency":"daily","interval":1,"users":[")" +
                                 users.at(who).str() + "\"]}");
  };
  shift("bob", "2031-04-05T06:07:00"), shift("dan", "2031-04-05T06:09:00");
  step(R"("type":"notify_team_members","team_to_notify":")" + team.str() + "\"");
  step(R"("type":"notify_on_call_from_schedule","notify_on_call_from_schedule":")" + schedule + "\"");
  step(R"("type":"wait","duration":120)");
  step(R"("type":"notify_on_call_from_schedule","notify_on_call_from_schedule":")" + schedule + "\"");
  alert();
  advance(2s);
  EXPECT_EQ(paged(), (Topics{"ann", "dan"})) << "the team, by username";
  advance(10s);
  EXPECT_EQ(paged(), Topics{"bob"});
  advance(3min);
  EXPECT_EQ(paged(), Topics{"dan"}) << "who is on call when the step runs, not when the group was opened";
  EXPECT_EQ(outcomes(PersonalRecordType::Success), 4u);
  EXPECT_EQ(outcomes(PersonalRecordType::Failed), 0u);
}

TEST_P(Deliveries, AnUnconfirmedAcknowledgementIsAskedForTakenBackAndPeopleArePagedAgain) {
  slack = true;
  site.db().execute("UPDATE organization SET settings = $1",
                    {R"({"acknowledge_remind_every_s":3600,"unacknowledge_after_s":300})"});
  step(R"("type":"notify_persons","persons_to_notify":[")" + users.at("ann").str() + "\"]");
  alert();
  advance(5s);
  EXPECT_EQ(paged(), Topics{"ann"});
  EXPECT_EQ(site.as(site.token_of(users.at("ann")))
                .post("/api/v1/alert_groups/" + group.str() + "/acknowledge/")
                .status,
            200);
  advance(3595s);
  EXPECT_EQ(said_in_slack("please confirm"), 0u);
  advance(10s);
  EXPECT_EQ(said_in_slack("ann, please confirm that you're still working on this Alert Group."), 1u);
  EXPECT_EQ(state(), "acknowledged");
  advance(290s);
  EXPECT_EQ(state(), "acknowledged");
  advance(10s);
  EXPECT_EQ(state(), "firing") << "nobody confirmed";
  EXPECT_EQ(paged(), Topics{});
  advance(15s);
  EXPECT_EQ(paged(), Topics{"ann"});
}

}  // namespace
}  // namespace tocsin::test
