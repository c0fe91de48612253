// What people are told about schedules: once for each hand-over, by whichever node, whatever was restarted.
#include <gmock/gmock.h>

#include "api/schedule_api.h"
#include "domain/model/outgoing.h"
#include "language/json/read.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/schedule_notices.h"
#include "store/slack_workspace.h"
#include "store/transaction.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Notices : public ScheduleApi {
 protected:
  Notices() : ScheduleApi(app::ServeOptions{.slack_token = "xoxb"}) {
    SeededRng rng(1);
    IdSource ids(rng);
    store::put_slack_workspace(
        site.db(),
        {.team = {"T1", "https://acme.slack.com/"},
         .channels = {{"C1", "ops"}, {"C2", "sre"}},
         .user_groups = {{.id = {}, .slack_id = "S7", .name = "ops", .handle = "ops"}}},
        ids, site.now());
    site.db().flush();
  }

  // anna and boris a day each, told in Slack channel C1.
  std::string rota(const std::string& slack = R"({"channel_id":"c1"})", const std::string& more = "") {
    const Answer made = post(R"({"type":"calendar","name":"core","time_zone":"UTC","slack":)" + slack +
                             R"(,"shifts":[)" + quoted(rotation(more)) + "]}");
    EXPECT_EQ(made.status, 201) << made.body;
    site.advance(0us);  // the engine looks
    return made["id"];
  }
  // "06 boris", "- " when nobody is on call: the day of the month at which a shift began and whose it is.
  std::vector<std::string> hand_overs() {
    std::vector<std::string> lines;
    for (const store::Row row : site.db().query(
             "SELECT kind, payload FROM outbox WHERE kind = 'shift_notice' ORDER BY created_at, id")) {
      const auto outgoing = outgoing_from_json(row.text(0), json::read(row.text(1)).value());
      const auto& notice = std::get<PostShiftNotice>(outgoing.value());
      std::string line = notice.started.empty() ? "-" : "";
      for (const NoticedShift& shift : notice.started) {
        line += to_iso_seconds(shift.start).substr(8, 2) + " " + name(shift.users.at(0));
      }
      lines.push_back(line);
    }
    return lines;
  }
  // "kind lane minutes from the start of the test until it leaves"
  std::vector<std::string> rows(const std::string& kind) {
    std::vector<std::string> lines;
    for (const store::Row row : site.db().query(
             "SELECT queue, due_at, payload FROM outbox WHERE kind = $1 ORDER BY due_at, created_at, id",
             {kind})) {
      const auto after =
          std::chrono::duration_cast<std::chrono::minutes>(row.instant(1) - SiteClient::kStart);
      lines.push_back(row.string(0) + " " + std::to_string(after.count()));
    }
    return lines;
  }
  std::string name(const UserId& id) { return store::find_user_ever(site.db(), id)->username; }
  void advance_hourly(int count) {
    for (int i = 0; i < count; ++i) site.advance(hours{1});
  }
  void give_device(const UserId& id) {
    EXPECT_EQ(site.patch("/api/v1/users/" + id.str(), R"({"contacts":{"ntfy":"topic"}})").status, 200);
  }
};
TOCSIN_ON_BOTH_DATABASES(Notices);

TEST_P(Notices, AHandOverIsToldOnce) {
  rota();
  EXPECT_THAT(hand_overs(), ElementsAre("05 anna")) << "who is on call when the channel is set";
  advance_hourly(17);  // to 23:07
  EXPECT_EQ(hand_overs().size(), 1u);
  advance_hourly(72);
  EXPECT_THAT(hand_overs(), ElementsAre("05 anna", "06 boris", "07 anna", "08 boris"));
  EXPECT_EQ(rows("shift_notice").front(), "slack:C1 0");
}

