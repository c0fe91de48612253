#include "domain/model/person.h"

namespace tocsin {

std::string_view to_text(Role role) {
  switch (role) {
    case Role::Admin:
      return "admin";
    case Role::Editor:
      return "editor";
    case Role::Viewer:
      return "viewer";
    case Role::None:
      return "none";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::Admin, Role::Editor, Role::Viewer, Role::None}) {
    if (text == to_text(role)) return role;
  }
  return std::nullopt;
}

}  // namespace tocsin
