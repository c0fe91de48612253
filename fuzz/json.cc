// Any bytes as JSON: refused, or written and read again as the same value.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "language/json/read.h"
#include "language/json/write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::json;
  const auto value = read(std::string_view(reinterpret_cast<const char*>(data), size), NonFinite::Accept);
  if (!value) return 0;
  for (const Style& style : {kCompact, kPython, kPretty}) {
    const std::string text = write(*value, style);
    const auto again = read(text, NonFinite::Accept);
    if (!again || write(*again, style) != text) std::abort();
  }
  return 0;
}
