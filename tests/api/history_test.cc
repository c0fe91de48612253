// Changing a schedule never changes who was on call in the past (RULINGS 10).
#include <gtest/gtest.h>

#include "api/schedule_api.h"
#include "edge/feeds/refresher.h"
#include "store/feeds.h"
#include "store/read_pool.h"

namespace tocsin::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class History : public ScheduleApi {
 protected:
  std::string shift_id, schedule_id;

  void make_calendar() {
    shift_id = shift(anna);
    schedule_id = calendar(quoted(shift_id));
  }
  // "anna 03T00:00:00-04T00:00:00; ..." of April 3 to 8.
  std::string past() {
    std::string text;
    const Answer rows = site.get("/api/v1/schedules/" + schedule_id +
                                 "/final_shifts/?start_date=2031-04-03&end_date=2031-04-08");
    const json::Value body = rows.json();
    if (body.find("results") == nullptr) return rows.body;
    for (const json::Value& row : body.find("results")->as_array()) {
      const auto at = [&](const char* name) { return row.find(name)->as_string().substr(8, 11); };
      text += row.find("user_username")->as_string() + " " + at("shift_start") + "-" + at("shift_end") + "\n";
    }
    return text;
  }
  std::string on_call() { return now_on_call(schedule_id); }
  void edit_users(const UserId& user) {
    const Answer edited = edit_shift(shift_id, R"({"users":)" + list_of(user) + "}");
    EXPECT_EQ(edited.status, 200) << edited.body;
  }
};
TOCSIN_ON_BOTH_DATABASES(History);

TEST_P(History, AnEditTakesEffectFromNowAndWhatWasAnsweredStays) {
  make_calendar();
  EXPECT_EQ(past(),
            "anna 03T00:00:00-04T00:00:00\nanna 04T00:00:00-05T00:00:00\nanna 05T00:00:00-06T00:00:00\n"
            "anna 06T00:00:00-07T00:00:00\nanna 07T00:00:00-08T00:00:00\n");
  edit_users(boris);  // at 06:07:08.000007 on the 5th, seconds after the schedule was made
  const std::string seam = past();
  EXPECT_TRUE(seam.starts_with(
      "anna 03T00:00:00-04T00:00:00\nanna 04T00:00:00-05T00:00:00\nanna 05T00:00:00-05T06:07:08\n"
      "boris 05T06:07:08-06T00:00:00\nboris 06T00:00:00-07T00:00:00\n"))
      << seam;
  EXPECT_EQ(on_call(), "[\"" + boris.str() + "\"]");
}

TEST_P(History, EveryFurtherEditAddsToTheRecord) {
  make_calendar();
  site.advance(hours{24});  // 6th, 06:07
  edit_users(boris);
  site.advance(hours{24});  // 7th
  const std::string before = past();
  edit_users(anna);
  edit_users(anna);
  EXPECT_EQ(past().substr(0, past().find("07T00:00:00-07T06")),
            before.substr(0, before.find("07T00:00:00-08T00")));
  EXPECT_NE(past().find("boris 07T00:00:00-07T06:07:08"), std::string::npos) << past();
  EXPECT_NE(past().find("anna 07T06:07:08-08T00:00:00"), std::string::npos) << past();
}

TEST_P(History, AnUnchangedPersonsEventStaysWhole) {
  make_calendar();
  site.advance(hours{24});
  const std::string before = past();
  EXPECT_EQ(site.put("/api/v1/on_call_shifts/" + shift_id, R"({"name":"renamed"})").status, 200);
  site.advance(hours{1});
  EXPECT_EQ(site.put("/api/v1/on_call_shifts/" + shift_id, R"({"name":"again"})").status, 200);
  EXPECT_EQ(past(), before);
}

