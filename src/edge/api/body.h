// A request's body as JSON, whatever its content type (docs/spec/api-common.md, section 5).
#pragma once

#include "base/result.h"
#include "edge/http/message.h"
#include "language/json/value.h"

namespace tocsin::api {

// An empty body is an empty object. Form fields become texts; "slack.channel_id" and "slack[channel_id]"
// nest. Errors: Invalid (400); kUnsupported in Error::field for a 415.
inline constexpr std::string_view kUnsupported = "?415";
Result<json::Value> read_body(const http::Request& request);

}  // namespace tocsin::api
