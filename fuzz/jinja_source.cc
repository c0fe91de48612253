// Any bytes as a template, rendered with a fixed alert: it ends in a text or an error, within its budgets.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "language/jinja/template.h"
#include "language/json/read.h"

namespace {

const tocsin::json::Value& payload() {
  static const auto kPayload = tocsin::json::read(
      R"({"title": "disk full", "alerts": [{"labels": {"severity": "critical", "n": 3}, "v": [1, 2.5, null, true]}, {"labels": {}}], "s": "a,b é", "t": "2023-06-12T08:24:38Z"})");
  return *kPayload;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::jinja;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto compiled = Template::compile(source);
  const auto* ready = std::get_if<Template>(&compiled);
  if (ready == nullptr) return 0;
  Context context;
  context.set("payload", &payload());
  RenderOptions options;
  options.limits.instructions = 50'000;
  options.limits.memory_bytes = 4 << 20;
  options.limits.regex_steps = 20'000;
  const Rendered first = render(*ready, context, options), second = render(*ready, context, options);
  if (first.text != second.text || first.instructions != second.instructions) std::abort();
  return 0;
}