TEST_P(History, RemovingAShiftRoleOrPersonLeavesThePast) {
  make_calendar();
  site.advance(hours{48});
  EXPECT_EQ(site.patch("/api/v1/users/" + anna.str(), R"({"role":"viewer","username":"ann"})").status, 200);
  EXPECT_EQ(on_call(), "[]");
  EXPECT_NE(past().find("ann 06T00:00:00-07T00:00:00\nann 07T00:00:00-07T06:07:08"), std::string::npos)
      << past();
  EXPECT_EQ(site.remove("/api/v1/users/" + anna.str()).status, 204);
  EXPECT_EQ(site.remove("/api/v1/on_call_shifts/" + shift_id).status, 204);
  EXPECT_NE(past().find("ann 06T00:00:00-07T00:00:00\nann 07T00:00:00-07T06:07:08"), std::string::npos)
      << past();
}

TEST_P(History, APreviewShowsAnEditFromNowOnAndChangesNothing) {
  make_calendar();
  site.advance(hours{24});
  const std::string before = past();
  const std::string path =
      "/api/v1/schedules/" + schedule_id + "/preview/?start_date=2031-04-06&end_date=2031-04-07";
  const Answer edited =
      site.post(path, R"({"shift_id":")" + shift_id + R"(","shift":{"users":[")" + boris.str() + "\"]}}");
  ASSERT_EQ(edited.status, 200) << edited.body;
  const json::Value body = edited.json();
  const json::Array& final = body.find("final")->as_array();
  ASSERT_EQ(final.size(), 2u) << edited.body;
  EXPECT_EQ(final[0].find("end")->as_string(), "2031-04-06T06:07:08Z");
  EXPECT_EQ(final[1].find("users")->as_array()[0].find("pk")->as_string(), boris.str());
  EXPECT_EQ(site.post(path, R"({"shift":)" + daily(boris) + "}")["empty_shifts"], "[]");
  EXPECT_EQ(site.post(path, R"({"shift_id":"OX","shift":{}})").body,
            R"({"shift_id":["Object does not exist"]})");
  EXPECT_EQ(site.post(path, "{}").body, R"({"shift":["This field is required."]})");
  EXPECT_EQ(past(), before);
  EXPECT_EQ(on_call(), "[\"" + anna.str() + "\"]");
}

TEST_P(History, WhileAScheduleIsSetUpAddedShiftsSpeakForThePastToo) {
  make_calendar();
  const std::string second = shift(boris);
  const std::string both = R"({"shifts":[")" + shift_id + "\",\"" + second + "\"]}";
  EXPECT_EQ(site.put("/api/v1/schedules/" + schedule_id, both).status, 200);
  EXPECT_NE(past().find("boris 03T00:00:00"), std::string::npos);
  // Later it is a change like any other.
  const std::string third = shift(site.admin());
  site.advance(minutes{11});
  EXPECT_EQ(
      site.put("/api/v1/schedules/" + schedule_id, both.substr(0, both.size() - 2) + ",\"" + third + "\"]}")
          .status,
      200);
  EXPECT_EQ(past().find("admin 03T00:00:00"), std::string::npos);
  EXPECT_NE(past().find("admin 05T06:18:08"), std::string::npos) << past();
}

TEST_P(History, AFeedsNewCopyTakesEffectFromNowAndAFailureKeepsTheLastGoodOne) {
  net.pages[kFeed] = calendar_text("anna");
  schedule_id =
      site.post("/api/v1/schedules/",
                std::string(R"({"type":"ical","name":"f","ical_url_primary":")") + kFeed + "\"}")["id"];
  store::ReadPool reads(database());
  feeds::Refresher refresher(site.engine(), reads, site.clock(), site.log());
  const auto refresh = [&] {
    refresher.run(net);
    site.advance(std::chrono::microseconds{1});
  };
  refresh();
  EXPECT_EQ(net.requests.size(), 1u) << "nothing is due yet";

  site.advance(hours{24});
  net.pages[kFeed] = calendar_text("boris");
  refresh();
  EXPECT_EQ(net.requests.size(), 2u);
  EXPECT_EQ(on_call(), "[\"" + boris.str() + "\"]");
  EXPECT_NE(past().find("anna 06T00:00:00-06T06:07:08"), std::string::npos) << past();

  const auto error = [&] {
    return store::find_feed(site.db(), ScheduleId(schedule_id), store::FeedLayer::Primary)->error;
  };
  site.advance(minutes{11});
  net.pages[kFeed] = "<html>";
  refresh();
  EXPECT_EQ(error(), "wrong iCal: the text is not an iCalendar file");
  site.advance(minutes{11});
  net.pages.clear();
  refresh();
  EXPECT_EQ(error(), "iCal download failed: no such server");
  EXPECT_EQ(on_call(), "[\"" + boris.str() + "\"]");
  EXPECT_NE(site.get("/api/v1/schedules/" + schedule_id +
                     "/events/?start_date=2031-04-05&end_date=2031-04-06")["feeds"]
                .find("iCal download failed"),
            std::string::npos);
  site.advance(minutes{11});
  net.pages[kFeed] = calendar_text("boris");
  refresh();
  EXPECT_EQ(error(), std::nullopt);
}

