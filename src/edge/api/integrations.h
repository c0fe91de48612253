// /api/v1/integrations/ (the seed document; docs/spec/api-alerting.md, sections 1 and 9).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource integrations_resource();

}  // namespace tocsin::api
