// /api/v1/alert_groups/ and /api/v1/alerts/ (docs/spec/api-alerting.md, sections 4 and 5).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource alert_groups_resource();
Resource alerts_resource();

}  // namespace tocsin::api
