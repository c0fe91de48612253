// /users/{id}/personal_webhook/: the webhook that stands for `notify_by_webhook`. Ours: OnCall has it in its
// web interface only (docs/spec/outgoing-webhooks.md, section 8).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource personal_webhooks_resource();

}  // namespace tocsin::api
