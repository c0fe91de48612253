// What a caller may do: named permissions with a fallback role (docs/spec/api-common.md, section 3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model/ids.h"
#include "domain/model/person.h"

namespace tocsin::access {

// Without the prefix "grafana-oncall-app."
enum class Permission {
  AdminAdmin,
  AlertGroupsRead,
  AlertGroupsWrite,
  AlertGroupsDirectPaging,
  IntegrationsRead,
  IntegrationsWrite,
  EscalationChainsRead,
  EscalationChainsWrite,
  SchedulesRead,
  SchedulesWrite,
  SchedulesExport,
  ChatopsRead,
  OutgoingWebhooksRead,
  OutgoingWebhooksWrite,
  NotificationsRead,
  UserSettingsRead,
  UserSettingsWrite,
  UserSettingsAdmin,
  OtherSettingsRead,
};

std::string_view full_name(Permission permission);  // "grafana-oncall-app.alert-groups:read"
Role least_role(Permission permission);
// With either prefix, grafana-oncall-app. or grafana-irm-app.; nullopt when unknown.
std::optional<Permission> parse_permission(std::string_view full_name);

// Who sends a request. A service account has no user and is always judged by its permissions.
struct Caller {
  std::string token_id;
  std::optional<UserId> user;
  std::string username;
  Role role = Role::None;
  std::vector<TeamId> teams;
  std::optional<std::vector<Permission>> permissions;  // the token's own list; none: the role decides

  bool is_service_account() const { return !user.has_value(); }
  bool may(Permission permission) const;
  // Admins and service accounts see every team, others their own (docs/spec/api-common.md, section 9).
  bool sees_team(const TeamId& team) const;
};

}  // namespace tocsin::access
