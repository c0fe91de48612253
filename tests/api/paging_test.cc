// docs/spec/api-alerting.md, sections 7 (direct paging) and 10 (resolution notes).
#include "api_test.h"

namespace tocsin::test {
namespace {

class Paging : public Api {
 protected:
  Paging() : ann(site.add_user("ann", Role::Editor)), bob(site.add_user("bob", Role::Editor)) {}

  Answer page(const std::string& body) { return site.post("/api/v1/escalation/", body); }
  static std::string user(const UserId& id, bool important = false) {
    return "{\"id\":\"" + id.str() + "\",\"important\":" + (important ? "true" : "false") + "}";
  }
  std::vector<std::string> texts(const std::string& group) {
    std::vector<std::string> out;
    const json::Value story = site.get(group_path(group, "timeline")).json();
    for (const json::Value& record : story.find("records")->as_array())
      out.push_back(record.find("text")->as_string());
    return out;
  }

  UserId ann, bob;
};
TOCSIN_ON_BOTH_DATABASES(Paging);

TEST_P(Paging, UsersOpensAGroupOfTheDirectPagingIntegration) {
  const Answer paged = page(R"({"users":[)" + user(ann, true) + "," + user(bob) +
                            R"(],"message":"gate & <door> \"7\"","source_url":"https://x.example/1"})");
  EXPECT_EQ(paged.status, 200) << paged.body;
  EXPECT_EQ(paged["state"], "firing");
  EXPECT_EQ(paged["title"], "admin is paging ann and bob to join escalation");
  EXPECT_EQ(paged["last_alert.payload.oncall.title"], "admin is paging ann and bob to join escalation");
  EXPECT_EQ(paged["last_alert.payload.oncall.message"], "gate &amp; &lt;door&gt; \"7\"");
  EXPECT_EQ(paged["last_alert.payload.oncall.author_username"], "admin");
  EXPECT_EQ(paged["last_alert.payload.oncall.permalink"], "https://x.example/1");
  EXPECT_EQ(paged["last_alert.payload.oncall.important"], "false");
  EXPECT_EQ(paged.body, site.get(group_path(paged["id"])).body);
  const Answer integration = site.get("/api/v1/integrations/" + paged["integration_id"]);
  EXPECT_EQ(integration["name"], "Direct paging (No team)");
  EXPECT_EQ(integration["type"], "direct_paging");
  const auto log = texts(paged["id"]);
  EXPECT_NE(std::find(log.begin(), log.end(), "API paged user ann"), log.end());
  EXPECT_NE(std::find(log.begin(), log.end(), "API paged user bob"), log.end());

  const Answer again = page(R"({"users":[)" + user(ann) + R"(],"title":"North gate stuck"})");
  EXPECT_EQ(again["title"], "North gate stuck");
  EXPECT_NE(again["id"], paged["id"]) << "pages never group";
  EXPECT_EQ(again["integration_id"], paged["integration_id"]) << "made once";
}

TEST_P(Paging, ATeamGoesThroughTheIntegrationOfTheTeam) {
  const TeamId team = site.add_team("Core");
  const Answer paged = page(R"({"team":")" + team.str() + R"(","important_team_escalation":true})");
  EXPECT_EQ(paged.status, 200) << paged.body;
  EXPECT_EQ(paged["team_id"], team.str());
  EXPECT_EQ(paged["title"], "admin is paging Core to join escalation");
  EXPECT_EQ(paged["last_alert.payload.oncall.important"], "true");
  EXPECT_EQ(site.get("/api/v1/integrations/" + paged["integration_id"])["name"], "Direct paging (Core team)");
  const std::string path = "/api/v1/integrations/" + paged["integration_id"] + "/";
  EXPECT_EQ(site.remove(path).body, detail("Direct paging integrations can't be deleted"));
}

TEST_P(Paging, ATeamHasOneIntegrationForIt) {
  const TeamId team = site.add_team("Core");
  const Answer of_team = page(R"({"team":")" + team.str() + R"("})");
  const Answer of_none = page(R"({"users":[)" + user(ann) + "]}");
  const std::string path = "/api/v1/integrations/" + of_none["integration_id"] + "/";
  const Answer refused = site.put(path, R"({"team_id":")" + team.str() + R"("})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body, detail("Direct paging integration already exists for this team"));
  EXPECT_EQ(site.get(path)["team_id"], "null") << "nothing was stored";

  const TeamId other = site.add_team("Edge");
  EXPECT_EQ(site.put(path, R"({"team_id":")" + other.str() + R"("})")["team_id"], other.str());
  const std::string path_of_team = "/api/v1/integrations/" + of_team["integration_id"] + "/";
  EXPECT_EQ(site.put(path_of_team, R"({"name":"Pages for Core"})").status, 200) << "is not its own rival";
}

TEST_P(Paging, AddsPeopleToAStandingGroup) {
  const std::string group = new_group(new_integration());
  const Answer added = page(R"({"alert_group_id":")" + group + R"(","users":[)" + user(ann) + "]}");
  EXPECT_EQ(added.status, 200);
  EXPECT_EQ(added["id"], group);
  EXPECT_EQ(texts(group).back(), "API paged user ann");
  site.post(group_path(group, "resolve"));
  EXPECT_EQ(page(R"({"alert_group_id":")" + group + R"(","users":[)" + user(ann) + "]}").body,
            detail("Cannot add responders for a resolved alert group"));
}

TEST_P(Paging, IsRefusedInTheDocumentedWords) {
  const std::string group = new_group(new_integration());
  const TeamId team = site.add_team("Core");
  const struct {
    std::string body;
    std::string answer;
  } cases[] = {
      {"{}", detail("No team or user(s) specified")},
      {R"({"users":[],"team":null})", detail("No team or user(s) specified")},
      {R"({"users":null})", field_error("users", "This field may not be null.")},
      {R"({"users":"ann"})",
       R"({"users":{"non_field_errors":["Expected a list of items but got type \"str\"."]}})"},
      {R"({"users":[)" + user(ann) + R"(,{"id":"U0","important":false}]})",
       R"({"users":[{},{"non_field_errors":["User U0 does not exist"]}]})"},
      {R"({"users":[{"id":")" + ann.str() + R"("},"x"]})",
       R"({"users":[{"important":["This field is required."]},)"
       R"({"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}]})"},
      {R"({"team":"T0"})", field_error("team", "Object does not exist")},
      {R"({"source_url":"not a url","users":[)" + user(ann) + "]}",
       field_error("source_url", "Enter a valid URL.")},
      {R"({"title":" "})", field_error("title", "This field may not be blank.")},
      {R"({"alert_group_id":")" + group + R"(","title":"t","users":[)" + user(ann) + "]}",
       object_error("alert_group_id and (title, message, source_url) are mutually exclusive")},
      {R"({"alert_group_id":")" + group + R"(","message":"t"})",
       object_error("alert_group_id and (title, message, source_url) are mutually exclusive")},
      {R"({"alert_group_id":")" + group + R"(","source_url":"http://x.example"})",
       object_error("alert_group_id and (title, message, source_url) are mutually exclusive")},
      {R"({"team":")" + team.str() + R"(","users":[)" + user(ann) + "]}",
       object_error("users and team are mutually exclusive")},
      {R"({"alert_group_id":"I0","users":[)" + user(ann) + "]}",
       object_error("Alert group I0 does not exist")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    const Answer refused = page(c.body);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, c.answer);
  }
  EXPECT_EQ(site.get("/api/v1/alert_groups/")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/integrations/")["count"], "1") << "no integration was made";
  const std::string robot = site.service_account_token({access::Permission::AlertGroupsDirectPaging});
  EXPECT_EQ(site.as(robot).post("/api/v1/escalation/", "{}").body, detail("Invalid token."));
  EXPECT_EQ(site.get("/api/v1/escalation/").status, 405);
}