TEST_P(Notices, NeitherARestartNorASecondNodeTellsItAgain) {
  rota();
  advance_hourly(20);
  ASSERT_EQ(hand_overs().size(), 2u);
  SeededRng rng(9);
  IdSource ids(rng);
  engine::Engine other(database(), site.clock(), ids, site.log());
  other.run();
  site.advance(0us);
  EXPECT_EQ(hand_overs().size(), 2u);
  for (int i = 0; i < 48; ++i) {
    site.advance(hours{1});
    other.run();
  }
  EXPECT_THAT(hand_overs(), ElementsAre("05 anna", "06 boris", "07 anna", "08 boris"));
}

TEST_P(Notices, AfterAStallWhoIsOnCallNowIsTold) {
  rota();
  site.advance(hours{24 * 4});
  EXPECT_THAT(hand_overs(), ElementsAre("05 anna", "09 anna"));
  EXPECT_FALSE(site.log().contains("escalation steps run late"));
}

TEST_P(Notices, AnEditTellsOnlyWhatItChanges) {
  const std::string id = rota();
  const std::string shift_id = json::read(get(id)["shifts"]).value().as_array().at(0).as_string();
  EXPECT_EQ(edit_shift(shift_id, R"({"name":"renamed"})").status, 200);
  EXPECT_EQ(
      edit_shift(shift_id, R"({"rolling_users":[)" + list_of(boris) + "," + list_of(anna) + "]}").status,
      200);
  site.advance(1s);
  EXPECT_THAT(hand_overs(), ElementsAre("05 anna")) << "she is still on call";
  EXPECT_EQ(edit_shift(shift_id, R"({"rolling_users":[)" + list_of(boris) + "]}").status, 200);
  site.advance(1s);
  EXPECT_THAT(hand_overs(), ElementsAre("05 anna", "05 boris"));
  EXPECT_EQ(put(id, R"({"shifts":[]})").status, 200);
  site.advance(1s);
  EXPECT_THAT(hand_overs(), ElementsAre("05 anna", "05 boris", "-"));
  site.advance(hours{30});
  EXPECT_EQ(hand_overs().size(), 3u) << "that nobody is on call is told once";
}

TEST_P(Notices, ASwapIsToldWhenItsTimeComes) {
  const std::string id = rota();
  const std::string swap =
      site.post("/api/v1/shift_swaps/", R"({"schedule":")" + id +
                                            R"(","swap_start":"2031-04-05T12:00:00Z",)"
                                            R"("swap_end":"2031-04-05T18:00:00Z","beneficiary":")" +
                                            anna.str() + "\"}")["id"];
  EXPECT_EQ(
      site.post("/api/v1/shift_swaps/" + swap + "/take/", R"({"benefactor":")" + boris.str() + "\"}").status,
      200);
  advance_hourly(14);
  EXPECT_EQ(hand_overs().back(), "05 anna") << "from 18:00 on it is hers again";
  EXPECT_EQ(hand_overs().size(), 4u) << "her shift was cut, boris stood in, she came back";
}

TEST_P(Notices, AScheduleWithoutAChannelOrThatIsNeverTo) {
  const std::string quiet = rota(R"({"channel_id":null})");
  EXPECT_THAT(hand_overs(), IsEmpty());
  EXPECT_EQ(put(quiet, R"({"slack":{"channel_id":"C2"}})").status, 200);
  site.advance(1s);
  EXPECT_THAT(hand_overs(), ElementsAre("05 anna"));
  const std::string settings = "/api/v1/schedules/" + quiet + "/notices/";
  EXPECT_EQ(site.get(settings).body,
            R"({"each_shift":true,"when_empty":"channel","mention_start":true,"mention_next":false})");
  EXPECT_EQ(site.put(settings, R"({"each_shift":false,"when_empty":"previous"})").body,
            R"({"each_shift":false,"when_empty":"previous","mention_start":true,"mention_next":false})");
  EXPECT_EQ(site.put(settings, R"({"when_empty":"shout"})").body,
            R"({"when_empty":["\"shout\" is not a valid choice."]})");
  site.advance(hours{24});
  EXPECT_EQ(hand_overs().size(), 1u);
}

