#include "edge/delivery/group_view.h"

#include "language/json/read.h"
#include "store/alert_groups.h"

namespace tocsin::delivery {
namespace {

std::optional<json::Value> parse(const std::string& text) {
  auto value = json::read(text, json::NonFinite::Accept);
  if (!value) return std::nullopt;
  return std::move(value).value();
}

}  // namespace

GroupView make_view(store::ListedGroup listed, const std::optional<std::string>& first_payload,
                    const engine::Configuration& configuration, const std::string& base_url) {
  GroupView view;
  view.listed = std::move(listed);
  view.web_link = base_url + "/alert-groups/" + view.group().id.str();
  view.integration.id = view.group().integration;
  if (const auto* configured = configuration.find(view.group().integration)) {
    view.integration = configured->integration;
    view.type = configured->type;
    for (const Route& route : configured->routes) {
      if (view.group().route == route.id) view.route = route;
    }
  }
  if (first_payload) view.first_payload = parse(*first_payload);
  if (view.listed.last_alert) view.last_payload = parse(view.listed.last_alert->payload);
  return view;
}

std::optional<GroupView> view_group(store::Connection& db, const engine::Configuration& configuration,
                                    const AlertGroupId& id, const std::string& base_url) {
  const store::Question question = store::question_of_group(id);
  auto seen = store::seen_group(db.query(question.sql, question.params));
  if (!seen) return std::nullopt;
  return make_view(std::move(seen->listed), seen->first_payload, configuration, base_url);
}

}  // namespace tocsin::delivery
