// The scopes that statements open, and what their names mean there.
#include <algorithm>

#include "language/jinja/operators.h"
#include "language/jinja/resolver.h"
#include "language/jinja/survey.h"

namespace tocsin::jinja {

// A scope inside the same function.
template <class Fill>
void Resolver::inner(Frame& frame, Loads& loads, Fill fill) {
  Scope scope(&frame.scope, frame.scope.function());
  fill(scope);
  loads = scope.loads(arena_);
}

void Resolver::statements(Body body, Frame frame) {
  for (Statement* s : body) statement(s, frame);
}

void Resolver::statement(Statement* s, Frame frame) {
  switch (s->kind) {
    case StatementKind::Output: {
      auto* node = static_cast<Output*>(s);
      if (extended_) return;  // never reached: `extends` fails first
      node->escape = escape_;
      for (const OutputItem& item : node->items) expr(item.expr, frame);
      break;
    }
    case StatementKind::For:
      resolve_for(static_cast<For*>(s), frame);
      break;
    case StatementKind::If:
      frame.soft = true;
      frame.root = false;
      for (const IfBranch& branch : static_cast<If*>(s)->branches) {
        expr(branch.test, frame);
        statements(branch.body, frame);
      }
      break;
    case StatementKind::Set: {
      auto* node = static_cast<Set*>(s);
      node->exported = frame.toplevel && !out_.blocks.empty();
      expr(node->target, frame);
      expr(node->value, frame);
      break;
    }
    case StatementKind::SetBlock: {
      auto* node = static_cast<SetBlock*>(s);
      node->exported = frame.toplevel && !out_.blocks.empty();
      inner(frame, node->loads, [&](Scope& scope) {
        Analysis(scope).body(node->body);
        Analysis(scope).expr(node->filter);
        statements(node->body, {scope});
        expr(node->target, frame);
        expr(node->filter, {scope});
      });
      break;
    }
    case StatementKind::Macro: {
      auto* node = static_cast<Macro*>(s);
      node->exported = frame.toplevel && !out_.blocks.empty();
      resolve_macro(node->definition, frame, node->offset);
      expr(node->target, frame);
      break;
    }
    case StatementKind::CallBlock: {
      auto* node = static_cast<CallBlock*>(s);
      resolve_macro(node->caller, frame, node->offset);
      expr(node->call, frame);
      break;
    }
    case StatementKind::FilterBlock: {
      auto* node = static_cast<FilterBlock*>(s);
      inner(frame, node->loads, [&](Scope& scope) {
        Analysis(scope).body(node->body);
        Analysis(scope).expr(node->filter);
        statements(node->body, {scope});
        expr(node->filter, {scope});
      });
      break;
    }
    case StatementKind::With: {
      auto* node = static_cast<With*>(s);
      inner(frame, node->loads, [&](Scope& scope) {
        for (const Expr* target : node->targets) Analysis(scope).expr(target, true);
        Analysis(scope).body(node->body);
        for (std::size_t i = 0; i < node->targets.size(); ++i) {
          expr(node->targets[i], {scope});
          expr(node->values[i], frame);
        }
        statements(node->body, {scope});
      });
      break;
    }
    case StatementKind::Autoescape:
      resolve_autoescape(static_cast<AutoescapeBlock*>(s), frame);
      break;
    case StatementKind::Block: {
      auto* node = static_cast<Block*>(s);
      if (node->scoped) {
        std::vector<Local> locals;
        frame.scope.each_stored([&](std::string_view name, Place place) {
          state_.charge(8);
          locals.push_back({name, place});
        });
        Local* copy = arena_.array<Local>(locals.size());
        std::copy(locals.begin(), locals.end(), copy);
        node->locals = {copy, locals.size()};
      }
      break;
    }
    case StatementKind::Extends:
      if (!frame.toplevel) fail("cannot use extend from a non top-level scope", s->offset);
      expr(static_cast<Reference*>(s)->source, frame);
      if (frame.root) extended_ = true;
      break;
    case StatementKind::Include:
    case StatementKind::Import:
    case StatementKind::FromImport:
      expr(static_cast<Reference*>(s)->source, frame);
      for (NameExpr* target : static_cast<Reference*>(s)->targets) expr(target, frame);
      break;
  }
}

void Resolver::resolve_for(For* node, Frame frame) {
  const auto refuse_loop = [&](Body body, const Expr* target) {
    NameWalker walker([&](const NameExpr& name) {
      if (name.store && name.name == "loop") {
        fail("Can't assign to special loop variable in for-loop target", name.offset);
      }
      return true;
    });
    walker.into_blocks = true;
    walker.expr(target);
    walker.body(body);
  };
  node->extended = node->recursive || undeclared(node->body, {"loop"}) != 0 || has_scoped_block(node->body);
  if (node->test != nullptr) resolve_condition(node, frame);
  refuse_loop(node->body, node->target);
  refuse_loop(node->otherwise, nullptr);
  FunctionBuilder* home = frame.scope.function();
  if (node->recursive) home = function(home);
  node->function = node->recursive ? home->node : nullptr;

  Scope scope(&frame.scope, home);
  if (node->extended) node->loop_slot = declare(scope, kLoop);
  Analysis analysis(scope);
  analysis.expr(node->target, true);
  analysis.body(node->body);
  expr(node->target, {scope});
  if (!node->recursive) expr(node->iterable, frame);
  statements(node->body, {scope});
  node->loads = scope.loads(arena_);

  Scope otherwise(&frame.scope, home);
  Analysis(otherwise).body(node->otherwise);
  statements(node->otherwise, {otherwise});
  node->otherwise_loads = otherwise.loads(arena_);
  if (node->recursive) expr(node->iterable, frame);
}

// `for x in xs if condition`: the condition is a function with its own loop variable.
void Resolver::resolve_condition(For* node, Frame frame) {
  FunctionBuilder* home = function(frame.scope.function());
  Scope scope(&frame.scope, home);
  node->test_function = home->node;
  node->test_target = copy_target(node->target);
  Analysis analysis(scope);
  analysis.expr(node->test_target, true);
  analysis.expr(node->test);
  expr(node->test_target, {scope});
  expr(node->test, {scope});
  node->test_loads = scope.loads(arena_);
}

Expr* Resolver::copy_target(const Expr* target) {
  if (target->kind == ExprKind::Name) return arena_.make<NameExpr>(*static_cast<const NameExpr*>(target));
  auto* copy = arena_.make<SequenceExpr>(*static_cast<const SequenceExpr*>(target));
  Expr** items = arena_.array<Expr*>(copy->items.size());
  for (std::size_t i = 0; i < copy->items.size(); ++i) items[i] = copy_target(copy->items[i]);
  copy->items = {items, copy->items.size()};
  return copy;
}

void Resolver::resolve_macro(MacroDefinition& macro, Frame frame, std::uint32_t offset) {
  FunctionBuilder* home = function(frame.scope.function());
  macro.function = home->node;
  macro.escape = escape_;
  Scope scope(&frame.scope, home);
  bool has_kwargs = false, has_varargs = false;
  std::size_t caller_at = SIZE_MAX;
  for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
    const std::string_view name = macro.parameters[i]->name;
    if (name == "caller") caller_at = i;
    has_kwargs |= name == "kwargs";
    has_varargs |= name == "varargs";
  }
  macro.explicit_caller = caller_at != SIZE_MAX;
  Analysis(scope).macro(macro);
  const unsigned special = undeclared(macro.body, {"caller", "kwargs", "varargs"});
  if ((special & 1) != 0) {
    macro.uses_caller = true;
    if (macro.explicit_caller) {
      if (caller_at + macro.defaults.size() < macro.parameters.size()) {
        fail(
            R"(When defining macros or call blocks the special "caller" argument must be omitted or be given a default.)",
            offset);
      }
    } else {
      macro.caller_slot = declare(scope, kCaller);
    }
  }
  if ((special & 2) != 0 && !has_kwargs) {
    macro.uses_kwargs = true;
    macro.kwargs_slot = declare(scope, kKwargs);
  }
  if ((special & 4) != 0 && !has_varargs) {
    macro.uses_varargs = true;
    macro.varargs_slot = declare(scope, kVarargs);
  }
  for (NameExpr* parameter : macro.parameters) expr(parameter, {scope});
  for (Expr* value : macro.defaults) expr(value, {scope});
  statements(macro.body, {scope});
  macro.loads = scope.loads(arena_);
}

void Resolver::resolve_autoescape(AutoescapeBlock* node, Frame frame) {
  const Autoescape saved = escape_;
  inner(frame, node->loads, [&](Scope& scope) {
    Analysis(scope).expr(node->value);
    Analysis(scope).body(node->body);
    expr(node->value, {scope});
    escape_ = node->value->kind != ExprKind::Const                          ? Autoescape::Runtime
              : truthy(state_, static_cast<ConstExpr*>(node->value)->value) ? Autoescape::On
                                                                            : Autoescape::Off;
    statements(node->body, {scope});
  });
  escape_ = saved;
}

}  // namespace tocsin::jinja
