#include "language/jinja/resolve.h"

#include <algorithm>
#include <memory>

#include "language/jinja/filters.h"
#include "language/jinja/scope.h"
#include "language/jinja/survey.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {
namespace {

class Resolver {
 public:
  explicit Resolver(State& state) : state_(state), arena_(state.arena) {}

  Resolved run(Body body) {
    collect_blocks(body);
    FunctionBuilder* root = function(nullptr);
    Scope scope(nullptr, root);
    if (undeclared(body, {"self"}) != 0) {
      out_.uses_self = true;
      out_.self_slot = declare(scope, kSelf);
    }
    Analysis(scope).body(body);
    out_.root = root->node;
    statements(body, {scope, true, true});
    out_.loads = scope.loads(arena_);
    for (Block* block : out_.blocks) resolve_block(*block);
    return std::move(out_);
  }

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

  FunctionBuilder* function(FunctionBuilder* parent) {
    auto* node = arena_.make<Function>();
    node->parent = parent != nullptr ? parent->node : nullptr;
    builders_.push_back(std::make_unique<FunctionBuilder>(
        FunctionBuilder{&state_, node, parent, parent != nullptr ? parent->depth + 1 : 0, {}}));
    return builders_.back().get();
  }

  // --- special names

  static std::uint16_t declare(Scope& scope, SpecialName name) {
    return scope.parameter(name, kSpecialNames[name]).slot;
  }

  void collect_blocks(Body body) {
    for (Statement* s : body) {
      switch (s->kind) {
        case StatementKind::Block: {
          auto* block = static_cast<Block*>(s);
          for (const Block* other : out_.blocks) {
            if (other->name == block->name) {
              std::string quoted;
              append_quoted(quoted, block->name);
              fail("block " + quoted + " defined twice", block->offset);
            }
          }
          out_.blocks.push_back(block);
          if (out_.blocks.size() > 500) fail("too many blocks", block->offset);
          collect_blocks(block->body);
          break;
        }
        case StatementKind::For:
          collect_blocks(static_cast<For*>(s)->body);
          collect_blocks(static_cast<For*>(s)->otherwise);
          break;
        case StatementKind::If:
          for (const IfBranch& branch : static_cast<If*>(s)->branches) collect_blocks(branch.body);
          break;
        case StatementKind::SetBlock:
          collect_blocks(static_cast<SetBlock*>(s)->body);
          break;
        case StatementKind::Macro:
          collect_blocks(static_cast<Macro*>(s)->definition.body);
          break;
        case StatementKind::CallBlock:
          collect_blocks(static_cast<CallBlock*>(s)->caller.body);
          break;
        case StatementKind::FilterBlock:
          collect_blocks(static_cast<FilterBlock*>(s)->body);
          break;
        case StatementKind::With:
          collect_blocks(static_cast<With*>(s)->body);
          break;
        case StatementKind::Autoescape:
          collect_blocks(static_cast<AutoescapeBlock*>(s)->body);
          break;
        default:
          break;
      }
    }
  }

  // --- statements

  void statements(Body body, Frame frame) {
    for (Statement* s : body) statement(s, frame);
  }

