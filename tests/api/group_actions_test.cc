// docs/spec/api-alerting.md, sections 4.3 to 4.5; bulk, search and the time line are ours.
#include <map>

#include "api_test.h"

namespace tocsin::test {
namespace {

class GroupActions : public Api {
 protected:
  GroupActions() : integration(new_integration()) {}

  // A new group brought into the state that the word names.
  std::string group_in(const std::string& state) {
    const std::string id = new_group(integration, state + std::to_string(++count_));
    const std::map<std::string, std::string> ways = {
        {"acknowledged", "acknowledge"}, {"resolved", "resolve"}, {"silenced", "silence"}};
    if (const auto way = ways.find(state); way != ways.end()) {
      EXPECT_EQ(act(id, way->second).status, 200);
    }
    return id;
  }
  Answer act(const std::string& id, const std::string& action) {
    return site.post(group_path(id, action), action == "silence" ? R"({"delay":3600})" : "");
  }

  Answer integration;

 private:
  int count_ = 0;
};
TOCSIN_ON_BOTH_DATABASES(GroupActions);

TEST_P(GroupActions, MoveAGroupOrRefuseInTheDocumentedWords) {
  // Either the state that follows, or the refusal.
  const struct {
    const char* from;
    const char* action;
    const char* to;
  } cases[] = {
      {"firing", "acknowledge", "acknowledged"},
      {"firing", "unacknowledge", "Can't unacknowledge an unacknowledged alert group"},
      {"firing", "resolve", "resolved"},
      {"firing", "unresolve", "Can't unresolve an unresolved alert group"},
      {"firing", "silence", "silenced"},
      {"firing", "unsilence", "Can't unsilence an unsilenced alert group"},
      {"acknowledged", "acknowledge", "Can't acknowledge an acknowledged alert group"},
      {"acknowledged", "unacknowledge", "firing"},
      {"acknowledged", "resolve", "resolved"},
      {"acknowledged", "unresolve", "Can't unresolve an unresolved alert group"},
      {"acknowledged", "silence", "Can't silence an acknowledged alert group"},
      {"acknowledged", "unsilence", "Can't unsilence an unsilenced alert group"},
      {"silenced", "acknowledge", "acknowledged"},
      {"silenced", "unacknowledge", "Can't unacknowledge an unacknowledged alert group"},
      {"silenced", "resolve", "resolved"},
      {"silenced", "unresolve", "Can't unresolve an unresolved alert group"},
      {"silenced", "silence", "silenced"},
      {"silenced", "unsilence", "firing"},
      {"resolved", "acknowledge", "Can't acknowledge a resolved alert group"},
      {"resolved", "unacknowledge", "Can't unacknowledge an unacknowledged alert group"},
      {"resolved", "resolve", "Can't resolve a resolved alert group"},
      {"resolved", "unresolve", "firing"},
      {"resolved", "silence", "Can't silence a resolved alert group"},
      {"resolved", "unsilence", "Can't unsilence an unsilenced alert group"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.action) + " from " + c.from);
    const std::string id = group_in(c.from);
    const Answer answer = act(id, c.action);
    if (std::string_view(c.to).starts_with("Can't")) {
      EXPECT_EQ(answer.status, 400);
      EXPECT_EQ(answer.body, detail(c.to));
      EXPECT_EQ(state_of(id), c.from);
    } else {
      EXPECT_EQ(answer.status, 200);
      EXPECT_EQ(answer.body, "");
      EXPECT_EQ(state_of(id), c.to);
    }
  }
}

TEST_P(GroupActions, KeepWhoAndWhenOfTheLastAnswer) {
  const UserId ed = site.add_user("ed", Role::Editor);
  const std::string id = new_group(integration);
  EXPECT_EQ(site.as(site.token_of(ed)).post(group_path(id, "acknowledge")).status, 200);
  const Answer acknowledged = site.get(group_path(id));
  EXPECT_EQ(acknowledged["acknowledged_by"], ed.str());
  EXPECT_NE(acknowledged["acknowledged_at"], "null");
  act(id, "unacknowledge");
  EXPECT_EQ(site.get(group_path(id))["acknowledged_at"], "null");
}

TEST_P(GroupActions, ReadTheDelayOfASilence) {
  const struct {
    const char* body;
    int status;
    const char* detail;
  } cases[] = {
      {"", 400, "delay is required"},
      {R"({"delay":null})", 400, "delay is required"},
      {R"({"delay":"soon"})", 400, "invalid delay value"},
      {R"({"delay":-2})", 400, "invalid delay value"},
      {R"({"delay":[60]})", 400, "invalid delay value"},
      {R"({"delay":{}})", 400, "invalid delay value"},
      {R"({"delay":60})", 200, ""},
      {R"({"delay":"60"})", 200, ""},
      {R"({"delay":60.9})", 200, ""},
      {R"({"delay":-1})", 200, ""},
      {R"({"delay":0})", 200, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    const std::string id = group_in("firing");
    const Answer answer = site.post(group_path(id, "silence"), c.body);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(answer.body, c.status == 200 ? "" : detail(c.detail));
  }
  const std::string resolved = group_in("resolved");
  EXPECT_EQ(site.post(group_path(resolved, "silence"), "{}").body, detail("delay is required"))
      << "the delay is looked at first";
  EXPECT_EQ(site.post(group_path(group_in("firing"), "silence"), "[1]").body,
            object_error("Invalid data. Expected a dictionary, but got list."));
}

TEST_P(GroupActions, LookAtTheirBodyForNothingElse) {
  EXPECT_EQ(site.post(group_path(group_in("firing"), "acknowledge"), "not json").status, 200);
  EXPECT_EQ(site.post(group_path("I0", "acknowledge")).body, detail("Not found."));
  EXPECT_EQ(site.get(group_path(group_in("firing"), "acknowledge")).status, 405);
}

TEST_P(GroupActions, AreNotForServiceAccounts) {
  const std::string robot = site.service_account_token({access::Permission::AlertGroupsWrite});
  const std::string id = new_group(integration);
  for (const std::string action :
       {"acknowledge", "unacknowledge", "resolve", "unresolve", "silence", "unsilence"}) {
    const Answer refused = site.as(robot).post(group_path(id, action), R"({"delay":60})");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.body, detail("Service accounts are not allowed to " + action + " alert groups"));
    EXPECT_EQ(site.as(robot).post(group_path("I0", action)).status, 403) << "before the group is looked up";
  }
  EXPECT_EQ(site.as(robot).remove(group_path(id)).status, 204) << "delete is not barred";
  const std::string viewer = site.token_of(site.add_user("vera", Role::Viewer));
  EXPECT_EQ(site.as(viewer).post(group_path(id, "resolve")).body,
            detail("You do not have permission to perform this action."));
}

TEST_P(GroupActions, WipeOrDelete) {
  const struct {
    const char* body;
    int status;
    const char* answer;
  } refusals[] = {
      {R"({"mode":"shred"})", 400, R"("Invalid mode")"},
      {R"({"mode":null})", 400, R"("Invalid mode")"},
      {R"(["wipe"])", 400, R"("A dict with a `mode` key is expected")"},
      {R"("wipe")", 400, R"("A dict with a `mode` key is expected")"},
  };
  const std::string kept = new_group(integration, "kept");
  for (const auto& c : refusals) {
    const Answer refused = site.remove(group_path(kept), c.body);
    EXPECT_EQ(refused.status, c.status);
    EXPECT_EQ(refused.body, c.answer);
  }
  for (const char* body : {"", "{}", R"({"mode":"wipe"})"}) {
    SCOPED_TRACE(body);
    const std::string id = new_group(integration, std::string("secret ") + body);
    EXPECT_EQ(site.remove(group_path(id), body).status, 204);
    const Answer wiped = site.get(group_path(id));
    EXPECT_EQ(wiped["state"], "resolved");
    EXPECT_EQ(wiped["title"], "null");
    EXPECT_EQ(wiped["last_alert.payload"], "{}");
    EXPECT_EQ(site.get(group_path(id, "timeline")).body.find("secret"), std::string::npos);
    EXPECT_EQ(site.post(group_path(id, "unresolve")).status, 200);
    EXPECT_EQ(state_of(id), "resolved") << "nothing happens";
  }
  const std::string gone = new_group(integration, "gone");
  site.post("/api/v1/resolution_notes/", R"({"alert_group_id":")" + gone + R"(","text":"a note"})");
  const std::string before = site.get("/api/v1/alert_groups/")["count"];
  EXPECT_EQ(site.remove(group_path(gone), R"({"mode":"delete"})").status, 204);
  EXPECT_EQ(site.get(group_path(gone)).status, 404);
  EXPECT_EQ(site.get("/api/v1/alerts/?alert_group_id=" + gone)["count"], "0");
  EXPECT_EQ(site.get("/api/v1/resolution_notes/")["count"], "0");
  EXPECT_EQ(std::stoi(site.get("/api/v1/alert_groups/")["count"]), std::stoi(before) - 1);
  EXPECT_EQ(site.remove(group_path(gone)).status, 404);
}

TEST_P(GroupActions, AreDoneInBulkAndSayWhatWasLeftOut) {
  const std::string firing = group_in("firing"), resolved = group_in("resolved"),
                    silenced = group_in("silenced");
  const Answer done =
      site.post("/api/v1/alert_groups/bulk/", R"({"action":"resolve","ids":[")" + firing + "\",\"" +
                                                  resolved + "\",\"" + silenced + R"(","I0"]})");
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.body, R"({"action":"resolve","done":[")" + firing + "\",\"" + silenced +
                           R"("],"exceptions":[{"id":")" + resolved +
                           R"(","reason":"Can't resolve a resolved alert group"},)"
                           R"({"id":"I0","reason":"Not found."}],"more":false})");
  EXPECT_EQ(state_of(firing), "resolved");
  const Answer filtered =
      site.post("/api/v1/alert_groups/bulk/", R"({"action":"restart","filter":{"state":"resolved"}})");
  EXPECT_EQ(filtered.json().find("done")->as_array().size(), 3u);
  EXPECT_EQ(state_of(resolved), "firing");
  const Answer hushed = site.post(
      "/api/v1/alert_groups/bulk/",
      R"({"action":"silence","delay":-1,"filter":{"integration_id":")" + integration["id"] + "\"}}");
  EXPECT_EQ(hushed.json().find("done")->as_array().size(), 3u);
  EXPECT_EQ(state_of(silenced), "silenced");
  const std::string timeline = site.get(group_path(resolved, "timeline")).body;
  EXPECT_NE(timeline.find("Bulk action restart"), std::string::npos);
}

