// Webhook bodies: strings of the event appear as the inside of a JSON string (docs/spec/templates.md, section
// 7).
#pragma once

#include "language/json/value.h"

namespace tocsin::jinja {

// A copy in which every string value, at any depth, is JSON-escaped; keys and other values stay.
json::Value json_escaped(const json::Value& value);

}  // namespace tocsin::jinja
