// Reads JSON text the way Python's json.loads does, strictly (no NaN or Infinity unless asked for).
//
// Duplicate keys: the last value wins, at the first one's position. Integers beyond 64 bits are exact; above
// 4,300 digits refused, as Python does. 1E400 is infinity. Nesting deeper than kMaxDepth is refused. Bytes
// must be valid UTF-8. Errors: `message` has Python's words where Python has some: "Expecting value: line 1
// column 1 (char 0)".
#pragma once

#include <string_view>

#include "base/result.h"
#include "language/json/value.h"

namespace tocsin::json {

inline constexpr int kMaxDepth = 990;

enum class NonFinite { Refuse, Accept };

Result<Value> read(std::string_view text, NonFinite non_finite = NonFinite::Refuse);

}  // namespace tocsin::json
