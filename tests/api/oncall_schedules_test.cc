// What OnCall's own tests of schedules and shifts expect to see through the API, by their facts
// (engine/apps/schedules/tests/ and engine/apps/public_api/tests/), where no other suite of ours shows it.
#include <gtest/gtest.h>

#include "api/schedule_api.h"

namespace tocsin::test {
namespace {

using std::chrono::hours;

class OnCallSchedules : public ScheduleApi {
 protected:
  std::string web() { return post(R"({"type":"web","name":"w","time_zone":"UTC"})")["id"]; }
  static std::string in(const std::string& schedule) { return R"("schedule":")" + schedule + "\""; }
  // Of one schedule, every day from `hour` on.
  static std::string each_day(const UserId& user, int level, const char* hour, int length,
                              const std::string& more = "") {
    return R"({"name":"d","type":"rolling_users","frequency":"daily","start_rotation_from_user_index":0,"level":)" +
           std::to_string(level) + R"(,"start":"2031-04-01T)" + hour + R"(:00:00","duration":)" +
           std::to_string(length * 3600) + R"(,"rolling_users":[)" + list_of(user) + "]" +
           (more.empty() ? "" : "," + more) + "}";
  }
  std::string events(const std::string& id, const char* key, const std::string& day = "2031-04-06") {
    const std::string next = day.substr(0, 9) + static_cast<char>(day.back() + 1);
    return site.get("/api/v1/schedules/" + id + "/events/?start_date=" + day + "&end_date=" + next)[key];
  }
  // "anna 09-12, boris* 12-13": the final schedule of April 6; overrides have a star.
  static std::string told(const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    const json::Value body = answer.json();
    std::string text;
    for (const json::Value& event : body.find("final")->as_array()) {
      const auto hour = [&](const char* name) { return event.find(name)->as_string().substr(11, 2); };
      text += (text.empty() ? "" : ", ") +
              event.find("users")->as_array().at(0).find("display_name")->as_string() +
              (event.find("is_override")->as_bool() ? "*" : "") + " " + hour("start") + "-" + hour("end");
    }
    return text;
  }
};
TOCSIN_ON_BOTH_DATABASES(OnCallSchedules);

TEST_P(OnCallSchedules, EventsTellOverridesEmptyShiftsAndGapsApart) {
  const UserId vera = site.add_user("vera", Role::Viewer);
  const std::string id = web();
  new_shift(each_day(anna, 1, "10", 4, in(id)));
  const std::string empty = new_shift(each_day(vera, 1, "20", 2, in(id)));
  const std::string cover =
      new_shift(R"({"type":"override","start":"2031-04-06T22:00:00","duration":3600,"users":)" +
                list_of(boris) + "," + in(id) + "}");
  const std::string bare =
      R"("users":[],"missing_users":[],"priority_level":0,"source":null,"calendar_type":null,)"
      R"("is_empty":false,"is_gap":true,"is_override":false,"shift":{"pk":null}})";
  const auto gap = [&](const char* from, const char* to) {
    return R"({"all_day":false,"start":"2031-04-)" + std::string(from) + R"(:00:00Z","end":"2031-04-)" + to +
           ":00:00Z\"," + bare;
  };
  EXPECT_EQ(events(id, "gaps"),
            "[" + gap("06T00", "06T10") + "," + gap("06T14", "06T20") + "," + gap("06T23", "07T00") + "]");
  EXPECT_EQ(events(id, "empty_shifts"),
            R"([{"all_day":false,"start":"2031-04-06T20:00:00Z","end":"2031-04-06T22:00:00Z","users":[],)"
            R"("missing_users":["vera"],"priority_level":1,"source":"api","calendar_type":0,"is_empty":true,)"
            R"("is_gap":false,"is_override":false,"shift":{"pk":")" +
                empty + "\"}}]");
  const std::string final = events(id, "final");
  EXPECT_NE(
      final.find(R"("missing_users":[],"priority_level":0,"source":"api","calendar_type":1,"is_empty":false,)"
                 R"("is_gap":false,"is_override":true,"shift":{"pk":")" +
                 cover + "\"}}]"),
      std::string::npos)
      << final;
  EXPECT_EQ(site.remove("/api/v1/users/" + vera.str()).status, 204);
  EXPECT_NE(events(id, "empty_shifts").find(R"x("missing_users":["(missing)"])x"), std::string::npos);
}

TEST_P(OnCallSchedules, AdministratorsAndEditorsCanBeOnCall) {
  const std::string id = calendar(quoted(shift(boris)));
  for (const auto& [role, on_call] :
       {std::pair{"admin", true}, {"viewer", false}, {"editor", true}, {"none", false}}) {
    EXPECT_EQ(site.patch("/api/v1/users/" + boris.str(), R"({"role":")" + std::string(role) + "\"}").status,
              200);
    EXPECT_EQ(now_on_call(id), on_call ? list_of(boris) : "[]") << role;
  }
}

