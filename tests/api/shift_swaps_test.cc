// docs/spec/api-people.md, section 10.
#include <gtest/gtest.h>

#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::test {
namespace {

class ShiftSwapsApi : public OnBothDatabases {
 protected:
  SiteClient site{database()};
  UserId anna = site.add_user("anna", Role::Editor);
  UserId boris = site.add_user("boris", Role::Editor);
  std::string schedule;

  void SetUp() override {
    const std::string shift =
        site.post("/api/v1/on_call_shifts/",
                  R"({"name":"s","type":"recurrent_event","frequency":"daily","duration":86400,)"
                  R"("start":"2031-04-01T00:00:00","users":[")" +
                      anna.str() + "\"]}")["id"];
    schedule =
        site.post("/api/v1/schedules/",
                  R"({"type":"calendar","name":"c","time_zone":"UTC","shifts":[")" + shift + "\"]}")["id"];
  }
  std::string body(const std::string& from, const std::string& to, const std::string& more = "") {
    return R"({"schedule":")" + schedule + R"(","beneficiary":")" + anna.str() + R"(","swap_start":")" +
           from + R"(","swap_end":")" + to + "\"" + (more.empty() ? "" : "," + more) + "}";
  }
  Answer post(const std::string& json) { return site.post("/api/v1/shift_swaps/", json); }
  std::string made() {
    const Answer answer = post(body("2031-04-06T12:00:00Z", "2031-04-07T12:00:00Z"));
    EXPECT_EQ(answer.status, 201) << answer.body;
    return answer["id"];
  }
  Answer take(const std::string& id, const UserId& user) {
    return site.post("/api/v1/shift_swaps/" + id + "/take/", R"({"benefactor":")" + user.str() + "\"}");
  }
  std::string on_call() { return site.get("/api/v1/schedules/" + schedule)["on_call_now"]; }
};
TOCSIN_ON_BOTH_DATABASES(ShiftSwapsApi);

TEST_P(ShiftSwapsApi, ASwapShowsItsKeysInOrderWithSixDecimals) {
  const Answer swap =
      post(body("2031-04-06T14:00:00+02:00", "2031-04-07T12:00:00.5Z", R"("description":"away")"));
  ASSERT_EQ(swap.status, 201) << swap.body;
  const std::string head =
      R"({"id":")" + swap["id"] + R"(","created_at":")" + swap["created_at"] + R"(","updated_at":")" +
      swap["updated_at"] + R"(","status":"open","schedule":")" + schedule +
      R"(","swap_start":"2031-04-06T12:00:00.000000Z","swap_end":"2031-04-07T12:00:00.500000Z",)"
      R"("description":"away","beneficiary":")" +
      anna.str() + R"(","benefactor":null)";
  EXPECT_TRUE(swap.body.starts_with(head + ",\"shifts\":[{\"all_day\":false,")) << swap.body;
  EXPECT_EQ(swap.json().find("shifts")->as_array().size(), 2u);
  EXPECT_NE(swap.body.find(R"("swap_request":{"pk":")" + swap["id"] + "\"}"), std::string::npos);
  EXPECT_EQ(site.get("/api/v1/shift_swaps/")["results"], "[" + head + "}]");
  EXPECT_EQ(swap["created_at"].size(), std::string("2031-04-06T12:00:00.000000Z").size());
}

TEST_P(ShiftSwapsApi, BodiesAreRefusedWithTheDocumentedTexts) {
  const std::string format =
      "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm:ssZ, "
      "YYYY-MM-DDThh:mm:ss.uuuuuuZ, "
      "YYYY-MM-DDThh:mm:ss[+HHMM|-HHMM], YYYY-MM-DDThh:mm:ss.uuuuuu[+HHMM|-HHMM].";
  const std::string from = "2031-04-06T12:00:00Z", to = "2031-04-07T12:00:00Z";
  const struct {
    const char* name;
    std::string body;
    std::string answer;
  } cases[] = {
      {"nothing", "{}",
       R"({"schedule":["This field is required."],"swap_start":["This field is required."],"swap_end":["This field is required."]})"},
      {"schedule", body(from, to, R"("schedule":"SNONE")"), R"({"schedule":["Object does not exist"]})"},
      {"no zone", body("2031-04-06T12:00:00", to), R"({"swap_start":[")" + format + "\"]}"},
      {"past", body("2031-04-05T06:00:00Z", to),
       R"({"non_field_errors":["swap_start must be a datetime in the future"]})"},
      {"end before start", body(to, from),
       R"({"non_field_errors":["swap_end must occur after swap_start"]})"},
      {"nobody", body(from, to, R"("beneficiary":null)"), R"({"detail":"beneficiary user ID is required"})"},
      {"unknown", body(from, to, R"("beneficiary":"UX")"), R"({"detail":"Invalid beneficiary user ID"})"},
      {"description", body(from, to, R"("description":" ")"),
       R"({"description":["This field may not be blank."]})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Answer answer = post(c.body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, c.answer);
  }
  const std::string id = made();
  EXPECT_EQ(
      site.patch("/api/v1/shift_swaps/" + id, R"({"swap_start":"2031-04-06T12:00:00Z"})").body,
      R"({"non_field_errors":["when doing a partial update on time related fields, both start and end times must be specified"]})");
  EXPECT_EQ(site.put("/api/v1/shift_swaps/" + id, R"({"description":"x"})").status, 400);
  EXPECT_EQ(site.patch("/api/v1/shift_swaps/" + id, R"({"description":"x"})")["description"], "x");
  const Answer replaced =
      site.put("/api/v1/shift_swaps/" + id, R"({"schedule":")" + schedule + R"(","swap_start":")" + from +
                                                R"(","swap_end":")" + to + R"(","description":"y"})");
  EXPECT_EQ(replaced["description"], "y") << replaced.body;
  EXPECT_EQ(replaced["beneficiary"], anna.str()) << "whose time it is stays";
  EXPECT_EQ(site.get("/api/v1/shift_swaps/?starting_after=soon").body, "[\"" + format + "\"]");
}