TEST_P(GroupActions, InBulkLetOthersPassBetweenTheirSteps) {
  const Answer integration = new_integration();
  const std::string link = integration["link"];
  for (int i = 0; i < 120; ++i) {
    const std::string key = std::to_string(i);
    site.alert(link, R"({"alert_uid":")" + key + R"(","state":"alerting"})");
  }
  std::vector<int> statuses;
  site.queue("POST", "/api/v1/alert_groups/bulk/", R"({"action":"acknowledge","filter":{"state":"new"}})",
             statuses);
  site.queue("POST", "/api/v1/escalation_chains/", R"({"name":"between"})", statuses);
  site.advance(std::chrono::microseconds{0});
  EXPECT_EQ(statuses, (std::vector<int>{201, 200})) << "the short one did not wait for all groups";
  EXPECT_EQ(site.get("/api/v1/alert_groups/?state=acknowledged")["count"], "120");
  const Answer again = site.post("/api/v1/alert_groups/bulk/", R"({"action":"resolve","filter":{}})");
  EXPECT_EQ(again.json().find("done")->as_array().size(), 120u);
  EXPECT_EQ(again["exceptions"], "[]");
}

TEST_P(GroupActions, RefuseAMalformedBulkRequest) {
  const struct {
    const char* body;
    std::string answer;
  } cases[] = {
      {"{}", field_error("action", "This field is required.")},
      {R"({"action":"burn","ids":[]})",
       field_error("action", "Must be one of the following: acknowledge, resolve, silence, restart")},
      {R"({"action":"resolve"})", object_error("Either ids or filter is expected")},
      {R"({"action":"resolve","ids":[],"filter":{}})", object_error("Either ids or filter is expected")},
      {R"({"action":"resolve","ids":"I1"})",
       field_error("ids", "Expected a list of items but got type \"str\".")},
      {R"({"action":"resolve","filter":{"state":"firing"}})",
       R"({"state":"Must be one of the following: new, acknowledged, resolved, silenced"})"},
      {R"({"action":"silence","ids":[]})", detail("delay is required")},
      {"[]", object_error("Invalid data. Expected a dictionary, but got list.")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    const Answer refused = site.post("/api/v1/alert_groups/bulk/", c.body);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, c.answer);
  }
  const std::string robot = site.service_account_token({access::Permission::AlertGroupsWrite});
  EXPECT_EQ(site.as(robot).post("/api/v1/alert_groups/bulk/", R"({"action":"resolve","ids":[]})").status,
            403);
}

