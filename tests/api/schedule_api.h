// What the suites about schedules share: a site with two people and other people's calendar servers, shifts
// that begin on April 1, 2031, and calendars made of them.
#pragma once

#include <string>

#include "support/database.h"
#include "support/fake_outbound.h"
#include "support/site_client.h"

namespace tocsin::test {

inline constexpr const char* kFeed = "https://calendar.example.net/core.ics";

class ScheduleApi : public OnBothDatabases {
 protected:
  explicit ScheduleApi(app::ServeOptions options = {}) : site(database(), std::move(options), 1, &net) {}

  FakeOutbound net;
  SiteClient site;
  UserId anna = site.add_user("anna", Role::Editor);
  UserId boris = site.add_user("boris", Role::Editor);

  // A feed: every day, by whoever is named.
  static std::string calendar_text(const std::string& summary) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20310401T000000Z\r\n"
           "DTEND:20310402T000000Z\r\nRRULE:FREQ=DAILY\r\nSUMMARY:" +
           summary + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  }
  Answer post(const std::string& json) { return site.post("/api/v1/schedules/", json); }
  Answer put(const std::string& id, const std::string& json) {
    return site.put("/api/v1/schedules/" + id + "/", json);
  }
  Answer get(const std::string& id) { return site.get("/api/v1/schedules/" + id + "/"); }
  Answer edit_shift(const std::string& id, const std::string& json) {
    return site.patch("/api/v1/on_call_shifts/" + id + "/", json);
  }
  std::string now_on_call(const std::string& id) { return get(id)["on_call_now"]; }
  static std::string quoted(const std::string& id) { return "\"" + id + "\""; }
  static std::string list_of(const UserId& user) { return "[" + quoted(user.str()) + "]"; }

  std::string new_shift(const std::string& body) {
    const Answer made = site.post("/api/v1/on_call_shifts/", body);
    EXPECT_EQ(made.status, 201) << made.body;
    return made["id"];
  }
  // All day, every day, by one person.
  static std::string daily(const UserId& user, const std::string& more = "") {
    return R"({"name":"s","type":"recurrent_event","frequency":"daily","duration":86400,)"
           R"("start":"2031-04-01T00:00:00","users":)" +
           list_of(user) + (more.empty() ? "" : "," + more) + "}";
  }
  std::string shift(const UserId& user, const std::string& more = "") { return new_shift(daily(user, more)); }
  // All day, a day each: anna on the 1st, 3rd and 5th, which is today.
  std::string rotation(const std::string& more = "") {
    return new_shift(R"({"name":"r","type":"rolling_users","frequency":"daily","duration":86400,)"
                     R"("start":"2031-04-01T00:00:00","start_rotation_from_user_index":0,"rolling_users":[)" +
                     list_of(anna) + "," + list_of(boris) + "]" + (more.empty() ? "" : "," + more) + "}");
  }
  std::string calendar(const std::string& shifts) {
    const Answer made =
        post(R"({"type":"calendar","name":"core","time_zone":"UTC","shifts":[)" + shifts + "]}");
    EXPECT_EQ(made.status, 201) << made.body;
    return made["id"];
  }
};

}  // namespace tocsin::test
