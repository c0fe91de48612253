// Where alerts come in: an integration, its routes and the chains they lead to.
//
// Source: docs/spec/api-alerting.md, sections 1 to 3.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "domain/model/ids.h"

namespace tocsin {

// A label, or for dynamic labels a key and the template of its value.
struct Label {
  std::string key;
  std::string value;
  friend auto operator<=>(const Label&, const Label&) = default;
};
using Labels = std::vector<Label>;

// Template sources that differ from the type's defaults, by "grouping_key" or "slack.title".
using TemplateTexts = std::map<std::string, std::string, std::less<>>;

enum class MaintenanceMode { Debug, Maintenance };

struct Maintenance {
  MaintenanceMode mode = MaintenanceMode::Debug;
  Instant started_at;
  Instant end_at;
  std::optional<UserId> by;
};

struct Integration {
  IntegrationId id;
  std::string type;   // slug, "alertmanager"
  std::string token;  // secret part of its link
  std::string name;
  std::optional<std::string> description_short;
  std::optional<TeamId> team;
  std::optional<UserId> author;
  TemplateTexts templates;
  Labels labels;
  Labels dynamic_labels;
  bool allow_source_based_resolving = true;
  std::optional<Maintenance> maintenance;
  Instant created_at;
  std::optional<Instant> deleted_at;
};

enum class RoutingType { Regex, Jinja2, Labels };

// Where the groups of a route are posted, per messaging backend: {"telegram": {id, enabled}, ...}.
struct Backend {
  std::optional<std::string> id;
  bool enabled = false;
};

struct Route {
  RouteId id;
  IntegrationId integration;
  bool is_default = false;
  std::int64_t position = 0;
  RoutingType type = RoutingType::Regex;
  std::optional<std::string> expression;  // pattern or template; none on a default route that never got one
  Labels labels;                          // routing type Labels: all must hold
  std::optional<EscalationChainId> chain;
  bool slack_enabled = true;
  std::optional<std::string> slack_channel_id;
  std::map<std::string, Backend, std::less<>> backends;
  Instant created_at;
};

struct EscalationChain {
  EscalationChainId id;
  std::string name;
  std::optional<TeamId> team;
  Instant created_at;
};

std::string_view to_text(RoutingType type);  // "regex", "jinja2", "labels"
std::optional<RoutingType> parse_routing_type(std::string_view text);
std::string_view to_text(MaintenanceMode mode);                                // "debug", "maintenance"
std::optional<MaintenanceMode> parse_maintenance_mode(std::string_view text);  // any case

}  // namespace tocsin
