// docs/spec/api-alerting.md, sections 1 and 9, and the cases of section 12.
#include "api_test.h"

namespace tocsin::test {
namespace {

class Integrations : public Api {
 protected:
  static std::string path(const Answer& made, const std::string& action = "") {
    return "/api/v1/integrations/" + made["id"] + "/" + (action.empty() ? "" : action + "/");
  }
};
TOCSIN_ON_BOTH_DATABASES(Integrations);

TEST_P(Integrations, HaveNamesThatAreUniqueInTheirTeam) {
  const TeamId team = site.add_team("Core");
  const std::string taken = detail("An integration with this name already exists for this team");
  const Answer one = new_integration(R"(,"name":"probes")");
  EXPECT_EQ(site.post("/api/v1/integrations/", R"({"type":"webhook","name":"probes"})").body, taken);
  const Answer other = new_integration(R"(,"name":"probes","team_id":")" + team.str() + "\"");
  EXPECT_EQ(site.put(path(other), R"({"name":"probes","team_id":""})").body, taken) << "a refused move";
  EXPECT_EQ(site.get(path(other))["team_id"], team.str());
  EXPECT_EQ(site.put(path(other), R"({"name":"probes"})").status, 200) << "its own name";
  EXPECT_EQ(site.remove(path(one)).status, 204);
  EXPECT_EQ(site.put(path(other), R"({"name":"probes","team_id":""})").status, 200) << "free again";
}

TEST_P(Integrations, RefuseTypesInTheDocumentedWords) {
  const struct {
    const char* body;
    std::string answer;
  } cases[] = {
      {"{}", field_error("type", "This field is required.")},
      {R"({"type":null})", field_error("type", "This field may not be null.")},
      {R"({"type":""})", field_error("type", "This field may not be blank.")},
      {R"({"type":"Webhook"})", detail("Invalid integration type")},
      {R"({"type":"legacy_alertmanager"})", detail("This integration type is deprecated")},
      {R"({"type":"direct_paging"})", detail("Direct paging integrations can't be created")},
      {R"({"type":"maintenance"})", detail("Invalid integration type")},
      {R"({"type":"webhook","description_short":""})",
       field_error("description_short", "This field may not be blank.")},
      {R"({"type":"webhook","team_id":"T0"})", field_error("team_id", "Object does not exist")},
      {R"({"type":"webhook","templates":null})", field_error("templates", "This field may not be null.")},
      {R"({"type":"webhook","templates":{"grouping_key":{}}})", detail("Invalid grouping_key template data")},
      {R"({"type":"webhook","templates":{"grouping_key":"{{"}})",
       detail("Invalid grouping_key template data")},
      {R"({"type":"webhook","templates":{"web":"x"}})", detail("Invalid web template data")},
      {R"({"type":"webhook","templates":{"web":{"title":"{% if"}}})", detail("invalid web title template")},
      {R"({"type":"webhook","templates":{"web":{"title":7}}})", detail("invalid web title template")},
      {R"({"type":"webhook","templates":{"sms":{"message":"x"}}})", detail("Invalid template data")},
      {R"({"type":"webhook","default_route":{"escalation_chain_id":"F0"}})",
       field_error("escalation_chain_id", "Object does not exist")},
      {R"({"type":"webhook","default_route":{"slack":{"channel_id":"C1"}}})",
       detail("Slack isn't connected to this workspace")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    const Answer refused = site.post("/api/v1/integrations/", c.body);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, c.answer);
  }
  EXPECT_EQ(site.get("/api/v1/integrations/")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/routes")["count"], "0") << "an error rolls all back";
}

TEST_P(Integrations, TakeTemplatesInParts) {
  const Answer made = new_integration(
      R"(,"templates":{"grouping_key":"g","slack":{"title":"t","message":"m","image_url":"i"},"sms":{"title":"s"}})");
  EXPECT_EQ(site.put(path(made), R"({"templates":{"sms":{},"slack":{"title":null}}})")["templates.sms.title"],
            "s");
  const Answer partly = site.get(path(made));
  EXPECT_EQ(partly["templates.slack"], R"({"title":null,"message":"m","image_url":"i"})");
  EXPECT_EQ(partly["templates.grouping_key"], "g");
  const Answer reset = site.put(path(made), R"({"templates":{"slack":null,"grouping_key":null}})");
  EXPECT_EQ(reset["templates.slack"], R"({"title":null,"message":null,"image_url":null})");
  EXPECT_EQ(reset["templates.grouping_key"], "null");
  EXPECT_EQ(site.put(path(made), R"({"templates":{"grouping_key":""}})")["templates.grouping_key"], "");
}

TEST_P(Integrations, AreFoundByFilterAlsoByTheirId) {
  const TeamId team = site.add_team("Core");
  const Answer made = new_integration(R"(,"name":"probes","team_id":")" + team.str() + "\"");
  EXPECT_EQ(site.get("/api/v1/integrations/?team_id=" + team.str())["count"], "1");
  EXPECT_EQ(site.get("/api/v1/integrations/?team_id=null")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/integrations/?name=")["count"], "1");
  EXPECT_EQ(
      site.get("/api/v1/integrations/?team_id=T0").body,
      field_error("team_id", "Select a valid choice. That choice is not one of the available choices."));
  EXPECT_EQ(site.get(path(made) + "?name=other").status, 404);
  EXPECT_EQ(site.get(path(made) + "?name=probes").status, 200);
}

TEST_P(Integrations, GoIntoMaintenanceAndBack) {
  const Answer made = new_integration();
  EXPECT_EQ(site.post(path(made, "maintenance_start"), R"({"duration":100})").body,
            field_error("mode", "Unknown mode"));
  EXPECT_EQ(site.post(path(made, "maintenance_start"), R"({"mode":"debug","duration":"soon"})").body,
            field_error("duration", "Invalid duration"));
  const Answer started =
      site.post(path(made, "maintenance_start"), R"({"mode":"Maintenance","duration":"100"})");
  EXPECT_EQ(started.status, 200);
  EXPECT_EQ(started["maintenance_mode"], "maintenance");
  EXPECT_EQ(*parse_iso(started["maintenance_end_at"]) - *parse_iso(started["maintenance_started_at"]),
            std::chrono::seconds{100});
  EXPECT_EQ(site.post(path(made, "maintenance_start"), R"({"mode":"debug","duration":1})").body,
            detail("Already on maintenance"));
  const Answer stopped = site.post(path(made, "maintenance_stop"));
  EXPECT_EQ(stopped.status, 200);
  EXPECT_EQ(stopped["maintenance_mode"], "null");
  EXPECT_EQ(stopped["maintenance_started_at"], "null");
  EXPECT_EQ(stopped["maintenance_end_at"], "null");
  EXPECT_EQ(site.post(path(made, "maintenance_stop")).status, 200) << "also when none was on";
}

TEST_P(Integrations, LeaveTheirGroupsWhenDeleted) {
  const Answer made = new_integration();
  const std::string group = new_group(made);
  EXPECT_EQ(site.remove(path(made)).status, 204);
  EXPECT_EQ(site.remove(path(made)).status, 404);
  EXPECT_EQ(site.get(group_path(group))["integration_id"], made["id"]);
  EXPECT_EQ(site.get("/api/v1/alert_groups/?integration_id=" + made["id"])["count"], "1");
  EXPECT_EQ(site.post(group_path(group, "resolve")).status, 200);
}

class GroupLists : public Api {};
TOCSIN_ON_BOTH_DATABASES(GroupLists);

TEST_P(GroupLists, AnswerAGroupInTheOrderOfTheReference) {
  const Answer integration = new_integration();
  const std::string id = new_group(integration);
  const Answer group = site.get(group_path(id));
  const std::string alert = group["last_alert.id"];
  EXPECT_EQ(group.body,
            R"({"id":")" + id + R"(","integration_id":")" + integration["id"] +
                R"(","team_id":null,)"
                R"("route_id":")" +
                integration["default_route.id"] +
                R"(","alerts_count":1,"state":"firing",)"
                R"("created_at":")" +
                group["created_at"] +
                R"(","resolved_at":null,"resolved_by":null,)"
                R"("acknowledged_at":null,"acknowledged_by":null,"labels":[],"title":"disk full",)"
                R"("permalinks":{"slack":null,"slack_app":null,"telegram":null,)"
                R"("web":"https://oncall.example.org/alert-groups/)" +
                id +
                R"("},"silenced_at":null,)"
                R"("last_alert":{"id":")" +
                alert + R"(","alert_group_id":")" + id + R"(","created_at":")" +
                group["last_alert.created_at"] +
                R"(","payload":{"title":"disk full","alert_uid":"disk full","state":"alerting"}}})");
}

