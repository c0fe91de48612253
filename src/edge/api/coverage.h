// /api/v1/coverage/ (ours; docs/spec/ui.md, "Coverage").
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource coverage_resource();

}  // namespace tocsin::api
