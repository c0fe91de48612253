// POST /alert_groups/bulk/: one action for many alert groups, a few in one transaction, so that alerts which
// arrive meanwhile do not wait for all of them.
//
// Each group is changed or left out with its reason; what was changed stays when the request breaks off.
// Ours.
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Endpoint bulk_actions_endpoint();

}  // namespace tocsin::api
