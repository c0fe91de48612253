// /api/v1/user_groups/, slack_channels/ and info/ (docs/spec/api-people.md, sections 4 and 5).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource user_groups_resource();
Resource slack_channels_resource();
Resource info_resource();

}  // namespace tocsin::api
