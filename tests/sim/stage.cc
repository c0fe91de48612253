#include "sim/stage.h"

#include "store/people.h"
#include "store/transaction.h"
#include "support/site_client.h"

namespace tocsin::test {
namespace {

std::string made(const Answer& answer) {
  EXPECT_EQ(answer.status, 201) << answer.body;
  return answer["id"];
}

}  // namespace

Stage::Stage() {
  prepare();
  database_.keep();
  for (int i = 0; i < kNodes; ++i) nodes_.push_back(std::make_unique<FaultyDatabase>(database_));
  db_ = database_.connect(store::Connection::Mode::Write);
}

Stage::~Stage() = default;

void Stage::prepare() {
  SiteClient site(database_);
  const auto rule = [&](const std::string& user, const std::string& type, bool important, int wait = 0) {
    made(site.post("/api/v1/personal_notification_rules/",
                   R"({"user_id":")" + cast_.users.at(user).str() + R"(","type":")" + type +
                       R"(","important":)" + (important ? "true" : "false") +
                       (wait > 0 ? ",\"duration\":" + std::to_string(wait) : "") + "}"));
  };
  for (const char* name : {"ann", "bob", "cy", "dan", "eve", "vic"}) {
    const UserId id = cast_.users[name] =
        site.add_user(name, std::string_view(name) == "vic" ? Role::Viewer : Role::Editor);
    User user = *store::find_user(site.db(), id);
    user.contacts = {{"ntfy", name}, {"slack", std::string("U") + name}, {"phone", "+4930123456"}};
    store::Transaction transaction(site.db());
    store::update_user(site.db(), user);
    transaction.commit();
  }
  rule("ann", "notify_by_email", false), rule("ann", "wait", false, 60),
      rule("ann", "notify_by_phone_call", false);
  rule("ann", "notify_by_phone_call", true);
  rule("bob", "notify_by_sms", false), rule("bob", "notify_by_mobile_app", true);
  rule("dan", "notify_by_mobile_app", false), rule("dan", "notify_by_email", true);
  rule("eve", "notify_by_slack", false), rule("eve", "wait", false, 60), rule("eve", "notify_by_sms", false);

  cast_.team = site.add_team("team");
  for (const char* name : {"ann", "dan", "vic"}) {
    site.db().execute("INSERT INTO team_members (team_id, user_id) VALUES ($1, $2)",
                      {cast_.team, cast_.users.at(name)});
  }
  cast_.schedule =
      ScheduleId(made(site.post("/api/v1/schedules/", R"({"name":"turns","type":"web","time_zone":"UTC"})")));
  cast_.empty_schedule = ScheduleId(
      made(site.post("/api/v1/schedules/", R"({"name":"nobody","type":"web","time_zone":"UTC"})")));
  for (int minute = 0; minute < 60; minute += 10) {
    const std::string start =
        "2031-04-05T00:" + (minute < 10 ? "0" : std::string()) + std::to_string(minute) + ":00";
    made(site.post(
        "/api/v1/on_call_shifts/",
        R"({"name":"turn )" + std::to_string(minute) + R"(","type":"recurrent_event","time_zone":"UTC",)" +
            R"("schedule":")" + cast_.schedule.str() + R"(","start":")" + start +
            R"(","until":"2031-04-05T10:00:00","duration":600,"frequency":"hourly","interval":1,"users":[")" +
            cast_.users.at(minute % 20 == 0 ? "ann" : "bob").str() + "\"]}"));
  }
  cast_.step_hook = WebhookId(made(site.post(
      "/api/v1/webhooks/",
      R"({"name":"step","url":"http://hook.example.org/step","http_method":"POST","trigger_type":"escalation"})")));
  made(site.post(
      "/api/v1/webhooks/",
      R"({"name":"status","url":"http://hook.example.org/status","http_method":"POST","trigger_type":"status change"})"));
  cast_.chain = EscalationChainId(made(site.post("/api/v1/escalation_chains/", R"({"name":"chain"})")));
  const Answer integration = site.post(
      "/api/v1/integrations/",
      R"({"type":"webhook","name":"alerts","templates":{"grouping_key":"{{ payload.k }}","web":{"title":"{{ payload.k }}"},)"
      R"("resolve_signal":"{{ payload.s == 'ok' }}","acknowledge_signal":"{{ payload.s == 'ack' }}"},)"
      R"("default_route":{"escalation_chain_id":")" +
          cast_.chain.str() + "\"}}");
  cast_.integration = IntegrationId(made(integration));
  cast_.route = RouteId(integration["default_route.id"]);
  start_ = site.now() + std::chrono::minutes{1};
}

void Stage::reset() {
  for (const auto& node : nodes_) node->fault = {};
  database_.reset();
}

}  // namespace tocsin::test
