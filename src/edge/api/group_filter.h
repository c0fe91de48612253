// Which alert groups are meant: the list's query parameters, and the same names in a bulk request's `filter`
// (docs/spec/api-alerting.md, section 4.1).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "edge/api/call.h"
#include "edge/api/resource.h"
#include "language/json/value.h"
#include "store/group_lists.h"

namespace tocsin::api {

Result<store::GroupFilter> read_group_filter(const Call& call, store::Connection& db);
// {"state": "new", "label": ["a:b", "c:d"]}: texts, or lists of them.
Result<store::GroupFilter> read_group_filter(const json::Value& filter, store::Connection& db);

const std::vector<Parameter>& group_filter_parameters();

}  // namespace tocsin::api