class Notes : public Api {
 protected:
  Answer write(const std::string& group, const std::string& text) {
    return site.post("/api/v1/resolution_notes/", R"({"alert_group_id":")" + group + R"(","text":)" +
                                                      json::write(json::Value(text)) + "}");
  }
};
TOCSIN_ON_BOTH_DATABASES(Notes);

TEST_P(Notes, AreWrittenReadChangedAndDeleted) {
  const std::string group = new_group(new_integration());
  const Answer made = write(group, " it was the hinge ");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body, R"({"id":")" + made["id"] + R"(","alert_group_id":")" + group + R"(","author":")" +
                           site.admin().str() + R"(","source":"Web","created_at":")" + made["created_at"] +
                           R"(","text":"it was the hinge"})");
  const std::string path = "/api/v1/resolution_notes/" + made["id"] + "/";
  EXPECT_EQ(site.get(path).body, made.body);
  EXPECT_EQ(site.put(path, R"({"text":"it was the lock"})")["text"], "it was the lock");
  EXPECT_EQ(site.put(path, "{}").body, field_error("text", "This field is required."));
  EXPECT_EQ(site.patch(path, "{}")["text"], "it was the lock");
  EXPECT_EQ(site.remove(path).status, 204);
  EXPECT_EQ(site.get(path).body, detail("Not found."));
  EXPECT_EQ(site.remove(path).status, 404);
  EXPECT_EQ(write(group, " ").body, field_error("text", "This field may not be blank."));
  EXPECT_EQ(write("I0", "x").body, field_error("alert_group_id", "Object does not exist"));
  EXPECT_EQ(write(group, std::string(3001, 'x')).status, 400);
}

TEST_P(Notes, AreListedByTheirGroupsNewestFirst) {
  const Answer integration = new_integration();
  const std::string old_group = new_group(integration, "old");
  const std::string new_one = new_group(integration, "new");
  write(old_group, "a");
  write(new_one, "b");
  write(old_group, "c");
  EXPECT_EQ(column(site.get("/api/v1/resolution_notes/"), "text"), (std::vector<std::string>{"b", "a", "c"}));
  EXPECT_EQ(column(site.get("/api/v1/resolution_notes/?alert_group_id=" + old_group), "text"),
            (std::vector<std::string>{"a", "c"}));
}

TEST_P(Notes, OfServiceAccountsHaveNoAuthorAndForeignOnesStay) {
  const std::string group = new_group(new_integration());
  const std::string robot = site.service_account_token({access::Permission::AlertGroupsWrite});
  const Answer made = site.as(robot).post("/api/v1/resolution_notes/",
                                          R"({"alert_group_id":")" + group + R"(","text":"beep"})");
  EXPECT_EQ(made["author"], "null");
  {
    store::Transaction transaction(site.db());
    site.db().execute("UPDATE resolution_notes SET source = 'Slack'");
    transaction.commit();
  }
  const std::string path = "/api/v1/resolution_notes/" + made["id"] + "/";
  EXPECT_EQ(site.put(path, R"({"text":"boop"})").body, detail("Cannot update message with this source type"));
  EXPECT_EQ(site.remove(path).status, 204) << "deletion works for every source";
}

}  // namespace
}  // namespace tocsin::test
