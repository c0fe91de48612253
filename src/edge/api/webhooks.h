// /api/v1/webhooks/ and its old spelling /api/v1/actions/ (docs/spec/api-alerting.md, sections 8 and 8a).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource webhooks_resource();
Resource actions_resource();

}  // namespace tocsin::api
