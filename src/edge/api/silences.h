// /api/v1/silences/: silences by matcher with an end (ours).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource silences_resource();

}  // namespace tocsin::api
