#include "language/jinja/batch.h"

#include "language/json/read.h"
#include "language/json/write.h"

namespace tocsin::jinja {
namespace {

std::string answer(std::string_view key, std::string_view text) {
  json::Object out;
  out.set(key, text);
  return json::write(out, json::kPython);
}

}  // namespace

std::string render_batch_line(std::string_view line, const RenderOptions& options) {
  const auto request = json::read(line, json::NonFinite::Accept);
  if (!request) return answer("error", request.error().message);
  const json::Value* source = request->find("template");
  if (source == nullptr || !source->is_string()) return answer("error", "\"template\" must be a string");
  const json::Value* variables = request->find("context");
  if (variables != nullptr && !variables->is_object())
    return answer("error", "\"context\" must be an object");
  Context context;
  if (variables != nullptr) {
    for (const json::Member& member : variables->as_object()) context.set(member.key, &member.value);
  }
  const Rendered rendered = render(source->as_string(), context, options);
  return answer(rendered.error ? "error" : "result", rendered.text);
}

}  // namespace tocsin::jinja