TEST_P(GroupLists, AreFilteredByEachParameter) {
  const TeamId team = site.add_team("Core");
  const Answer mine = new_integration(R"(,"name":"a","team_id":")" + team.str() + "\""),
               other = new_integration(R"(,"name":"b")");
  const std::string first = new_group(mine, "one");
  site.advance(std::chrono::hours{1});
  const std::string second = new_group(other, "two");
  site.post(group_path(second, "acknowledge"));
  const struct {
    std::string query;
    const char* count;
  } cases[] = {
      {"", "2"},
      {"id=" + first, "1"},
      {"id=I0", "0"},
      {"integration_id=" + mine["id"], "1"},
      {"integration_id=C0", "0"},
      {"route_id=" + other["default_route.id"], "1"},
      {"team_id=" + team.str(), "1"},
      {"team_id=null", "1"},
      {"state=new", "1"},
      {"state=ACKNOWLEDGED", "1"},
      {"state=resolved", "0"},
      {"started_at=2031-04-05T06:07:08_2031-04-05T06:07:09", "1"},
      {"started_at=2031-04-05T06:00:00_2031-04-05T08:00:00", "2"},
      {"label=a:b", "0"},
      {"label=nonsense", "2"},
      {"name=x", "2"},
      {"team_id=null&state=acknowledged", "1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.query);
    EXPECT_EQ(site.get("/api/v1/alert_groups/?" + c.query)["count"], c.count);
  }
  EXPECT_EQ(site.get("/api/v1/alert_groups/?state=firing").body,
            R"({"state":"Must be one of the following: new, acknowledged, resolved, silenced"})");
  for (const char* range : {"2031-04-05T06:07:08", "2031-04-06T00:00:00_2031-04-05T00:00:00", "a_b",
                            "2031-04-05T06:07:08_2031-04-05T06:07:09_2031-04-05T06:07:09"}) {
    EXPECT_EQ(site.get("/api/v1/alert_groups/?started_at=" + std::string(range)).body,
              detail("Invalid range value"));
  }
  EXPECT_EQ(site.get("/api/v1/alerts/?search=TWO")["count"], "1");
  EXPECT_EQ(site.get("/api/v1/alerts/?alert_group_id=" + first)["count"], "1");
  EXPECT_EQ(site.post("/api/v1/alert_groups/", "{}").status, 405);
}

