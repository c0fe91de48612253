// /api/v1/make_call/ and send_sms/: the relay that another engine can use to reach a user's phone
// (docs/spec/api-people.md, section 6).
#pragma once

#include "edge/api/resource.h"

namespace tocsin::api {

Resource make_call_resource();
Resource send_sms_resource();

}  // namespace tocsin::api
