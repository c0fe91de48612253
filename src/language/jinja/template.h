// Templates: the Jinja2 3.1 language as OnCall's users write it, compiled once and rendered many times.
//
//   auto compiled = Template::compile("{{ payload.title }}");
//   if (auto* error = std::get_if<TemplateError>(&compiled)) ... error->text()      // the save-time check is
//   exactly this Context context; context.set("payload", &payload); // read in place, never copied or changed
//   Rendered out = render(std::get<Template>(compiled), context, {.now = now});
//
// A Template is immutable, cheap to copy and shared by any number of threads at once. Rendering is pure: the
// instant that `time()` tells comes in, nothing is read from outside. Every render ends: it has budgets of
// steps, nesting, memory and output, counted without a clock, so the same input always ends the same way.
// What a template changes (`payload.pop("x")`) is its own copy-on-write view.
//
// Units: limits count code points where they say so, else bytes or steps.
// Errors: as values; their text is what the user reads in place of the result ("Template Warning: 'x' is
// undefined"). Source: docs/spec/templates.md; deviations from Jinja2 are listed in docs/differences.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "language/json/value.h"

namespace tocsin::jinja {

struct TemplateError {
  bool warning = false;  // what the data caused (type, key, value, undefined), against everything else
  std::string message;
  int line = 0;  // from 1; 0 when no place in the source is at fault
  int column = 0;
  std::vector<std::string> undefined_paths;  // "payload.labels.severity", where an undefined value was used

  // "Template Error: ..." or "Template Warning: ..." (docs/spec/templates.md, section 4.1).
  std::string text() const;
};

struct Limits {
  std::int64_t instructions = 500'000;
  int depth = 200;                          // macro calls and recursive loops inside each other
  std::size_t output_code_points = 50'000;  // longer results are cut and ".." is appended
  std::size_t memory_bytes = 48 << 20;
  std::size_t source_code_points = 50'000;
  std::uint32_t regex_steps = 500'000;  // of one call; they are instructions too
};

class Program;  // the compiled form, private to this folder

class Template {
 public:
  [[nodiscard]] static std::variant<Template, TemplateError> compile(std::string_view source,
                                                                     const Limits& limits = {});

  const std::string& source() const;
  const Program& program() const { return *program_; }

 private:
  explicit Template(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

// The variables a template sees. Values are read where they are and must outlive the render.
class Context {
 public:
  struct Variable {
    std::string name;
    const json::Value* value = nullptr;  // or, when null, `own`
    std::shared_ptr<const json::Value> own;
    const json::Value& get() const { return value != nullptr ? *value : *own; }
  };

  void set(std::string_view name, const json::Value* in_place);
  void set(std::string_view name, json::Value value);

  const std::vector<Variable>& variables() const { return variables_; }

 private:
  std::vector<Variable> variables_;
};

// How strings of the context appear. Json: webhook headers and bodies (docs/spec/templates.md, section 7):
// each string is JSON-escaped, and a printed mapping has its double quotes escaped.
enum class Escaping { None, Json };

struct RenderOptions {
  Instant now{};
  Limits limits{};
  Escaping escaping = Escaping::None;
};

struct Rendered {
  std::string text;  // the result, or the error's text: what is shown in either case
  std::optional<TemplateError> error;
  std::vector<std::string>
      undefined_paths;            // undefined values that were printed, looped over or used; at most 16
  std::int64_t instructions = 0;  // what the render cost
  std::size_t memory_bytes = 0;
  std::size_t allocations = 0;
};

[[nodiscard]] Rendered render(const Template& compiled, const Context& context,
                              const RenderOptions& options = {});

// Compiles and renders at once, with the same errors in the same shape.
[[nodiscard]] Rendered render(std::string_view source, const Context& context,
                              const RenderOptions& options = {});

}  // namespace tocsin::jinja