TEST_P(OnCallSchedules, APreviewPutsANewShiftInItsLayer) {
  const std::string id = web();
  new_shift(each_day(anna, 1, "09", 9, in(id)));
  const std::string window = "/?start_date=2031-04-06&end_date=2031-04-07";
  const auto preview = [&](const std::string& shift) {
    return told(site.post("/api/v1/schedules/" + id + "/preview" + window, R"({"shift":)" + shift + "}"));
  };
  EXPECT_EQ(preview(each_day(boris, 2, "12", 1)), "anna 09-12, boris 12-13, anna 13-18");
  EXPECT_EQ(preview(R"({"type":"override","start":"2031-04-06T12:00:00","duration":3600,"users":)" +
                    list_of(boris) + "}"),
            "anna 09-12, boris* 12-13, anna 13-18");
  EXPECT_EQ(told(site.get("/api/v1/schedules/" + id + "/events" + window)), "anna 09-18");
}

// `source` 0 is OnCall's web interface.
TEST_P(OnCallSchedules, AnOverrideOfTheWebCoversThoseOfTheApi) {
  const std::string id = web();
  const auto all_day = [&](const UserId& user, const std::string& more) {
    return R"({"name":"o","type":"override","start":"2031-04-05T00:00:00","duration":86400,"users":)" +
           list_of(user) + "," + in(id) + more + "}";
  };
  new_shift(all_day(anna, ""));
  const Answer made =
      site.post("/api/v1/on_call_shifts/", all_day(boris, R"(,"source":0,"time_zone":"UTC")"));
  EXPECT_EQ(
      made.body,
      R"({"id":")" + made["id"] + R"(","team_id":null,)" + in(id) +
          R"(,"name":"o","type":"override","time_zone":"UTC","start":"2031-04-05T00:00:00","duration":86400,)"
          R"("rotation_start":"2031-04-05T00:00:00","users":)" +
          list_of(boris) + "}");
  EXPECT_EQ(now_on_call(id), list_of(boris));
}

TEST_P(OnCallSchedules, AWrongFieldInAnUpdateChangesNothing) {
  const std::string id =
      new_shift(R"({"name":"s","type":"recurrent_event","start":"2031-04-07T09:00:00","duration":7200,)"
                R"("frequency":"weekly","week_start":"MO","interval":2,"by_day":["MO","FR"]})");
  const std::string path = "/api/v1/on_call_shifts/" + id + "/";
  const std::string before = site.get(path).body;
  for (const char* wrong :
       {R"("frequency":null)", R"("start":"2031-04-07T09:00:00.000001Z")", R"("by_day":["QQ","FR"])",
        R"("by_month":[13])", R"("by_monthday":[35])", R"("interval":0)", R"("type":"invalid_type")",
        R"("until":"not-a-date")", R"("frequency":0,"interval":5)", R"("time_zone":"asdfasdfasdf")",
        R"("rolling_users":[["UX"]])"}) {
    EXPECT_EQ(site.put(path, "{\"name\":\"t\"," + std::string(wrong) + "}").status, 400) << wrong;
  }
  EXPECT_EQ(site.get(path).body, before);
}

TEST_P(OnCallSchedules, WhoeverMakesAShiftWeeklySaysWhenItsWeekStarts) {
  const std::string path = "/api/v1/on_call_shifts/" + shift(anna) + "/";
  const std::string refusal = R"({"detail":"Field 'week_start' is required for frequency type 'weekly'"})";
  EXPECT_EQ(site.put(path, R"({"frequency":"weekly"})").body, refusal);
  EXPECT_EQ(site.patch(path, R"({"frequency":"weekly"})").body, refusal);
  EXPECT_EQ(site.put(path, R"({"frequency":"weekly","week_start":"SU"})")["week_start"], "SU");
  EXPECT_EQ(site.put(path, R"({"frequency":"weekly","interval":2})")["interval"], "2") << "it is weekly";
}

TEST_P(OnCallSchedules, ACalendarsOverridesComeFromItsUrlUntilItsOwnAreEnabled) {
  net.pages[kFeed] = calendar_text("boris");
  const std::string id = calendar(quoted(shift(anna)));
  const Answer with_url = put(id, std::string(R"({"ical_url_overrides":")") + kFeed + "\"}");
  EXPECT_EQ(with_url["ical_url_overrides"], kFeed);
  EXPECT_EQ(with_url["on_call_now"], list_of(boris));
  EXPECT_EQ(put(id, R"({"enable_web_overrides":true})")["on_call_now"], list_of(anna));
}

