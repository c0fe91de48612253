// docs/spec/api-people.md, section 9.
#include <gtest/gtest.h>

#include "api/schedule_api.h"
#include "store/on_call.h"

namespace tocsin::test {
namespace {

class SchedulesApi : public ScheduleApi {};
TOCSIN_ON_BOTH_DATABASES(SchedulesApi);

TEST_P(SchedulesApi, EachTypeShowsItsOwnKeysInOrder) {
  net.pages[kFeed] = calendar_text("anna");
  const std::string id = shift(anna);
  const Answer core =
      post(R"({"type":"calendar","name":"core","time_zone":"Europe/Riga","shifts":[")" + id + "\"]}");
  EXPECT_EQ(core.body, R"({"id":")" + core["id"] +
                           R"(","team_id":null,"name":"core","time_zone":"Europe/Riga","on_call_now":)" +
                           list_of(anna) + R"(,"shifts":[")" + id +
                           R"("],"ical_url_overrides":null,"enable_web_overrides":false,)"
                           R"("slack":{"channel_id":null,"user_group_id":null},"type":"calendar"})");
  const Answer web =
      post(R"({"type":"web","name":"web","time_zone":"UTC","ical_url_primary":null,"shifts":null})");
  EXPECT_EQ(web.body, R"({"id":")" + web["id"] +
                          R"(","team_id":null,"name":"web","time_zone":"UTC","on_call_now":[],"shifts":[],)"
                          R"("slack":{"channel_id":null,"user_group_id":null},"type":"web"})");
  const Answer ical =
      post(std::string(R"({"type":"ical","name":"feed","ical_url_primary":")") + kFeed + "\"}");
  EXPECT_EQ(ical.body, R"({"id":")" + ical["id"] + R"(","team_id":null,"name":"feed","ical_url_primary":")" +
                           kFeed + R"(","ical_url_overrides":null,"on_call_now":)" + list_of(anna) +
                           R"(,"slack":{"channel_id":null,"user_group_id":null},"type":"ical"})");
  EXPECT_EQ(site.get("/api/v1/schedules/")["count"], "3");
}

