// /api/v1/users/, teams/ and organizations/ (docs/spec/api-people.md, sections 2 to 4; RULINGS.md, 15:
// creating and changing users and teams is ours).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource users_resource();
Resource teams_resource();
Resource organizations_resource();

}  // namespace tocsin::api