TEST_P(ShiftSwapsApi, TakingChecksInOrderAndGivesTheTimeToTheBenefactor) {
  const std::string id = made();
  const std::string path = "/api/v1/shift_swaps/" + id + "/take/";
  EXPECT_EQ(site.post(path, "{}").body, R"({"detail":"benefactor user ID is required"})");
  EXPECT_EQ(site.post(path, R"({"benefactor":"UX"})").body, R"({"detail":"Invalid benefactor user ID"})");
  EXPECT_EQ(take(id, anna).body,
            R"({"detail":"A shift swap request cannot be created and taken by the same user"})");
  EXPECT_EQ(site.post("/api/v1/shift_swaps/SSRX/take/", "{}").status, 404);
  const Answer taken = take(id, boris);
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(taken["status"], "taken");
  EXPECT_EQ(taken["benefactor"], boris.str());
  EXPECT_NE(taken.body.find(R"("swap_request":{"pk":")" + id + R"(","user":{"display_name":"anna")"),
            std::string::npos)
      << taken.body;
  EXPECT_EQ(take(id, anna).body,
            R"({"detail":"A shift swap request cannot be created and taken by the same user"})");
  EXPECT_EQ(take(id, boris).body,
            R"({"detail":"The shift swap request is not in a state which allows it to be taken"})");
  EXPECT_EQ(on_call(), "[\"" + anna.str() + "\"]");
  site.advance(std::chrono::hours{36});
  EXPECT_EQ(on_call(), "[\"" + boris.str() + "\"]");
}

TEST_P(ShiftSwapsApi, UndoingATakenSwapActsFromNowOn) {
  const std::string id = made();
  take(id, boris);
  site.advance(std::chrono::hours{36});  // 6th, 18:07
  EXPECT_EQ(site.remove("/api/v1/shift_swaps/" + id).status, 204);
  EXPECT_EQ(site.get("/api/v1/shift_swaps/" + id).status, 404);
  EXPECT_EQ(on_call(), "[\"" + anna.str() + "\"]");
  const std::string rows = site.get("/api/v1/schedules/" + schedule +
                                    "/final_shifts/?start_date=2031-04-06&end_date=2031-04-07")["results"];
  EXPECT_NE(rows.find(R"("user_username":"boris","shift_start":"2031-04-06T12:00:00Z")"), std::string::npos)
      << rows;
}

TEST_P(ShiftSwapsApi, ABegunSwapIsFoundAndCannotBeTaken) {
  const std::string id = made();
  site.advance(std::chrono::hours{36});
  EXPECT_EQ(site.get("/api/v1/shift_swaps/" + id)["status"], "past_due");
  EXPECT_EQ(take(id, boris).body,
            R"({"detail":"The shift swap request is not in a state which allows it to be taken"})");
  EXPECT_EQ(site.get("/api/v1/shift_swaps/")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/shift_swaps/?starting_after=2031-04-01T00:00:00Z")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/shift_swaps/?starting_after=2031-04-01T00:00:00Z&open_only=true")["count"],
            "0");
}

TEST_P(ShiftSwapsApi, ListsFilterAndExpandUsers) {
  const std::string id = made();
  take(id, boris);
  const std::string list = "/api/v1/shift_swaps/";
  EXPECT_EQ(site.get(list + "?schedule_id=" + schedule)["count"], "1");
  EXPECT_EQ(site.get(list + "?schedule_id=SX")["count"], "0");
  EXPECT_EQ(site.get(list + "?beneficiary=" + anna.str() + "&benefactor=" + boris.str())["count"], "1");
  EXPECT_EQ(site.get(list + "?beneficiary=" + boris.str())["count"], "0");
  EXPECT_EQ(site.get(list + "?open_only=true")["count"], "0");
  EXPECT_EQ(
      site.get(list + id + "/?expand_users=true")["beneficiary"],
      R"({"display_name":"anna","email":"anna@example.org","pk":")" + anna.str() + R"(","avatar_full":""})");
}

}  // namespace
}  // namespace tocsin::test
