// /api/v1/resolution_notes/ (docs/spec/api-alerting.md, section 10).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource resolution_notes_resource();

}  // namespace tocsin::api
