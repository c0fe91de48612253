// docs/spec/api-people.md, section 8.
#include <gtest/gtest.h>

#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::test {
namespace {

class OnCallShiftsApi : public OnBothDatabases {
 protected:
  SiteClient site{database()};
  UserId anna = site.add_user("anna", Role::Editor);
  UserId boris = site.add_user("boris", Role::Editor);

  Answer post(const std::string& json) { return site.post("/api/v1/on_call_shifts/", json); }
  Answer put(const std::string& id, const std::string& json) {
    return site.put("/api/v1/on_call_shifts/" + id + "/", json);
  }
  // Everything that is required, then what is tested; the later of two equal keys wins.
  static std::string shift(const std::string& type, const std::string& more = "") {
    return R"({"name":"s","type":")" + type + R"(","start":"2031-04-07T09:00:00","duration":3600)" +
           (more.empty() ? "" : "," + more) + "}";
  }
  static std::string weekly(const std::string& type, const std::string& more = "") {
    return shift(type, R"("frequency":"weekly","week_start":"MO")" + (more.empty() ? "" : "," + more));
  }
};
TOCSIN_ON_BOTH_DATABASES(OnCallShiftsApi);

TEST_P(OnCallShiftsApi, EachTypeShowsItsOwnKeysInOrder) {
  const std::string a = "\"" + anna.str() + "\"", b = "\"" + boris.str() + "\"";
  const Answer single = post(shift("single_event", "\"level\":2,\"users\":[" + b + "," + a + "]"));
  EXPECT_EQ(single.status, 201);
  EXPECT_EQ(single.body,
            R"({"id":")" + single["id"] +
                R"(","team_id":null,"schedule":null,"name":"s","type":"single_event","time_zone":null,)"
                R"("level":2,"start":"2031-04-07T09:00:00","duration":3600,)"
                R"("rotation_start":"2031-04-07T09:00:00","users":[)" +
                b + "," + a + "]}");
  const Answer recurrent =
      post(weekly("recurrent_event", R"("by_day":["MO","TU"],"time_zone":"Europe/Riga")"));
  EXPECT_EQ(
      recurrent.body,
      R"({"id":")" + recurrent["id"] +
          R"(","team_id":null,"schedule":null,"name":"s","type":"recurrent_event","time_zone":"Europe/Riga",)"
          R"("level":0,"start":"2031-04-07T09:00:00","duration":3600,"rotation_start":"2031-04-07T09:00:00",)"
          R"("frequency":"weekly","interval":1,"until":null,"week_start":"MO","by_day":["MO","TU"],)"
          R"("by_month":null,"by_monthday":null,"users":[]})");
  const Answer rolling =
      post(shift("rolling_users", R"("frequency":"daily","interval":2,"until":"2031-05-01T00:00:00",)"
                                  R"("start_rotation_from_user_index":0,"rolling_users":[[)" +
                                      b + "," + a + "," + b + "],[]],\"users\":[" + a + "]"));
  EXPECT_EQ(
      rolling.body,
      R"({"id":")" + rolling["id"] +
          R"(","team_id":null,"schedule":null,"name":"s","type":"rolling_users","time_zone":null,"level":0,)"
          R"("start":"2031-04-07T09:00:00","duration":3600,"rotation_start":"2031-04-07T09:00:00",)"
          R"("frequency":"daily","interval":2,"until":"2031-05-01T00:00:00","by_day":null,"by_month":null,)"
          R"("by_monthday":null,"rolling_users":[[)" +
          a + "," + b + "],[]],\"start_rotation_from_user_index\":0}");
  const Answer cover = post(shift("override", "\"level\":3,\"users\":[" + a + "]"));
  EXPECT_EQ(cover.body,
            R"({"id":")" + cover["id"] +
                R"(","team_id":null,"schedule":null,"name":"s","type":"override","time_zone":null,)"
                R"("start":"2031-04-07T09:00:00","duration":3600,)"
                R"("rotation_start":"2031-04-07T09:00:00","users":[)" +
                a + "]}");
}