TEST_P(GroupActions, RequireANoteInBulkWhereTheOrganisationDoes) {
  {
    store::Transaction transaction(site.db());
    site.db().execute("UPDATE organization SET settings = '{\"is_resolution_note_required\":true}'");
    transaction.commit();
  }
  const std::string noted = group_in("firing"), bare = group_in("firing");
  site.post("/api/v1/resolution_notes/", R"({"alert_group_id":")" + noted + R"(","text":"done"})");
  const Answer done = site.post("/api/v1/alert_groups/bulk/",
                                R"({"action":"resolve","ids":[")" + noted + "\",\"" + bare + "\"]}");
  EXPECT_EQ(done["done"], "[\"" + noted + "\"]");
  EXPECT_EQ(done["exceptions"], R"([{"id":")" + bare + R"(","reason":"A resolution note is required"}])");
}

TEST_P(GroupActions, FindGroupsByTextAndLabel) {
  const Answer labelled = new_integration(R"(,"labels":[{"key":{"name":"tier"},"value":{"name":"gold"}}])");
  new_group(integration, "Disk full on db1");
  new_group(labelled, "disk 100% on DB2");
  new_group(labelled, "fan broken");
  EXPECT_EQ(site.get("/api/v1/alert_groups/?search=DISK")["count"], "2");
  EXPECT_EQ(site.get("/api/v1/alert_groups/?search=100%25")["count"], "1") << "no wildcards";
  EXPECT_EQ(site.get("/api/v1/alert_groups/?search=d_sk")["count"], "0");
  EXPECT_EQ(site.get("/api/v1/alert_groups/?label=tier:gold&search=disk")["count"], "1");
  EXPECT_EQ(column(site.get("/api/v1/alert_groups/?label=tier:gold"), "title"),
            (std::vector<std::string>{"fan broken", "disk 100% on DB2"}));
}

