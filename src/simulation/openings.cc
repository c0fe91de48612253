#include "simulation/openings.h"

#include <algorithm>

#include "language/json/member.h"
#include "language/json/write.h"
#include "store/group_lists.h"
#include "store/group_timeline.h"
#include "store/json_columns.h"

namespace tocsin::simulation {
namespace {

const json::Array& items_of(const json::Object& object, std::string_view key) {
  static const json::Array kNone;
  const json::Value* value = object.find(key);
  return value != nullptr && value->is_array() ? value->as_array() : kNone;
}

// "route 1 (regex "severity=critical") gave "no match": passes it on"
std::string trial_text(const json::Object& trial, std::size_t number, const std::vector<Route>& routes) {
  const std::string id(json::text_member(trial, "route_id")), value(json::text_member(trial, "value"));
  const auto route = std::ranges::find_if(routes, [&](const Route& r) { return r.id.str() == id; });
  if (route == routes.end()) return "route " + id + " gave \"" + value + "\"";
  if (route->is_default) return "the default route takes what no other took";
  const json::Value* matched = trial.find("matched");
  const bool takes = matched != nullptr && matched->is_bool() && matched->as_bool();
  return "route " + std::to_string(number) + " (" + std::string(to_text(route->type)) + " \"" +
         routing::display_name(*route) + "\") gave \"" + value +
         (takes ? "\": takes it" : "\": passes it on");
}

std::string labels_text(store::Connection& db, const AlertGroup& group) {
  std::string text;
  for (const store::ListedGroup& listed : store::list_groups(db, {.id = group.id.str()}, 1, 0)) {
    for (const Label& label : listed.labels)
      text += (text.empty() ? "labels: " : ", ") + label.key + "=" + label.value;
  }
  return text;
}

}  // namespace

std::vector<std::string> explain_opening(store::Connection& db, const engine::Configuration& configuration,
                                         const AlertGroup& group) {
  const json::Object why = store::parse_object(store::opened_because(db, group.id));
  const std::string key(json::text_member(why, "grouping_key"));
  std::vector<std::string> lines{key.empty() ? std::string(json::text_member(why, "because"))
                                             : "grouping key: " + key};
  if (std::string labels = labels_text(db, group); !labels.empty()) lines.push_back(std::move(labels));
  for (const json::Value& fault : items_of(why, "faults"))
    lines.push_back("template fault: " + (fault.is_string() ? fault.as_string() : json::write(fault)));
  const auto* configured = configuration.find(group.integration);
  const std::vector<Route> routes = configured != nullptr ? configured->routes : std::vector<Route>{};
  std::size_t number = 0;
  for (const json::Value& trial : items_of(why, "routes"))
    lines.push_back(trial_text(trial.as_object(), ++number, routes));
  return lines;
}

}  // namespace tocsin::simulation
