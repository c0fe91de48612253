// POST /api/v1/escalation/: pages people or a team by hand (docs/spec/api-alerting.md, section 7).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource escalation_resource();

}  // namespace tocsin::api
