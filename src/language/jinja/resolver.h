// The second pass at work (resolve.h says what it does): one walk over statements and expressions, by scopes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "language/jinja/resolve.h"
#include "language/jinja/scope.h"

namespace tocsin::jinja {

class Resolver {
 public:
  explicit Resolver(State& state) : state_(state), arena_(state.arena) {}

  Resolved run(Body body);

 private:
  struct Frame {
    Scope& scope;
    bool toplevel = false;
    bool root = false;  // toplevel and outside of any `if`
    bool soft = false;  // in an `if`: unknown filters are errors only when reached
  };

  [[noreturn]] static void fail(std::string message, std::uint32_t offset) {
    throw Raised{Fault::Syntax, std::move(message), offset};
  }
  FunctionBuilder* function(FunctionBuilder* parent);
  static std::uint16_t declare(Scope& scope, SpecialName name) {
    return scope.parameter(name, kSpecialNames[name]).slot;
  }

  // --- blocks (resolve.cc)
  void collect_blocks(Body body);
  void resolve_block(Block& block);

  // --- statements (resolve_statement.cc)
  void statements(Body body, Frame frame);
  void statement(Statement* s, Frame frame);
  template <class Fill>
  void inner(Frame& frame, Loads& loads, Fill fill);
  void resolve_for(For* node, Frame frame);
  void resolve_condition(For* node, Frame frame);
  Expr* copy_target(const Expr* target);
  void resolve_macro(MacroDefinition& macro, Frame frame, std::uint32_t offset);
  void resolve_autoescape(AutoescapeBlock* node, Frame frame);

  // --- expressions (resolve_expression.cc)
  void expr(Expr* e, Frame frame);
  void arguments(const Arguments& a, Frame frame);

  State& state_;
  Arena& arena_;
  Resolved out_;
  Autoescape escape_ = Autoescape::Off;
  bool extended_ = false;
  std::vector<std::unique_ptr<FunctionBuilder>> builders_;
};

}  // namespace tocsin::jinja
