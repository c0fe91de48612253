// /api/v1/escalation_chains/ (docs/spec/api-alerting.md, section 3).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource escalation_chains_resource();

}  // namespace tocsin::api