TEST_P(SchedulesApi, BodiesAreRefusedWithTheDocumentedTexts) {
  net.pages["https://x.example.net/page"] = "<html></html>";
  const std::string cover = site.post(
      "/api/v1/on_call_shifts/", R"({"type":"override","start":"2031-04-01T00:00:00","duration":1})")["id"];
  const auto ical = [](const std::string& more) { return R"({"type":"ical","name":"n",)" + more + "}"; };
  const auto web = [](const std::string& more) {
    return R"({"type":"web","name":"n","time_zone":"UTC",)" + more + "}";
  };
  const struct {
    const char* name;
    std::string body;
    std::string answer;
  } cases[] = {
      {"no type", R"({"name":"n"})", R"({"type":"This field is required"})"},
      {"type", R"({"name":"n","type":"paper"})", R"({"type":"Invalid type"})"},
      {"a list", "[]", R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"},
      {"no name, no zone", R"({"type":"web"})",
       R"({"name":["This field is required."],"time_zone":["This field is required."]})"},
      {"zone", web(R"("time_zone":"Mars/Base")"), R"({"time_zone":["Invalid timezone"]})"},
      {"name blank", web(R"("name":" ")"), R"({"name":["This field may not be blank."]})"},
      {"override in a calendar",
       R"({"type":"calendar","name":"n","time_zone":"UTC","shifts":[")" + cover + "\"]}",
       R"({"detail":"Shifts of type override are not supported in this schedule"})"},
      {"slack null", web(R"("slack":null)"), R"({"slack":["This field may not be null."]})"},
      {"slack without workspace", web(R"("slack":{"channel_id":"C1"})"),
       R"({"detail":"Slack isn't connected to this workspace"})"},
      {"slack number", web(R"("slack":{"user_group_id":7})"),
       R"({"detail":"Slack isn't connected to this workspace"})"},
      {"no url", ical(R"("time_zone":"UTC")"), R"({"ical_url_primary":["This field is required."]})"},
      {"url null", ical(R"("ical_url_primary":null)"),
       R"({"ical_url_primary":["This field may not be null."]})"},
      {"url blank", ical(R"("ical_url_primary":"")"),
       R"({"ical_url_primary":["This field may not be blank."]})"},
      {"ourselves", ical(R"("ical_url_primary":"https://oncall.example.org/x.ics")"),
       R"({"ical_url_primary":["Potential self-reference"]})"},
      {"not there", ical(R"("ical_url_primary":"https://nowhere.example.net/")"),
       R"({"ical_url_primary":["Ical download failed"]})"},
      {"no calendar", ical(R"("ical_url_primary":"https://x.example.net/page")"),
       R"({"ical_url_primary":["Ical parse failed"]})"},
      {"overrides of a calendar",
       R"({"type":"calendar","name":"n","time_zone":"UTC","ical_url_overrides":"https://x.example.net/page"})",
       R"({"ical_url_overrides":["Ical parse failed"]})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Answer answer = post(c.body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, c.answer);
  }
  EXPECT_EQ(site.get("/api/v1/schedules/")["count"], "0");
}

TEST_P(SchedulesApi, AWebScheduleIsNotUpdatedByTheApi) {
  const std::string id = post(R"({"type":"web","name":"w","time_zone":"UTC"})")["id"];
  EXPECT_EQ(put(id, R"({"time_zone":"Mars/Base"})").body, R"({"time_zone":["Invalid timezone"]})");
  EXPECT_EQ(put(id, R"({"name":"x"})").body,
            R"({"detail":"Web schedule update is not enabled through API"})");
  EXPECT_EQ(get(id)["name"], "w");
}

TEST_P(SchedulesApi, WhoIsOnCallFollowsAnEditAtOnce) {
  const std::string a = shift(anna), b = shift(boris);
  const std::string id = calendar("");
  EXPECT_EQ(now_on_call(id), "[]");
  EXPECT_EQ(put(id, R"({"shifts":[")" + a + R"(","ONONE"]})")["shifts"], "[\"" + a + "\"]");
  EXPECT_EQ(now_on_call(id), list_of(anna));
  EXPECT_EQ(put(id, R"({"shifts":[")" + b + "\"]}")["on_call_now"], list_of(boris));
  EXPECT_EQ(site.patch("/api/v1/on_call_shifts/" + b, R"({"users":[")" + anna.str() + "\"]}").status, 200);
  EXPECT_EQ(now_on_call(id), list_of(anna));
  EXPECT_EQ(site.patch("/api/v1/users/" + anna.str(), R"({"role":"viewer"})").status, 200);
  EXPECT_EQ(now_on_call(id), "[]");
  EXPECT_EQ(store::on_call_users(site.db(), ScheduleId(id), site.now()), std::vector<UserId>{});
}

TEST_P(SchedulesApi, OverridesOfACalendarCountOnceTheyAreEnabled) {
  const std::string id = calendar(quoted(shift(anna)));
  const Answer cover =
      site.post("/api/v1/on_call_shifts/",
                R"({"type":"override","start":"2031-04-05T00:00:00","duration":86400,"schedule":")" + id +
                    R"(","users":[")" + boris.str() + "\"]}");
  EXPECT_EQ(cover.status, 201) << cover.body;
  EXPECT_EQ(now_on_call(id), list_of(anna));
  EXPECT_EQ(put(id, R"({"enable_web_overrides":true})")["on_call_now"], list_of(boris));
  EXPECT_EQ(put(id, R"({"enable_web_overrides":null})")["on_call_now"], list_of(anna));
}

TEST_P(SchedulesApi, FinalShiftsRefuseBadWindowsWithTheDocumentedTexts) {
  const std::string path = "/api/v1/schedules/" + calendar("") + "/final_shifts/";
  const std::string format =
      "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm, YYYY-MM-DD.";
  const struct {
    const char* query;
    std::string answer;
  } cases[] = {
      {"?start_date=2031-04-01", R"({"end_date":["This field is required."]})"},
      {"?end_date=2031-04-01", R"({"start_date":["This field is required."]})"},
      {"?start_date=soon&end_date=2031-04-01", R"({"start_date":[")" + format + "\"]}"},
      {"?start_date=2031-04-01&end_date=soon", R"({"end_date":[")" + format + "\"]}"},
      {"?start_date=2031-04-01%2001:00&end_date=2031-04-02", R"({"start_date":[")" + format + "\"]}"},
      {"?start_date=2031-04-01T00:00:00&end_date=2031-04-02", R"({"start_date":[")" + format + "\"]}"},
      {"?start_date=2031-04-03&end_date=2031-04-02",
       R"({"non_field_errors":["start_date must be less than or equal to end_date"]})"},
      {"?start_date=2031-04-01T00:00&end_date=2032-04-01",
       R"json({"non_field_errors":["The difference between start_date and end_date must be less than one year (365 days)"]})json"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.query);
    EXPECT_EQ(site.get(path + c.query).body, c.answer);
  }
  EXPECT_EQ(site.get(path + "?start_date=2031-04-01&end_date=2032-03-31").status, 200);
  EXPECT_EQ(site.get("/api/v1/schedules/SNONE/final_shifts/").status, 404);
}

