// A pattern, a subject and a replacement from any bytes, in both dialects: an answer or a refusal, never a
// crash or a stall.
#include <cstdint>
#include <string_view>
#include <tuple>

#include "language/regex/pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::regex;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t first = all.find('\n');
  const std::string_view text = all.substr(0, first);
  const std::string_view rest = first == std::string_view::npos ? "aab 12 é" : all.substr(first + 1);
  const std::size_t second = rest.find('\n');
  const std::string_view subject = rest.substr(0, second);
  const std::string_view with = second == std::string_view::npos ? "\\g<0>-" : rest.substr(second + 1);
  const Limits limits{.steps = 20'000, .steps_per_byte = 0, .heap_kib = 1024, .output_bytes = 1 << 16};
  for (const Dialect dialect : {Dialect::Re, Dialect::Regex}) {
    const auto pattern = Pattern::compile(text, dialect, limits);
    if (!pattern) continue;
    std::ignore = pattern->search(subject);
    std::ignore = pattern->match(subject);
    std::ignore = pattern->replace(subject, with);
  }
  return 0;
}
