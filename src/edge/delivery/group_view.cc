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

std::optional<GroupView> view_group(store::Connection& db, const engine::Configuration& configuration,
                                    const AlertGroupId& id, const std::string& base_url) {
  auto listed = store::list_groups(db, {.id = id.str()}, 1, 0);
  if (listed.empty()) return std::nullopt;
  GroupView view;
  view.listed = std::move(listed.front());
  view.web_link = base_url + "/alert-groups/" + id.str();
  view.integration.id = view.group().integration;
  if (const auto* configured = configuration.find(view.group().integration)) {
    view.integration = configured->integration;
    view.type = configured->type;
    for (const Route& route : configured->routes) {
      if (view.group().route == route.id) view.route = route;
    }
  }
  if (const auto first = store::payloads_of(db, id, 1); !first.empty()) view.first_payload = parse(first[0]);
  if (view.listed.last_alert) view.last_payload = parse(view.listed.last_alert->payload);
  return view;
}

}  // namespace tocsin::delivery