TEST_P(OnCallShiftsApi, BodiesAreRefusedWithTheDocumentedTexts) {
  const std::string bad_reading =
      R"({"detail":"Invalid datetime format, should be \"yyyy-mm-dd'T'hh:mm:ss\""})";
  const struct {
    const char* name;
    std::string body;
    std::string answer;
  } cases[] = {
      {"nothing", "{}",
       R"({"type":["This field is required."],"start":["This field is required."],"duration":["This field is required."]})"},
      {"a list", "[]", R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"},
      {"type", shift("sometimes"), R"({"detail":"Invalid shift type"})"},
      {"start with a zone", shift("single_event", R"("start":"2031-04-07T09:00:00Z")"), bad_reading},
      {"start a date", shift("single_event", R"("start":"2031-04-07")"), bad_reading},
      {"until a number", shift("single_event", R"("until":7)"), bad_reading},
      {"rotation_start null", shift("single_event", R"("rotation_start":null)"),
       R"({"rotation_start":["This field may not be null."]})"},
      {"zone", shift("single_event", R"("time_zone":"Mars/Base")"), R"({"time_zone":["Invalid timezone"]})"},
      {"duration", shift("single_event", R"("duration":"soon")"),
       R"({"duration":["Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu]."]})"},
      {"team", shift("single_event", R"("team_id":"TNONE")"), R"({"team_id":["Object does not exist"]})"},
      {"long name", shift("single_event", "\"name\":\"" + std::string(201, 'x') + "\""),
       R"({"name":["Ensure this field has no more than 200 characters."]})"},
      {"no frequency", shift("recurrent_event"),
       R"({"detail":"Field 'frequency' is required for this on-call shift type"})"},
      {"frequency", shift("recurrent_event", R"("frequency":"yearly")"),
       R"({"detail":"Invalid frequency type"})"},
      {"no week start", shift("recurrent_event", R"("frequency":"weekly")"),
       R"({"detail":"Field 'week_start' is required for frequency type 'weekly'"})"},
      {"week start", weekly("recurrent_event", R"("week_start":"Monday")"),
       R"({"detail":"Invalid day format for week start field. Should be one of the following: 'MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'"})"},
      {"interval 0", weekly("recurrent_event", R"("interval":0)"),
       R"({"detail":"Invalid value for interval"})"},
      {"interval null", weekly("recurrent_event", R"("interval":null)"),
       R"({"detail":"Field 'interval' must be a positive integer"})"},
      {"day", weekly("recurrent_event", R"("by_day":["1MO"])"),
       R"({"detail":"Invalid day value in by_day field. Valid values: 'MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'"})"},
      {"days no list", weekly("recurrent_event", R"("by_day":"MO")"),
       R"({"by_day":["Expected a list of items but got type \"str\"."]})"},
      {"month", weekly("recurrent_event", R"("by_month":["1"])"),
       R"({"detail":"Invalid month value in by_month field. Valid values: from 1 to 12"})"},
      {"monthday", weekly("recurrent_event", R"("by_monthday":[32])"),
       R"({"detail":"Invalid monthday value in by_monthday field. Valid values: from 1 to 31 and from -31 to -1"})"},
      {"no index", weekly("rolling_users"),
       R"({"detail":"Field 'start_rotation_from_user_index' is required for this on-call shift type"})"},
      {"index", weekly("rolling_users", R"("start_rotation_from_user_index":-1)"),
       R"({"start_rotation_from_user_index":["Ensure this value is greater than or equal to 0."]})"},
      {"unknown in a group",
       weekly("rolling_users", R"("start_rotation_from_user_index":0,"rolling_users":[[],["UX"]])"),
       R"({"rolling_users":{"1":["User does not exist {'UX'}"]}})"},
      {"daily by month day",
       shift("rolling_users", R"("frequency":"daily","start_rotation_from_user_index":0,"by_monthday":[1])"),
       R"({"detail":"Day limits are temporarily disabled for on-call shifts with type 'rolling_users' and frequency 'daily'"})"},
      {"interval beyond days",
       shift("rolling_users",
             R"("frequency":"daily","interval":3,"start_rotation_from_user_index":0,"by_day":["MO","TU"])"),
       R"({"detail":"Interval must be less than or equal to the number of selected days"})"},
      {"schedule", shift("single_event", R"("schedule":"SNONE")"),
       R"({"schedule":["Object does not exist"]})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Answer answer = post(c.body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, c.answer);
  }
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/")["count"], "0");
}