// Today's turn is anna's; whatever the list becomes, she keeps it, unless she is taken out of it.
TEST_P(History, AnEditedRotationKeepsWhoIsOnCallNow) {
  shift_id = rotation();
  schedule_id = calendar(quoted(shift_id));
  const UserId clara = site.add_user("clara", Role::Editor);
  const auto list = [&](std::initializer_list<UserId> users) {
    std::string text;
    for (const UserId& user : users) text += (text.empty() ? "" : ",") + list_of(user);
    const Answer edited = edit_shift(shift_id, R"({"rolling_users":[)" + text + "]}");
    EXPECT_EQ(edited.status, 200) << edited.body;
    EXPECT_EQ(edited["start_rotation_from_user_index"], "0");
    return on_call();
  };
  EXPECT_EQ(on_call(), list_of(anna));
  EXPECT_EQ(list({boris, anna}), list_of(anna));
  EXPECT_EQ(list({clara, boris, anna}), list_of(anna));
  const std::string preview = site.post(
      "/api/v1/schedules/" + schedule_id + "/preview/?start_date=2031-04-05T06:08&end_date=2031-04-05T07:00",
      R"({"shift_id":")" + shift_id + R"(","shift":{"rolling_users":[)" + list_of(anna) + "," +
          list_of(clara) + "]}}")["final"];
  EXPECT_NE(preview.find(anna.str()), std::string::npos) << preview;
  EXPECT_EQ(edit_shift(shift_id, R"({"interval":2,"duration":172800})").status, 200);
  EXPECT_EQ(on_call(), list_of(anna));
  EXPECT_EQ(edit_shift(shift_id, R"({"start":"2031-04-02T00:00:00"})").status, 200);
  EXPECT_EQ(on_call(), list_of(anna));
  site.advance(hours{48});
  EXPECT_EQ(on_call(), list_of(clara)) << "the list goes on from anna";
  EXPECT_EQ(list({boris, anna}), list_of(boris)) << "clara left: the next in the list";
  EXPECT_EQ(edit_shift(shift_id, R"({"start_rotation_from_user_index":1})").status, 200);
  EXPECT_EQ(on_call(), list_of(anna)) << "the third turn of a list that begins with her: the index decides";
}

TEST_P(History, DeletingABegunShiftEndsItInItsZoneHoweverThatIsWritten) {
  const std::string web = post(R"({"type":"web","name":"w","time_zone":"UTC"})")["id"];
  // It began at 06:00 UTC, which is 15:00 in Tokyo; read in UTC it would begin nine hours from now.
  const std::string id = new_shift(
      R"({"name":"s","type":"recurrent_event","frequency":"daily","duration":43200,"start":"2031-04-05T15:00:00",)"
      R"("time_zone":"asia/tokyo","schedule":")" +
      web + R"(","users":)" + list_of(anna) + "}");
  EXPECT_EQ(now_on_call(web), list_of(anna));
  EXPECT_EQ(site.remove("/api/v1/on_call_shifts/" + id).status, 204);
  const Answer ended = site.get("/api/v1/on_call_shifts/" + id);
  EXPECT_EQ(ended.status, 200) << "its past stays";
  EXPECT_EQ(ended["time_zone"], "asia/tokyo");
  EXPECT_EQ(now_on_call(web), "[]");
}

}  // namespace
}  // namespace tocsin::test
