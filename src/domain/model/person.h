// Who works here: users, teams, and what each may do.
//
// Source: docs/spec/api-people.md, sections 2 and 3; roles: docs/spec/api-common.md, section 3.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "domain/model/ids.h"

namespace tocsin {

// Lower is more.
enum class Role { Admin = 0, Editor = 1, Viewer = 2, None = 3 };

std::string_view to_text(Role role);  // "admin", ...
std::optional<Role> parse_role(std::string_view text);

struct User {
  UserId id;
  std::string username;
  std::string name;
  std::string email;
  Role role = Role::Viewer;
  std::optional<std::string> time_zone;
  std::map<std::string, std::string, std::less<>>
      contacts;  // verified contact points: "phone" -> "+49...", "slack" -> "U01..."
  std::vector<TeamId> teams;
  std::int64_t grafana_id = 0;
  Instant created_at;
  std::optional<Instant> deleted_at;
};

struct Team {
  TeamId id;
  std::string name;
  std::optional<std::string> email;
  std::string avatar_url;
  std::int64_t grafana_id = 0;
  Instant created_at;
};

}  // namespace tocsin
