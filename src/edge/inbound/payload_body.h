// A posted body as a payload: the JSON value and the text that is stored (docs/spec/ingestion.md, section 2).
#pragma once

#include <string>
#include <variant>

#include "edge/http/message.h"
#include "language/json/value.h"

namespace tocsin::inbound {

struct PayloadBody {
  json::Value value;
  std::string text;  // as received when it was JSON
};

// A refusal is the answer for the client.
std::variant<PayloadBody, http::Response> read_payload(http::Request& request);

}  // namespace tocsin::inbound
