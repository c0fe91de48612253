// Posts of alert groups in Slack over real sockets, and what a rate limit leaves of them.
#include <gmock/gmock.h>

#include "delivery/world.h"
#include "edge/delivery/slack/slack.h"
#include "engine/outgoing.h"
#include "language/json/read.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

http::Response slack_says(const std::string& body) {
  return http::json_response(200, body);
}

class Slack : public DeliveryWorld {
 protected:
  void open_slack(const Receiver& receiver) {
    const std::string route = site.get("/api/v1/alert_groups/" + group.str() + "/")["route_id"];
    EXPECT_EQ(site.db().execute("UPDATE routes SET slack_channel_id = 'C1' WHERE id = $1", {route}), 1);
    site.db().execute("UPDATE organization SET config_version = config_version + 1");
    site.engine().refresh_configuration();
    const delivery::SlackSettings settings{"xoxb", receiver.url("/api/"), "https://oncall.example.org"};
    slack = std::make_unique<delivery::SlackCourier>(site.engine(), *client, settings);
    mentions = std::make_unique<delivery::SlackProvider>(*client, settings);
    more_couriers = {slack.get()};
    open({mentions.get()});
  }
  std::string update() {
    const std::string id = "update-" + std::to_string(++updates);
    store::Transaction transaction(site.db());
    store::insert_outbox(site.db(), {.id = id,
                                     .queue = "slack:C1",
                                     .kind = "update_chat_posts",
                                     .group = group,
                                     .coalesce_key = "post:" + group.str(),
                                     .payload = to_json(Outgoing(effect::UpdateChatPosts{group})),
                                     .created_at = site.now(),
                                     .due_at = site.now()});
    transaction.commit();
    return id;
  }
  bool run_until_quiet() {
    return run_until([&] {
      return dispatcher->in_flight() == 0 && store::outbox_backlog(site.db(), site.now()).waiting == 0;
    });
  }

  std::unique_ptr<delivery::SlackCourier> slack;
  std::unique_ptr<delivery::SlackProvider> mentions;
  int updates = 0;
};

TEST_F(Slack, PostsAGroupOnceThenEditsIt) {
  Receiver receiver(
      {slack_says(R"({"ok": true, "ts": "17.5"})"), slack_says(R"({"ok": true, "ts": "17.5"})")});
  open_slack(receiver);
  update();
  ASSERT_TRUE(run_until_quiet());
  site.post("/api/v1/alert_groups/" + group.str() + "/resolve/");
  update();
  ASSERT_TRUE(run_until_quiet());
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].path, "/api/chat.postMessage");
  EXPECT_EQ(requests[0].headers.find("Authorization"), "Bearer xoxb");
  EXPECT_THAT(requests[0].body, HasSubstr(R"("channel":"C1")"));
  EXPECT_THAT(requests[0].body, HasSubstr("#a30200"));
  EXPECT_EQ(requests[1].path, "/api/chat.update");
  EXPECT_THAT(requests[1].body, HasSubstr(R"("ts":"17.5")"));
  EXPECT_THAT(requests[1].body, HasSubstr("Resolved "));
  EXPECT_THAT(requests[1].body, HasSubstr("#2eb886"));
}

TEST_F(Slack, ARateLimitStormEndsWithOneCorrectPost) {
  Receiver receiver({status(429, "5"), slack_says(R"({"ok": false, "error": "ratelimited"})"),
                     status(429, "5"), slack_says(R"({"ok": true, "ts": "17.5"})")});
  open_slack(receiver);
  update();
  for (int i = 0; i < 8; ++i) {
    run_until([&] { return dispatcher->in_flight() == 0; });
    if (i == 2) site.post("/api/v1/alert_groups/" + group.str() + "/acknowledge/");
    update();
    site.advance(11s);
  }
  ASSERT_TRUE(run_until_quiet());
  std::size_t posts = 0;
  const auto requests = receiver.requests();
  for (std::size_t i = 3; i < requests.size(); ++i) posts += requests[i].path == "/api/chat.postMessage";
  EXPECT_EQ(posts, 1u) << "accepted once";
  EXPECT_THAT(requests.back().body, HasSubstr("Acknowledged "));
}

TEST_F(Slack, MentionsAPersonInTheThreadOnceTheGroupIsPosted) {
  Receiver receiver(
      {slack_says(R"({"ok": true, "ts": "17.5"})"), slack_says(R"({"ok": true, "ts": "17.6"})")});
  open_slack(receiver);
  User user = *store::find_user(site.db(), anna);
  user.contacts["slack"] = "U77";
  store::update_user(site.db(), user);
  const std::string row = page(NotifyBy::Slack, "slack");
  run_until([&] { return dispatcher->in_flight() == 0; });
  EXPECT_EQ(receiver.requests().size(), 0u) << "not posted yet: waits a minute";
  update();
  ASSERT_TRUE(run_until([&] { return receiver.requests().size() == 1 && dispatcher->in_flight() == 0; }));
  site.advance(61s);
  ASSERT_TRUE(run_until_finished(row));
  EXPECT_THAT(receiver.requests()[1].body, HasSubstr(R"("thread_ts":"17.5")"));
  EXPECT_THAT(receiver.requests()[1].body, HasSubstr("<@U77>"));
  ASSERT_EQ(personal_records().size(), 1u);
  EXPECT_EQ(personal_records()[0].type, PersonalRecordType::Success);
}

TEST_F(Slack, AsksLessOftenForAPostTheLongerItIsMissing) {
  const Receiver receiver;
  open_slack(receiver);
  User user = *store::find_user(site.db(), anna);
  user.contacts["slack"] = "U77";
  store::update_user(site.db(), user);
  const std::string row = page(NotifyBy::Slack, "slack");
  const struct {
    std::chrono::seconds age, pause;
  } looks[] = {{0s, 5s}, {20s, 5s}, {60s, 15s}, {240s, 60s}, {3599s, 60s}};
  const Instant written = site.now();
  for (const auto& look : looks) {
    site.advance(written + look.age - site.now());
    const auto due = [&] { return store::find_outbox(site.db(), row)->row.due_at; };
    ASSERT_TRUE(run_until([&] { return dispatcher->in_flight() == 0 && due() > site.now(); }));
    EXPECT_EQ(due(), site.now() + look.pause) << look.age.count();
  }
  site.advance(60s);
  ASSERT_TRUE(run_until_finished(row));
  EXPECT_EQ(receiver.requests().size(), 0u);
}

}  // namespace
}  // namespace tocsin::test