TEST_P(OnCallSchedules, ABegunOverrideOfACalendarIsShortenedAndOneToComeIsDeleted) {
  const std::string id = calendar(quoted(shift(anna)));
  put(id, R"({"enable_web_overrides":true})");
  const auto override_from = [&](const char* start) {
    return new_shift(R"({"type":"override","duration":86400,"start":")" + std::string(start) +
                     R"(","users":)" + list_of(boris) + "," + in(id) + "}");
  };
  const std::string begun = override_from("2031-04-05T06:00:00"),
                    to_come = override_from("2031-04-08T06:00:00");
  EXPECT_EQ(now_on_call(id), list_of(boris));
  for (const std::string& each : {begun, to_come}) {
    EXPECT_EQ(site.remove("/api/v1/on_call_shifts/" + each).status, 204);
  }
  EXPECT_EQ(now_on_call(id), list_of(anna));
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/" + begun)["duration"], "428") << "from 06:00:00 to 06:07:08";
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/" + to_come).status, 404);
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/?schedule_id=" + id)["count"], "2") << "listed and owned";
}

TEST_P(OnCallSchedules, ATeamThatIsDeletedLeavesItsSchedules) {
  const std::string team = site.add_team("ops").str();
  const std::string listed = shift(anna, R"("team_id":")" + team + "\"");
  const Answer made = post(R"({"type":"calendar","name":"c","time_zone":"UTC","team_id":")" + team +
                           R"(","shifts":[)" + quoted(listed) + "]}");
  EXPECT_EQ(made["team_id"], team);
  EXPECT_EQ(site.remove("/api/v1/teams/" + team).status, 204);
  EXPECT_EQ(get(made["id"])["team_id"], "null");
  EXPECT_EQ(site.get("/api/v1/on_call_shifts/" + listed)["team_id"], "null");
  EXPECT_EQ(now_on_call(made["id"]), list_of(anna));
}

TEST_P(OnCallSchedules, ASwapCutsWhatItCoversFromTheOfferOn) {
  const std::string id = web();
  new_shift(each_day(anna, 1, "12", 3, in(id)));
  const Answer swap = site.post("/api/v1/shift_swaps/",
                                R"({"swap_start":"2031-04-06T13:00:00Z","swap_end":"2031-04-06T14:00:00Z",)" +
                                    in(id) + R"(,"beneficiary":")" + anna.str() + "\"}");
  ASSERT_EQ(swap.status, 201) << swap.body;
  const std::string window = "?start_date=2031-04-06&end_date=2031-04-07";
  const std::string path = "/api/v1/schedules/" + id;
  EXPECT_EQ(told(site.get(path + "/events/" + window)), "anna 12-13, anna 13-14, anna 14-15");
  EXPECT_EQ(site.get(path + "/final_shifts/" + window)["count"], "3");
  const Answer taken =
      site.post("/api/v1/shift_swaps/" + swap["id"] + "/take/", R"({"benefactor":")" + boris.str() + "\"}");
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(told(site.get(path + "/events/" + window)), "anna 12-13, boris 13-14, anna 14-15");
  EXPECT_EQ(site.get(path + "/final_shifts/" + window)["count"], "3");
}

TEST_P(OnCallSchedules, AFeedIsExportedWithTheNamesOfItsPeople) {
  const auto half = [](const char* uid, const char* who, const char* from, const char* to) {
    return std::string("BEGIN:VEVENT\r\nUID:") + uid + "\r\nSEQUENCE:1\r\nSUMMARY:" + who +
           "\r\nDTSTART;TZID=America/Chicago:20310405T" + from + "\r\nDTEND;TZID=America/Chicago:203104" +
           to + "\r\nRRULE:FREQ=DAILY\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n";
  };
  net.pages[kFeed] = "BEGIN:VCALENDAR\r\nCALSCALE:GREGORIAN\r\n" +
                     half("day", "ANNA@example.org", "000000", "05T120000") +
                     half("night", "boris", "120000", "06T000000") + "END:VCALENDAR\r\n";
  const std::string id =
      post(std::string(R"({"type":"ical","name":"f","ical_url_primary":")") + kFeed + "\"}")["id"];
  const Answer token = site.post("/api/v1/schedules/" + id + "/export_token/");
  const std::string text =
      site.send("GET", "/api/v1/schedules/" + id + "/export/?token=" + token["token"], {}, {}).body;
  for (const char* line :
       {"CALSCALE:GREGORIAN\r\n", "X-WR-TIMEZONE:UTC\r\n", "SUMMARY:anna\r\n", "SUMMARY:boris\r\n",
        "DTSTART:20310405T050000Z\r\n", "DTSTART:20310405T170000Z\r\n", "DTEND:20310405T170000Z\r\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text.substr(0, 900);
  }
  EXPECT_EQ(text.find("RRULE"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::test