TEST_P(GroupActions, TellTheWholeStory) {
  const std::string id = new_group(integration, "gate");
  new_group(integration, "gate");
  act(id, "acknowledge");
  site.post("/api/v1/resolution_notes/", R"({"alert_group_id":")" + id + R"(","text":"it was the hinge"})");
  site.advance(std::chrono::seconds{601});
  const Answer answer = site.get(group_path(id, "timeline"));
  EXPECT_EQ(answer.status, 200);
  const json::Value story = answer.json();
  EXPECT_EQ(answer["opened_because.because"], "no open group had this integration, route and grouping key");
  EXPECT_EQ(answer["opened_because.routes"], R"([{"route_id":")" + integration["default_route.id"] +
                                                 R"(","matched":true,"value":"default"}])");
  const json::Array& alerts = story.find("alerts")->as_array();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(*alerts[0].find("because"), json::Value("opened the group"));
  EXPECT_EQ(*alerts[1].find("because"),
            json::Value("same integration, route and grouping key as the open group"));
  std::vector<std::string> texts;
  for (const json::Value& record : story.find("records")->as_array()) {
    texts.push_back(record.find("realm")->as_string() + ": " + record.find("text")->as_string());
  }
  EXPECT_EQ(texts, (std::vector<std::string>{
                       "alert_group: alert group registered",
                       "alert_group: alert group assigned to route \"default\" with no escalation chain, "
                       "skipping escalation",
                       "alert_group: acknowledged by API", "resolution_note: it was the hinge"}));
  const json::Value& acknowledged = story.find("records")->as_array()[2];
  EXPECT_EQ(*acknowledged.find("time"), json::Value("10 minutes"));
  EXPECT_EQ(*acknowledged.find("type"), json::Value(0));
  EXPECT_EQ(*acknowledged.find("author"), json::Value(json::Object{{"id", json::Value(site.admin().str())},
                                                                   {"username", json::Value("admin")}}));
  EXPECT_EQ(site.get(group_path("I0", "timeline")).status, 404);
}

}  // namespace
}  // namespace tocsin::test