TEST_P(SchedulesApi, FinalShiftsCutEventsToTheWindowAndAreAllOnOnePage) {
  const std::string path = "/api/v1/schedules/" + calendar(quoted(shift(anna))) + "/final_shifts/";
  EXPECT_EQ(
      site.get(path + "?start_date=2031-04-10T12:00&end_date=2031-04-11").body,
      R"({"count":1,"next":null,"previous":null,"results":[{"user_pk":")" + anna.str() +
          R"(","user_email":"anna@example.org","user_username":"anna","shift_start":"2031-04-10T12:00:00Z",)"
          R"("shift_end":"2031-04-11T00:00:00Z"}],"current_page_number":1,"page_size":50,"total_pages":1})");
  EXPECT_EQ(site.get(path + "?start_date=2031-04-10&end_date=2031-12-31")["count"], "265");
  EXPECT_EQ(site.get(path + "?start_date=2031-04-10&end_date=2031-04-10")["count"], "0");
}

TEST_P(SchedulesApi, QualityGapsAndEventsAreAnswered) {
  const std::string id = calendar(quoted(shift(anna, R"("duration":43200)")));
  EXPECT_EQ(
      site.get("/api/v1/schedules/" + id + "/quality/?days=7").body,
      R"json({"total_score":75,"comments":[{"type":"warning","text":"Schedule has gaps (50% not covered)"},)json"
      R"({"type":"info","text":"Schedule is perfectly balanced"}],"overloaded_users":[]})");
  EXPECT_EQ(site.get("/api/v1/schedules/" + id + "/quality/?date=x").body,
            R"({"detail":"Invalid date format"})");
  EXPECT_EQ(site.get("/api/v1/schedules/" + id + "/gaps/?days=2").json().find("gaps")->as_array().size(), 2u);
  const Answer events =
      site.get("/api/v1/schedules/" + id + "/events/?start_date=2031-04-05&end_date=2031-04-06");
  EXPECT_EQ(
      events["final"],
      R"([{"all_day":false,"start":"2031-04-05T00:00:00Z","end":"2031-04-05T12:00:00Z","users":[)"
      R"({"display_name":"anna","email":"anna@example.org","pk":")" +
          anna.str() +
          R"(","avatar_full":""}],"missing_users":[],"priority_level":0,"source":"api","calendar_type":0,)"
          R"("is_empty":false,"is_gap":false,"is_override":false,"shift":{"pk":")" +
          events.json().find("final")->as_array()[0].find("shift")->find("pk")->as_string() + "\"}}]");
}

TEST_P(SchedulesApi, TheListFiltersByNameAndTeam) {
  const TeamId team = site.add_team("ops");
  post(R"({"type":"web","name":"twice","time_zone":"UTC"})");
  post(R"({"type":"web","name":"twice","time_zone":"UTC","team_id":")" + team.str() + "\"}");
  EXPECT_EQ(site.get("/api/v1/schedules?name=twice")["count"], "2");
  EXPECT_EQ(site.get("/api/v1/schedules?team_id=" + team.str())["count"], "1");
  EXPECT_EQ(site.get("/api/v1/schedules?team_id=null")["count"], "1");
}

TEST_P(SchedulesApi, DeletingAScheduleTakesAWebSchedulesShiftsButNotACalendars) {
  const std::string listed = shift(anna);
  const std::string core = calendar(quoted(listed));
  const std::string web = post(R"({"type":"web","name":"w","time_zone":"UTC"})")["id"];
  const std::string owned = shift(anna, R"("schedule":")" + web + "\"");
  EXPECT_EQ(site.remove("/api/v1/schedules/" + core).status, 204);
  EXPECT_EQ(site.remove("/api/v1/schedules/" + web).status, 204);
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/" + listed).status, 200);
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/" + owned).status, 404);
  EXPECT_EQ(get(core).status, 404);
}

