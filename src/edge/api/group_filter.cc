#include "edge/api/group_filter.h"

#include <algorithm>

#include "edge/api/relations.h"

namespace tocsin::api {
namespace {

// The values of a parameter, empty ones left out.
using Lookup = std::function<std::vector<std::string>(std::string_view)>;

// "2031-04-05T06:07:08_2031-04-06T06:07:08"
Result<std::pair<Instant, Instant>> read_range(std::string_view text) {
  const std::size_t split = text.find('_');
  if (split != std::string_view::npos && text.find('_', split + 1) == std::string_view::npos) {
    const auto start = parse_iso(text.substr(0, split)), end = parse_iso(text.substr(split + 1));
    // Exactly seconds and no zone, as documented.
    if (start && end && *start <= *end && text.size() == 39) return std::pair(*start, *end);
  }
  return invalid("Invalid range value");
}

Result<store::GroupFilter> read_filter(const Lookup& values, store::Connection& db) {
  const auto first = [&](std::string_view name) -> std::optional<std::string> {
    auto all = values(name);
    return all.empty() ? std::nullopt : std::optional(std::move(all.front()));
  };
  store::GroupFilter filter{.id = first("id"),
                            .integration = first("integration_id"),
                            .route = first("route_id"),
                            .team = std::nullopt,
                            .state = std::nullopt,
                            .started = std::nullopt,
                            .labels = {},
                            .search = first("search")};
  TRY_AS(filter.team, check_team_filter(first("team_id"), db));
  if (const auto range = first("started_at")) {
    TRY_AS(filter.started, read_range(*range));
  }
  if (const auto state = first("state")) {
    auto read = parse_state_filter(*state);
    if (!read) {
      return invalid(kPlain + std::string("state"),
                     "Must be one of the following: new, acknowledged, resolved, silenced");
    }
    filter.state = *read;
  }
  for (const std::string& label : values("label")) {
    const std::size_t colon = label.find(':');
    if (std::count(label.begin(), label.end(), ':') != 1) continue;
    filter.labels.push_back({label.substr(0, colon), label.substr(colon + 1)});
  }
  return filter;
}

}  // namespace

Result<store::GroupFilter> read_group_filter(const Call& call, store::Connection& db) {
  return read_filter([&](std::string_view name) { return call.query_all(name); }, db);
}

Result<store::GroupFilter> read_group_filter(const json::Value& filter, store::Connection& db) {
  return read_filter(
      [&](std::string_view name) {
        std::vector<std::string> texts;
        const json::Value* value = filter.find(name);
        const auto add = [&](const json::Value& item) {
          if (item.is_string() && !item.as_string().empty()) texts.push_back(item.as_string());
        };
        if (value == nullptr) return texts;
        if (value->is_array()) {
          for (const json::Value& item : value->as_array()) add(item);
        } else {
          add(*value);
        }
        return texts;
      },
      db);
}

const std::vector<Parameter>& group_filter_parameters() {
  static const std::vector<Parameter> parameters = {
      {"id", "Exact id."},
      {"integration_id", "Groups of that integration."},
      {"route_id", "Groups of that route."},
      {"team_id", "Id of a team, or null for no team."},
      {"state", "new, acknowledged, resolved or silenced."},
      {"started_at", "Range of UTC times, both ends included: 2031-04-05T06:07:08_2031-04-06T06:07:08."},
      {"label", "key:value; may be repeated, all must hold."},
      {"search", "Part of the title, ignoring case."}};
  return parameters;
}

}  // namespace tocsin::api
