// POST /api/v1/templates/render/ (ours): what a template gives for a payload, by the very renderer of
// production, with the place of an error, the undefined paths and the cost.
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource template_render_resource();

}  // namespace tocsin::api
