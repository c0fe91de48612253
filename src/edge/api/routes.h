// /api/v1/routes/ (docs/spec/api-alerting.md, section 2).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource routes_resource();

}  // namespace tocsin::api
