// Where each name of an expression lives, and which filter or test it calls.
#include "base/check.h"
#include "language/jinja/filters.h"
#include "language/jinja/resolver.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {

void Resolver::expr(Expr* e, Frame frame) {
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

void Resolver::arguments(const Arguments& a, Frame frame) {
  for (Expr* argument : a.positional) expr(argument, frame);
  for (const KeywordExpr& keyword : a.keywords) expr(keyword.value, frame);
  expr(a.star, frame);
  expr(a.double_star, frame);
}

}  // namespace tocsin::jinja
