#include "domain/model/integration.h"

#include <algorithm>
#include <cctype>

namespace tocsin {

std::string_view to_text(RoutingType type) {
  switch (type) {
    case RoutingType::Regex:
      return "regex";
    case RoutingType::Jinja2:
      return "jinja2";
    case RoutingType::Labels:
      return "labels";
  }
  return "";
}

std::optional<RoutingType> parse_routing_type(std::string_view text) {
  for (const RoutingType type : {RoutingType::Regex, RoutingType::Jinja2, RoutingType::Labels}) {
    if (text == to_text(type)) return type;
  }
  return std::nullopt;
}

std::string_view to_text(MaintenanceMode mode) {
  return mode == MaintenanceMode::Debug ? "debug" : "maintenance";
}

std::optional<MaintenanceMode> parse_maintenance_mode(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const MaintenanceMode mode : {MaintenanceMode::Debug, MaintenanceMode::Maintenance}) {
    if (lower == to_text(mode)) return mode;
  }
  return std::nullopt;
}

}  // namespace tocsin
