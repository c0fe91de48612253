#include "language/jinja/template.h"

#include <algorithm>
#include <array>

#include "language/jinja/evaluator.h"
#include "language/jinja/parser.h"
#include "language/jinja/program.h"
#include "language/jinja/state.h"
#include "language/json/utf8.h"

namespace tocsin::jinja {
namespace {

TemplateError error_from(const Raised& raised, const Program& program, std::uint32_t offset) {
  TemplateError error;
  error.warning = is_warning(raised.fault);
  error.message = raised.message;
  if (offset != Raised::kNowhere) {
    const Program::Position position = program.position(offset);
    error.line = position.line;
    error.column = position.column;
  }
  return error;
}

// Runs `body`, which may stop by any of this folder's exceptions.
template <class Body>
std::optional<Raised> caught(Body body) {
  try {
    body();
    return std::nullopt;
  } catch (Raised& raised) {
    return std::move(raised);
  } catch (const ArenaFull&) {
    return Raised{Fault::Budget, "the template needs too much memory"};
  }
}

// Lone surrogates cannot be stored or sent; the result is text.
void finish_text(Rendered& out, const Limits& limits) {
  const std::size_t points = json::count_code_points(out.text);
  if (points > limits.output_code_points) {
    out.text.resize(json::first_code_points(out.text, limits.output_code_points).size());
    out.text += "..";
  }
}

}  // namespace

std::string TemplateError::text() const {
  return (warning ? "Template Warning: " : "Template Error: ") + message;
}

Program::Position Program::position(std::uint32_t offset) const {
  const std::string_view before = std::string_view(source).substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(json::count_code_points(before.substr(line_start))) + 1};
}

const std::string& Template::source() const {
  return program_->given;
}

std::variant<Template, TemplateError> Template::compile(std::string_view source, const Limits& limits) {
  const std::size_t points = json::count_code_points(source);
  if (points > limits.source_code_points) {
    return TemplateError{false,
                         "Template exceeds length limit (" + std::to_string(points) + " > " +
                             std::to_string(limits.source_code_points) + ")",
                         0,
                         0,
                         {}};
  }
  auto program = std::make_shared<Program>(limits.memory_bytes);
  program->given = source;
  program->source = normalize_source(source);
  RenderOptions options;
  options.limits = limits;
  State state(options, program->arena);
  const auto raised = caught([&] {
    program->body = Parser(program->source, state).parse();
    program->resolved = resolve(program->body, state);
  });
  if (raised) return error_from(*raised, *program, raised->offset);
  return Template(std::move(program));
}

void Context::set(std::string_view name, const json::Value* in_place) {
  variables_.push_back({std::string(name), in_place, nullptr});
}

void Context::set(std::string_view name, json::Value value) {
  variables_.push_back({std::string(name), nullptr, std::make_shared<const json::Value>(std::move(value))});
}

Rendered render(const Template& compiled, const Context& context, const RenderOptions& options) {
  Rendered out;
  std::array<std::byte, 8192> first_block;  // most renders need no other memory than this
  Arena arena(options.limits.memory_bytes);
  arena.start_with(first_block);
  State state(options, arena);
  const Program& program = compiled.program();
  out.text.reserve(std::min<std::size_t>(program.source.size() + 64, 4096));
  if (const auto raised = caught([&] { Evaluator(state, program, context).render(out.text); })) {
    out.error = error_from(*raised, program, state.at);
    if (raised->fault == Fault::Undefined || raised->fault == Fault::Security) {
      if (!state.last_undefined.empty()) out.error->undefined_paths = {state.last_undefined};
    }
    out.text = out.error->text();
  }
  finish_text(out, options.limits);
  out.undefined_paths = std::move(state.undefined_paths);
  out.instructions = options.limits.instructions - state.budget;
  out.memory_bytes = arena.reserved();
  out.allocations = arena.blocks();
  return out;
}

Rendered render(std::string_view source, const Context& context, const RenderOptions& options) {
  const auto compiled = Template::compile(source, options.limits);
  if (const auto* ready = std::get_if<Template>(&compiled)) return render(*ready, context, options);
  Rendered out;
  out.error = std::get<TemplateError>(compiled);
  out.text = out.error->text();
  return out;
}

}  // namespace tocsin::jinja