  void statement(Statement* s, Frame frame) {
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

  // A scope inside the same function.
  template <class Fill>
  void inner(Frame& frame, Loads& loads, Fill fill) {
    Scope scope(&frame.scope, frame.scope.function());
    fill(scope);
    loads = scope.loads(arena_);
  }

  void resolve_for(For* node, Frame frame) {
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
  void resolve_condition(For* node, Frame frame) {
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

  Expr* copy_target(const Expr* target) {
    if (target->kind == ExprKind::Name) return arena_.make<NameExpr>(*static_cast<const NameExpr*>(target));
    auto* copy = arena_.make<SequenceExpr>(*static_cast<const SequenceExpr*>(target));
    Expr** items = arena_.array<Expr*>(copy->items.size());
    for (std::size_t i = 0; i < copy->items.size(); ++i) items[i] = copy_target(copy->items[i]);
    copy->items = {items, copy->items.size()};
    return copy;
  }

  void resolve_macro(MacroDefinition& macro, Frame frame, std::uint32_t offset) {
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

  void resolve_autoescape(AutoescapeBlock* node, Frame frame) {
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

  void resolve_block(Block& block) {
    FunctionBuilder* home = function(nullptr);
    block.function = home->node;
    Scope scope(nullptr, home);
    const unsigned special = undeclared(block.body, {"self", "super"});
    if ((special & 1) != 0) {
      block.uses_self = true;
      block.self_slot = declare(scope, kSelf);
    }
    if ((special & 2) != 0) {
      block.uses_super = true;
      block.super_slot = declare(scope, kSuper);
    }
    Analysis(scope).body(block.body);
    extended_ = false;
    statements(block.body, {scope});
    block.loads = scope.loads(arena_);
  }

  // --- expressions

  void expr(Expr* e, Frame frame) {
    if (e == nullptr) return;
    switch (e->kind) {
      case ExprKind::Const:
        break;
      case ExprKind::Name: {
        auto* node = static_cast<NameExpr*>(e);
        const Variable* variable = frame.scope.find(node->id);
        TOCSIN_CHECK(variable != nullptr);
        node->place = frame.scope.place(*variable);
        break;
      }
      case ExprKind::Attribute:
        expr(static_cast<AttributeExpr*>(e)->of, frame);
        break;
      case ExprKind::Item:
        expr(static_cast<ItemExpr*>(e)->of, frame);
        expr(static_cast<ItemExpr*>(e)->key, frame);
        break;
      case ExprKind::Slice:
        expr(static_cast<SliceExpr*>(e)->start, frame);
        expr(static_cast<SliceExpr*>(e)->stop, frame);
        expr(static_cast<SliceExpr*>(e)->step, frame);
        break;
      case ExprKind::Call:
        expr(static_cast<CallExpr*>(e)->callee, frame);
        arguments(static_cast<CallExpr*>(e)->arguments, frame);
        break;
      case ExprKind::Filter: {
        auto* node = static_cast<FilterExpr*>(e);
        node->filter = find_filter(node->name);
        if (node->filter == nullptr && !frame.soft)
          fail("No filter named " + repr_quoted(node->name) + ".", node->offset);
        expr(node->input, frame);
        arguments(node->arguments, frame);
        break;
      }
      case ExprKind::Test: {
        auto* node = static_cast<TestExpr*>(e);
        node->test = find_test(node->name);
        if (node->test == nullptr && !frame.soft)
          fail("No test named " + repr_quoted(node->name) + ".", node->offset);
        expr(node->input, frame);
        arguments(node->arguments, frame);
        break;
      }
      case ExprKind::Not:
      case ExprKind::Negate:
      case ExprKind::Positive:
        expr(static_cast<UnaryExpr*>(e)->operand, frame);
        break;
      case ExprKind::Binary:
      case ExprKind::And:
      case ExprKind::Or:
        expr(static_cast<BinaryExpr*>(e)->left, frame);
        expr(static_cast<BinaryExpr*>(e)->right, frame);
        break;
      case ExprKind::Concat:
      case ExprKind::Tuple:
      case ExprKind::List:
        static_cast<SequenceExpr*>(e)->escape = escape_;
        for (Expr* item : static_cast<SequenceExpr*>(e)->items) expr(item, frame);
        break;
      case ExprKind::Compare:
        expr(static_cast<CompareExpr*>(e)->left, frame);
        for (const Operand& operand : static_cast<CompareExpr*>(e)->operands) expr(operand.right, frame);
        break;
      case ExprKind::Conditional:
        frame.soft = true;
        expr(static_cast<ConditionalExpr*>(e)->then, frame);
        expr(static_cast<ConditionalExpr*>(e)->test, frame);
        expr(static_cast<ConditionalExpr*>(e)->otherwise, frame);
        break;
      case ExprKind::Dict:
        for (const Pair& pair : static_cast<DictExpr*>(e)->pairs) {
          expr(pair.key, frame);
          expr(pair.value, frame);
        }
        break;
      case ExprKind::NamespaceTarget:
        expr(static_cast<NamespaceTarget*>(e)->object, frame);
        break;
    }
  }

  void arguments(const Arguments& a, Frame frame) {
    for (Expr* argument : a.positional) expr(argument, frame);
    for (const KeywordExpr& keyword : a.keywords) expr(keyword.value, frame);
    expr(a.star, frame);
    expr(a.double_star, frame);
  }

  State& state_;
  Arena& arena_;
  Resolved out_;
  Autoescape escape_ = Autoescape::Off;
  bool extended_ = false;
  std::vector<std::unique_ptr<FunctionBuilder>> builders_;
};

}  // namespace

Resolved resolve(Body body, State& state) {
  return Resolver(state).run(body);
}

}  // namespace tocsin::jinja