TEST_P(SchedulesApi, StepsThatAskedADeletedScheduleAskNobody) {
  const std::string id = calendar(quoted(shift(anna)));
  const std::string chain = site.post("/api/v1/escalation_chains/", R"({"name":"night"})")["id"];
  const Answer policy = site.post(
      "/api/v1/escalation_policies/",
      R"({"escalation_chain_id":")" + chain +
          R"(","type":"notify_on_call_from_schedule","notify_on_call_from_schedule":")" + id + "\"}");
  ASSERT_EQ(policy["notify_on_call_from_schedule"], id) << policy.body;
  EXPECT_EQ(site.remove("/api/v1/schedules/" + id).status, 204);
  EXPECT_EQ(site.get("/api/v1/escalation_policies/" + policy["id"])["notify_on_call_from_schedule"], "null");
}

// A URL that is kept is not fetched again, so a calendar server that is down does not stand in the way.
TEST_P(SchedulesApi, AFeedIsFetchedWhenItsUrlIsNew) {
  net.pages[kFeed] = calendar_text("anna");
  const std::string id =
      post(std::string(R"({"type":"ical","name":"f","ical_url_primary":")") + kFeed + "\"}")["id"];
  ASSERT_EQ(net.requests.size(), 1u);
  EXPECT_EQ(net.requests[0].headers.find("User-Agent"), "Grafana OnCall");
  EXPECT_EQ(net.requests[0].addresses, http::AddressRule::PublicOnly);
  net.pages.clear();
  EXPECT_EQ(put(id, std::string(R"({"name":"g","ical_url_primary":")") + kFeed + "\"}")["name"], "g");
  EXPECT_EQ(net.requests.size(), 1u);
  EXPECT_EQ(put(id, R"({"ical_url_primary":"https://other.example.net/"})").status, 400);
  EXPECT_EQ(now_on_call(id), list_of(anna));
}

// The calls of the Terraform provider for a shift and the calendar that lists it: every key is sent, null
// when unset; what was written is read back unchanged.
TEST_P(SchedulesApi, TerraformAppliesReadsUpdatesAndDestroys) {
  const std::string shift_body =
      R"({"team_id":"","name":"tf","type":"rolling_users","level":0,"start":"2031-04-07T09:00:00","duration":604800,)"
      R"("until":null,"frequency":"weekly","users":null,"interval":1,"week_start":"MO","by_day":["MO"],"by_month":null,)"
      R"("by_monthday":null,"rolling_users":[[")" +
      anna.str() + "\"],[\"" + boris.str() +
      R"("]],"start_rotation_from_user_index":0,"time_zone":"Europe/Berlin","source":3})";
  const Answer made = site.post("/api/v1/on_call_shifts/", shift_body);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/api/v1/on_call_shifts/" + made["id"] + "/";
  EXPECT_EQ(site.get(path).body, made.body);
  const std::string body =
      R"({"team_id":"","name":"tf","type":"calendar","ical_url_primary":null,"ical_url_overrides":null,)"
      R"("enable_web_overrides":false,"time_zone":"Europe/Berlin","slack":{"channel_id":null,)"
      R"("user_group_id":null},"shifts":[")" +
      made["id"] + "\"]}";
  const Answer schedule = post(body);
  ASSERT_EQ(schedule.status, 201) << schedule.body;
  EXPECT_EQ(get(schedule["id"]).body, schedule.body);
  EXPECT_EQ(put(schedule["id"], body).body, schedule.body);
  EXPECT_EQ(site.put(path, shift_body).status, 200);
  EXPECT_EQ(site.get(path)["rolling_users"], made["rolling_users"]);
  EXPECT_EQ(site.remove("/api/v1/schedules/" + schedule["id"] + "/").status, 204);
  EXPECT_EQ(site.remove(path).status, 204);
  EXPECT_EQ(site.get(path).status, 404);
}

TEST_P(SchedulesApi, DataSourcesFindOneByName) {
  site.add_team("ops");
  EXPECT_EQ(site.get("/api/v1/teams?name=ops")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/users/?username=Anna")["count"], "1");
  EXPECT_EQ(
      site.get("/api/v1/user_groups?slack_handle=x").body,
      R"({"count":0,"next":null,"previous":null,"results":[],"page_size":50,"current_page_number":1,"total_pages":1})");
  EXPECT_EQ(site.get("/api/v1/slack_channels?channel_name=x")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/info/").body, R"({"url":"https://oncall.example.org"})");
}

}  // namespace
}  // namespace tocsin::test