TEST_P(OnCallShiftsApi, DurationsComeInTheFrameworksForms) {
  const struct {
    const char* given;
    const char* seconds;
  } cases[] = {{"7200", "7200"},
               {"7200.9", "7200"},
               {"\"7200\"", "7200"},
               {"\"02:00:00\"", "7200"},
               {"\"1 00:00:01\"", "86401"},
               {"\"30:00\"", "1800"},
               {"\"PT8H\"", "28800"},
               {"\"P1DT2H\"", "93600"},
               {"\"2 days, 1:00:00\"", "176400"},
               {"-60", "-60"},
               {"0", "0"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.given);
    EXPECT_EQ(post(shift("single_event", std::string("\"duration\":") + c.given))["duration"], c.seconds);
  }
  for (const char* bad :
       {"\"1 2 3\"", "\"1 day\"", "\"1:2:3:4\"", "\"P\"", "\"PT1D\"", "\"\"", "true", "[]", "1e99"}) {
    SCOPED_TRACE(bad);
    EXPECT_EQ(post(shift("single_event", std::string("\"duration\":") + bad)).status, 400);
  }
}

TEST_P(OnCallShiftsApi, UnknownUsersAreLeftOutAndNullClears) {
  const Answer made =
      post(weekly("recurrent_event", R"("users":["UX",")" + anna.str() + R"("],"by_day":["MO"])"));
  EXPECT_EQ(made["users"], "[\"" + anna.str() + "\"]");
  const Answer cleared = put(made["id"], R"({"users":null,"by_day":null,"until":null,"team_id":""})");
  EXPECT_EQ(cleared["users"], "[]");
  EXPECT_EQ(cleared["by_day"], "null");
  EXPECT_EQ(put(made["id"], R"({"name":null})").body, R"({"name":["This field may not be null."]})");
  EXPECT_EQ(put(made["id"], R"({"until":""})").body,
            R"({"detail":"Invalid datetime format, should be \"yyyy-mm-dd'T'hh:mm:ss\""})");
}

TEST_P(OnCallShiftsApi, APutChecksOnlyWhatChangesAndKeepsTheRest) {
  const Answer made = post(weekly("recurrent_event", R"("interval":3,"by_day":["TU"])"));
  EXPECT_EQ(put(made["id"], R"({"level":4})")["interval"], "3");
  EXPECT_EQ(put(made["id"], R"({"frequency":"weekly"})")["interval"], "1");
  EXPECT_EQ(put(made["id"], R"({"frequency":null})").body,
            R"({"detail":"Field 'frequency' is required for this on-call shift type"})");
  EXPECT_EQ(put(made["id"], R"({"start":"2031-04-08T10:00:00"})")["rotation_start"], "2031-04-08T10:00:00");
  EXPECT_EQ(put(made["id"], R"({"rotation_start":"2031-04-20T10:00:00"})")["start"], "2031-04-08T10:00:00");
  EXPECT_EQ(put(made["id"], R"({"start":"2031-04-09T10:00:00"})")["rotation_start"], "2031-04-20T10:00:00");
  EXPECT_EQ(put("ONONE", "not json").status, 404);
}

