// What the suites of the API share: a site on either database, and the few objects that everything hangs on.
#pragma once

#include <string>
#include <vector>

#include "language/json/read.h"
#include "language/json/write.h"
#include "support/database.h"
#include "support/site_client.h"

namespace tocsin::test {

class Api : public OnBothDatabases {
 protected:
  Api() : site(database()) {}

  static std::string field_error(const std::string& field, const std::string& text) {
    return "{\"" + field + "\":[" + json::write(json::Value(text)) + "]}";
  }
  static std::string object_error(const std::string& text) { return field_error("non_field_errors", text); }
  static std::string detail(const std::string& text) {
    return "{\"detail\":" + json::write(json::Value(text)) + "}";
  }

  Answer new_integration(const std::string& more = "") {
    Answer made = site.post("/api/v1/integrations/", "{\"type\":\"formatted_webhook\"" + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return made;
  }
  std::string new_chain(const std::string& name = "Night crew") {
    const Answer made = site.post("/api/v1/escalation_chains/", "{\"name\":\"" + name + "\"}");
    EXPECT_EQ(made.status, 201) << made.body;
    return made["id"];
  }
  // The id of the group that an alert with this title and key opened.
  std::string new_group(const Answer& integration, const std::string& title = "disk full") {
    const std::string text = json::write(json::Value(title));
    site.alert(integration["link"],
               "{\"title\":" + text + ",\"alert_uid\":" + text + ",\"state\":\"alerting\"}");
    const Answer listed = site.get("/api/v1/alert_groups/?perpage=1");
    const json::Value page = listed.json();
    EXPECT_EQ(page.find("results")->as_array().size(), 1u) << listed.body;
    return page.find("results")->as_array().at(0).find("id")->as_string();
  }
  std::string group_path(const std::string& id, const std::string& action = "") {
    return "/api/v1/alert_groups/" + id + "/" + (action.empty() ? "" : action + "/");
  }
  std::string state_of(const std::string& group) { return site.get(group_path(group))["state"]; }

  static std::vector<std::string> column(const Answer& page, std::string_view name) {
    std::vector<std::string> texts;
    const json::Value value = page.json();
    const json::Value* results = value.find("results");
    if (results == nullptr) return texts;
    for (const json::Value& item : results->as_array()) {
      const json::Value* cell = item.find(name);
      if (cell == nullptr) {
        texts.push_back("?");
      } else {
        texts.push_back(cell->is_string() ? cell->as_string() : json::write(*cell));
      }
    }
    return texts;
  }

  SiteClient site;
};

}  // namespace tocsin::test
