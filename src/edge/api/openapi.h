// The OpenAPI 3.1 document, made from the resource tables.
#pragma once

#include <vector>

#include "edge/api/resource.h"
#include "language/json/value.h"

namespace tocsin::api {

json::Value openapi_document(const std::vector<Resource>& resources);

}  // namespace tocsin::api
