// /api/v1/personal_notification_rules/ (docs/spec/api-people.md, section 7).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource notification_rules_resource();

}  // namespace tocsin::api