class Limits : public OnBothDatabases {};
TOCSIN_ON_BOTH_DATABASES(Limits);

TEST_P(Limits, AnswerWithTheSecondsToWait) {
  SiteClient site(database(), {.api_limit = api::Rate{.requests = 1, .period = std::chrono::seconds{60}}});
  EXPECT_EQ(site.get("/api/v1/routes").status, 200);
  const Answer refused = site.get("/api/v1/routes");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body, R"({"detail":"Request was throttled. Expected available in 60 seconds."})");
  EXPECT_EQ(refused.headers.find("RateLimit-Reset"), "60");
  EXPECT_EQ(refused.headers.find("Retry-After"), "60");
  const std::string robot = site.service_account_token({access::Permission::IntegrationsRead});
  EXPECT_EQ(site.as(robot).get("/api/v1/routes").status, 200) << "a bucket of its own";
  site.advance(std::chrono::seconds{60});
  EXPECT_EQ(site.get("/api/v1/routes").status, 200);
}

class Rights : public Api {};
TOCSIN_ON_BOTH_DATABASES(Rights);

TEST_P(Rights, LetTheLeastRolePassAndRefuseTheNext) {
  const std::string admin = site.token_of(site.admin()),
                    editor = site.token_of(site.add_user("ed", Role::Editor)),
                    viewer = site.token_of(site.add_user("vera", Role::Viewer)),
                    nobody = site.token_of(site.add_user("nils", Role::None));
  const struct {
    const char* method;
    const char* target;
    Role least;
  } calls[] = {
      {"GET", "/api/v1/integrations/", Role::Viewer},
      {"POST", "/api/v1/integrations/", Role::Admin},
      {"GET", "/api/v1/routes", Role::Viewer},
      {"POST", "/api/v1/routes/", Role::Admin},
      {"GET", "/api/v1/escalation_chains/", Role::Viewer},
      {"POST", "/api/v1/escalation_chains/", Role::Admin},
      {"GET", "/api/v1/escalation_policies", Role::Viewer},
      {"POST", "/api/v1/escalation_policies/", Role::Admin},
      {"GET", "/api/v1/alert_groups/", Role::Viewer},
      {"POST", "/api/v1/alert_groups/I0/acknowledge/", Role::Editor},
      {"DELETE", "/api/v1/alert_groups/I0/", Role::Editor},
      {"GET", "/api/v1/alert_groups/I0/timeline/", Role::Viewer},
      {"POST", "/api/v1/alert_groups/bulk/", Role::Editor},
      {"GET", "/api/v1/alerts/", Role::Viewer},
      {"POST", "/api/v1/escalation/", Role::Editor},
      {"GET", "/api/v1/silences/", Role::Viewer},
      {"POST", "/api/v1/silences/", Role::Editor},
      {"GET", "/api/v1/resolution_notes/", Role::Viewer},
      {"POST", "/api/v1/resolution_notes/", Role::Editor},
      {"GET", "/api/v1/webhooks", Role::Viewer},
      {"POST", "/api/v1/webhooks/", Role::Admin},
      {"GET", "/api/v1/actions/", Role::Viewer},
      {"POST", "/api/v1/actions/", Role::Admin},
  };
  const std::pair<Role, const std::string*> roles[] = {
      {Role::Admin, &admin}, {Role::Editor, &editor}, {Role::Viewer, &viewer}, {Role::None, &nobody}};
  for (const auto& call : calls) {
    for (const auto& [role, token] : roles) {
      SCOPED_TRACE(std::string(call.method) + " " + call.target + " as " + std::string(to_text(role)));
      const Answer answer = site.send(call.method, call.target, "", *token);
      if (role <= call.least) {
        EXPECT_NE(answer.status, 403);
      } else {
        EXPECT_EQ(answer.status, 403);
        EXPECT_EQ(answer.body, detail("You do not have permission to perform this action."));
      }
    }
  }
}

TEST_P(Rights, OfATokensOwnListAreExact) {
  const std::string token = site.token_of(site.admin(), {{access::Permission::AlertGroupsRead}});
  EXPECT_EQ(site.as(token).get("/api/v1/alert_groups/").status, 200);
  EXPECT_EQ(site.as(token).get("/api/v1/integrations/").status, 403);
  EXPECT_EQ(site.as("").get("/api/v1/alert_groups/").body, detail("Invalid token."));
  EXPECT_EQ(site.as("Bearer " + token).get("/api/v1/alert_groups/").status, 200);
}

TEST_P(Rights, EndWhenTheUserIsDeleted) {
  const UserId ed = site.add_user("ed", Role::Editor);
  const std::string token = site.token_of(ed);
  EXPECT_EQ(site.remove("/api/v1/users/" + ed.str() + "/").status, 204);
  EXPECT_EQ(site.as(token).get("/api/v1/alert_groups/").status, 403);
}

}  // namespace
}  // namespace tocsin::test