TEST_P(OnCallShiftsApi, ListsAreFilteredAndShowEachShiftOnce) {
  const std::string first = post(shift("single_event", R"("name":"first")"))["id"];
  const std::string second = post(shift("single_event"))["id"];
  const std::string both = "[\"" + second + "\",\"" + first + "\"]";
  const std::string schedule = R"({"type":"calendar","name":"c","time_zone":"UTC","shifts":)" + both + "}";
  const std::string one = site.post("/api/v1/schedules/", schedule)["id"];
  site.post("/api/v1/schedules/", schedule);
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/?schedule_id=" + one)["count"], "2");
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/?schedule_id=SNONE")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/?name=first")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/?name=")["count"], "2");
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/?team_id=null")["count"], "2");
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/?team_id=TNONE").body,
            R"({"team_id":["Select a valid choice. That choice is not one of the available choices."]})");
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/" + first)["schedule"], one);
}

TEST_P(OnCallShiftsApi, AShiftCanBeAttachedWhenItIsMade) {
  const std::string calendar =
      site.post("/api/v1/schedules/",
                R"({"type":"calendar","name":"c","time_zone":"UTC","enable_web_overrides":true})")["id"];
  const std::string web =
      site.post("/api/v1/schedules/", R"({"type":"web","name":"w","time_zone":"UTC"})")["id"];
  for (const std::string& schedule : {calendar, web}) {
    const Answer made = post(shift("single_event", R"("schedule":")" + schedule + "\""));
    EXPECT_EQ(made["schedule"], schedule);
    EXPECT_EQ(site.get("/api/v1/schedules/" + schedule)["shifts"], "[\"" + made["id"] + "\"]");
  }
  const Answer cover = post(shift("override", R"("schedule":")" + calendar + "\""));
  EXPECT_EQ(cover["schedule"], calendar);
  EXPECT_EQ(put(cover["id"], R"({"schedule":")" + web + "\"}")["schedule"], calendar);
}

TEST_P(OnCallShiftsApi, AWebSchedulesShiftThatHasBegunEndsInsteadOfGoing) {
  const std::string web =
      site.post("/api/v1/schedules/", R"({"type":"web","name":"w","time_zone":"UTC"})")["id"];
  const std::string body =
      R"({"name":"n","type":"recurrent_event","frequency":"daily","duration":86400,"schedule":")" + web +
      R"(","users":[")" + anna.str() + R"("],"start":)";
  const std::string begun = post(body + R"("2031-04-01T00:00:00"})")["id"];
  const std::string later = post(body + R"("2031-05-01T00:00:00"})")["id"];
  EXPECT_EQ(site.get("/api/v1/schedules/" + web)["on_call_now"], "[\"" + anna.str() + "\"]");
  EXPECT_EQ(site.remove("/api/v1/on_call_shifts/" + begun).status, 204);
  EXPECT_EQ(site.remove("/api/v1/on_call_shifts/" + later).status, 204);
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/" + begun)["until"], "2031-04-05T06:07:08");
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/" + later).status, 404);
  EXPECT_EQ(site.get("/api/v1/schedules/" + web)["on_call_now"], "[]");
}

TEST_P(OnCallShiftsApi, ZonesAreKnownWhateverTheirCaseAndKeptAsGiven) {
  EXPECT_EQ(post(shift("single_event", R"("time_zone":"europe/RIGA")"))["time_zone"], "europe/RIGA");
}

TEST_P(OnCallShiftsApi, ViewersReadAndEditorsWrite) {
  const std::string viewer = site.token_of(site.add_user("vera", Role::Viewer));
  const std::string editor = site.token_of(anna);
  EXPECT_EQ(site.as(viewer).get("/api/v1/on_call_shifts/").status, 200);
  EXPECT_EQ(site.as(viewer).post("/api/v1/on_call_shifts/", shift("single_event")).body,
            R"({"detail":"You do not have permission to perform this action."})");
  EXPECT_EQ(site.as(editor).post("/api/v1/on_call_shifts/", shift("single_event")).status, 201);
}

}  // namespace
}  // namespace tocsin::test