TEST_P(Notices, ReportsComeAMinuteAfterTheLastEditAndOnMondays) {
  const std::string id = rota();  // at 06:07:08 on Saturday, April 5
  site.advance(40s);
  EXPECT_EQ(put(id, R"({"name":"other"})").status, 200);
  site.advance(50s);
  EXPECT_THAT(rows("schedule_report"), IsEmpty()) << "an edit waits anew";
  site.advance(10s);
  EXPECT_THAT(rows("schedule_report"), ElementsAre("slack:C1 1", "slack:C1 1"));
  site.advance(hours{24 * 3});
  EXPECT_EQ(rows("schedule_report").size(), 2u) << "Monday: reported on Saturday";
  site.db().execute("UPDATE outbox SET finished_at = 1");
  site.advance(hours{24 * 7});
  const std::int64_t monday_noon = 9 * 24 * 60 + 5 * 60 + 52;
  site.advance(0us);
  const auto all = rows("schedule_report");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_GE(std::stoll(all[2].substr(all[2].find(' '))), monday_noon);
  EXPECT_EQ(std::stoll(all[3].substr(all[3].find(' '))), std::stoll(all[2].substr(all[2].find(' '))) + 1)
      << "gaps a minute after empty shifts";
}

TEST_P(Notices, AUserGroupIsBroughtUpToDateAtEachLook) {
  rota(R"({"user_group_id":"s7"})");
  EXPECT_THAT(rows("update_user_group"), ElementsAre("slack:user_groups 0"));
  advance_hourly(24);
  EXPECT_EQ(rows("update_user_group").size(), 1u) << "what waits is one update";
  site.db().execute("UPDATE outbox SET finished_at = 1");
  advance_hourly(24);
  EXPECT_EQ(rows("update_user_group").size(), 2u);
}

TEST_P(Notices, PeopleAreToldBeforeTheirShifts) {
  give_device(boris);
  rota(R"({"channel_id":null})");
  site.advance(hours{17} + 37min);  // 23:44:08
  EXPECT_THAT(rows("announce_shift"), IsEmpty());
  site.advance(1min);
  ASSERT_EQ(rows("announce_shift").size(), 1u);
  EXPECT_EQ(rows("announce_shift")[0].substr(0, 5), "push ");
  site.advance(3min);
  for (int i = 0; i < 20; ++i) site.advance(1min);
  EXPECT_EQ(rows("announce_shift").size(), 1u);
  const std::string path = "/api/v1/users/" + boris.str() + "/lead_times/";
  EXPECT_EQ(site.get(path).body, R"({"lead_times":[900]})");
  EXPECT_EQ(site.put(path, R"({"lead_times":[900,21600]})").body, R"({"lead_times":[21600,900]})");
  EXPECT_EQ(site.put(path, R"({"lead_times":[5]})").status, 400);
  advance_hourly(46);
  for (int i = 0; i < 24; ++i) site.advance(5min);
  EXPECT_EQ(rows("announce_shift").size(), 3u) << "six hours and fifteen minutes before the 8th";
  EXPECT_EQ(
      site.as(site.token_of(boris)).put("/api/v1/users/current/lead_times/", R"({"lead_times":[]})").status,
      200);
  advance_hourly(72);
  EXPECT_EQ(rows("announce_shift").size(), 3u);
}

TEST_P(Notices, SchedulesOfAnOlderDatabaseAreLookedAtWithinMinutes) {
  const std::string id = rota();
  site.db().execute("DELETE FROM timers WHERE kind IN ('schedule_look', 'schedule_report')");
  site.db().execute("DELETE FROM schedule_notices");
  site.db().execute("DELETE FROM outbox");
  site.advance(11min);
  EXPECT_THAT(hand_overs(), ElementsAre("05 anna"));
}

TEST_P(Notices, ADeletedScheduleIsNotLookedAtAgain) {
  const std::string id = rota();
  EXPECT_EQ(site.remove("/api/v1/schedules/" + id).status, 204);
  site.advance(hours{48});
  EXPECT_EQ(hand_overs().size(), 1u);
  EXPECT_EQ(site.db().query("SELECT count(*) FROM timers")[0].integer(0), 0);
}

}  // namespace
}  // namespace tocsin::test
