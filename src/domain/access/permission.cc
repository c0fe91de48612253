#include "domain/access/permission.h"

#include <algorithm>
#include <array>

namespace tocsin::access {
namespace {

struct Entry {
  Permission permission;
  std::string_view name;
  Role least;
};

constexpr std::string_view kPrefix = "grafana-oncall-app.";
constexpr std::string_view kIrmPrefix = "grafana-irm-app.";

constexpr std::array kEntries = {
    Entry{Permission::AdminAdmin, "grafana-oncall-app.admin:admin", Role::Admin},
    Entry{Permission::AlertGroupsRead, "grafana-oncall-app.alert-groups:read", Role::Viewer},
    Entry{Permission::AlertGroupsWrite, "grafana-oncall-app.alert-groups:write", Role::Editor},
    Entry{Permission::AlertGroupsDirectPaging, "grafana-oncall-app.alert-groups:direct-paging", Role::Editor},
    Entry{Permission::IntegrationsRead, "grafana-oncall-app.integrations:read", Role::Viewer},
    Entry{Permission::IntegrationsWrite, "grafana-oncall-app.integrations:write", Role::Admin},
    Entry{Permission::EscalationChainsRead, "grafana-oncall-app.escalation-chains:read", Role::Viewer},
    Entry{Permission::EscalationChainsWrite, "grafana-oncall-app.escalation-chains:write", Role::Admin},
    Entry{Permission::SchedulesRead, "grafana-oncall-app.schedules:read", Role::Viewer},
    Entry{Permission::SchedulesWrite, "grafana-oncall-app.schedules:write", Role::Editor},
    Entry{Permission::SchedulesExport, "grafana-oncall-app.schedules:export", Role::Editor},
    Entry{Permission::ChatopsRead, "grafana-oncall-app.chatops:read", Role::Viewer},
    Entry{Permission::OutgoingWebhooksRead, "grafana-oncall-app.outgoing-webhooks:read", Role::Viewer},
    Entry{Permission::OutgoingWebhooksWrite, "grafana-oncall-app.outgoing-webhooks:write", Role::Admin},
    Entry{Permission::NotificationsRead, "grafana-oncall-app.notifications:read", Role::Editor},
    Entry{Permission::UserSettingsRead, "grafana-oncall-app.user-settings:read", Role::Viewer},
    Entry{Permission::UserSettingsWrite, "grafana-oncall-app.user-settings:write", Role::Editor},
    Entry{Permission::UserSettingsAdmin, "grafana-oncall-app.user-settings:admin", Role::Admin},
    Entry{Permission::OtherSettingsRead, "grafana-oncall-app.other-settings:read", Role::Viewer},
};

const Entry& entry_of(Permission permission) {
  return *std::find_if(kEntries.begin(), kEntries.end(),
                       [&](const Entry& e) { return e.permission == permission; });
}

}  // namespace

std::string_view full_name(Permission permission) {
  return entry_of(permission).name;
}
Role least_role(Permission permission) {
  return entry_of(permission).least;
}

std::optional<Permission> parse_permission(std::string_view name) {
  for (const std::string_view prefix : {kPrefix, kIrmPrefix}) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = name.substr(prefix.size());
    for (const Entry& entry : kEntries) {
      if (entry.name.substr(kPrefix.size()) == rest) return entry.permission;
    }
  }
  return std::nullopt;
}

bool Caller::may(Permission permission) const {
  if (permissions)
    return std::find(permissions->begin(), permissions->end(), permission) != permissions->end();
  return user && role <= least_role(permission);
}

bool Caller::sees_team(const TeamId& team) const {
  if (is_service_account() || may(Permission::AdminAdmin)) return true;
  return std::find(teams.begin(), teams.end(), team) != teams.end();
}

}  // namespace tocsin::access
