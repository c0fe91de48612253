// /api/v1/escalation_policies/ (docs/spec/api-alerting.md, section 6).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource escalation_policies_resource();

}  // namespace tocsin::api
