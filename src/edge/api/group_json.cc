#include "edge/api/group_json.h"

#include "language/json/write.h"

namespace tocsin::api {
namespace {

json::Value time_or_null(const std::optional<Instant>& at) {
  return at ? json::Value(to_iso(*at)) : json::Value();
}

template <class Id>
json::Value id_or_null(const std::optional<Id>& id) {
  return id ? json::Value(id->str()) : json::Value();
}

json::Value write_labels(const Labels& labels) {
  json::Array out;
  const auto named = [](const std::string& name) {
    return json::Value(json::Object{{"id", json::Value(name)}, {"name", json::Value(name)}});
  };
  for (const Label& label : labels) {
    out.push_back(json::Object{{"key", named(label.key)}, {"value", named(label.value)}});
  }
  return json::Value(std::move(out));
}

// The post's address in the workspace is made as Slack makes it, without asking.
json::Object write_permalinks(const AlertGroupId& group, const GroupLinks& links) {
  json::Value slack, slack_app;
  if (const auto post = links.posts.find(group); post != links.posts.end()) {
    const auto& [channel, ts] = post->second;
    std::string digits = ts;
    std::erase(digits, '.');
    slack = links.slack->url + "archives/" + channel + "/p" + digits;
    slack_app = "https://slack.com/app_redirect?channel=" + channel + "&team=" + links.slack->team_id +
                "&message=" + ts;
  }
  return json::Object{{"slack", slack},
                      {"slack_app", slack_app},
                      {"telegram", json::Value()},
                      {"web", json::Value(std::string(links.base_url) + "/alert-groups/" + group.str())}};
}

}  // namespace

std::string minify(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) {
        out += text[++i];
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
      in_string = c == '"';
      out += c;
    }
  }
  return out;
}

void append_alert(std::string& out, const store::ListedAlert& alert) {
  out += "{\"id\":\"" + alert.id + "\",\"alert_group_id\":\"" + alert.group + "\",\"created_at\":\"" +
         to_iso(alert.created_at) + "\",\"payload\":" + minify(alert.payload) + "}";
}

GroupLinks links_of(store::Connection& db, const std::vector<store::ListedGroup>& groups,
                    std::string_view base_url) {
  GroupLinks links{.base_url = base_url, .slack = store::find_slack_team(db)};
  if (!links.slack) return links;
  std::vector<AlertGroupId> ids;
  for (const store::ListedGroup& listed : groups) ids.push_back(listed.group.id);
  links.posts = store::chat_posts_of(db, ids, "slack");
  return links;
}

void append_group(std::string& out, const store::ListedGroup& listed, const GroupLinks& links) {
  const AlertGroup& group = listed.group;
  json::Object fields;
  fields.set("id", group.id.str());
  fields.set("integration_id", group.integration.str());
  fields.set("team_id", listed.team ? json::Value(*listed.team) : json::Value());
  fields.set("route_id", id_or_null(group.route));
  fields.set("alerts_count", listed.alerts_count);
  fields.set("state", api_name(state_of(group)));
  fields.set("created_at", to_iso(group.started_at));
  fields.set("resolved_at", time_or_null(group.resolved_at));
  fields.set("resolved_by", id_or_null(group.resolved_by_user));
  fields.set("acknowledged_at", time_or_null(group.acknowledged_at));
  fields.set("acknowledged_by", id_or_null(group.acknowledged_by_user));
  fields.set("labels", write_labels(listed.labels));
  fields.set("title", group.title ? json::Value(*group.title) : json::Value());
  fields.set("permalinks", write_permalinks(group.id, links));
  fields.set("silenced_at", time_or_null(group.silenced_at));
  json::append(out, json::Value(std::move(fields)));
  out.back() = ',';  // reopens the object: the payload follows as text
  out += "\"last_alert\":";
  if (listed.last_alert) {
    append_alert(out, *listed.last_alert);
  } else {
    out += "null";
  }
  out += '}';
}

}  // namespace tocsin::api
