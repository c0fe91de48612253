// Visits the names of a tree in source order, nested macros included, blocks left out (they are scopes of
// their own). `visit(const NameExpr&)` returns false to stop. Used by resolve.cc.
#pragma once

#include "language/jinja/ast.h"

namespace tocsin::jinja {

template <class Visit>
class NameWalker {
 public:
  explicit NameWalker(Visit visit) : visit_(visit) {}

  void expr(const Expr* e) {
    if (e == nullptr || stopped_) return;
    switch (e->kind) {
      case ExprKind::Const:
        break;
      case ExprKind::Name:
        stopped_ = !visit_(*static_cast<const NameExpr*>(e));
        break;
      case ExprKind::Attribute:
        expr(static_cast<const AttributeExpr*>(e)->of);
        break;
      case ExprKind::Item:
        expr(static_cast<const ItemExpr*>(e)->of);
        expr(static_cast<const ItemExpr*>(e)->key);
        break;
      case ExprKind::Slice:
        expr(static_cast<const SliceExpr*>(e)->start);
        expr(static_cast<const SliceExpr*>(e)->stop);
        expr(static_cast<const SliceExpr*>(e)->step);
        break;
      case ExprKind::Call:
        expr(static_cast<const CallExpr*>(e)->callee);
        arguments(static_cast<const CallExpr*>(e)->arguments);
        break;
      case ExprKind::Filter:
        expr(static_cast<const FilterExpr*>(e)->input);
        arguments(static_cast<const FilterExpr*>(e)->arguments);
        break;
      case ExprKind::Test:
        expr(static_cast<const TestExpr*>(e)->input);
        arguments(static_cast<const TestExpr*>(e)->arguments);
        break;
      case ExprKind::Not:
      case ExprKind::Negate:
      case ExprKind::Positive:
        expr(static_cast<const UnaryExpr*>(e)->operand);
        break;
      case ExprKind::Binary:
      case ExprKind::And:
      case ExprKind::Or:
        expr(static_cast<const BinaryExpr*>(e)->left);
        expr(static_cast<const BinaryExpr*>(e)->right);
        break;
      case ExprKind::Concat:
      case ExprKind::Tuple:
      case ExprKind::List:
        for (const Expr* item : static_cast<const SequenceExpr*>(e)->items) expr(item);
        break;
      case ExprKind::Compare:
        expr(static_cast<const CompareExpr*>(e)->left);
        for (const Operand& operand : static_cast<const CompareExpr*>(e)->operands) expr(operand.right);
        break;
      case ExprKind::Conditional:
        expr(static_cast<const ConditionalExpr*>(e)->test);
        expr(static_cast<const ConditionalExpr*>(e)->then);
        expr(static_cast<const ConditionalExpr*>(e)->otherwise);
        break;
      case ExprKind::Dict:
        for (const Pair& pair : static_cast<const DictExpr*>(e)->pairs) {
          expr(pair.key);
          expr(pair.value);
        }
        break;
      case ExprKind::NamespaceTarget:
        expr(static_cast<const NamespaceTarget*>(e)->object);
        break;
    }
  }

  void body(Body statements) {
    for (const Statement* s : statements) statement(s);
  }

  void statement(const Statement* s) {
    if (stopped_) return;
    switch (s->kind) {
      case StatementKind::Output:
        for (const OutputItem& item : static_cast<const Output*>(s)->items) expr(item.expr);
        break;
      case StatementKind::For: {
        const auto* node = static_cast<const For*>(s);
        expr(node->target);
        expr(node->iterable);
        body(node->body);
        body(node->otherwise);
        expr(node->test);
        break;
      }
      case StatementKind::If:
        for (const IfBranch& branch : static_cast<const If*>(s)->branches) {
          expr(branch.test);
          body(branch.body);
        }
        break;
      case StatementKind::Set:
        expr(static_cast<const Set*>(s)->target);
        expr(static_cast<const Set*>(s)->value);
        break;
      case StatementKind::SetBlock:
        expr(static_cast<const SetBlock*>(s)->target);
        expr(static_cast<const SetBlock*>(s)->filter);
        body(static_cast<const SetBlock*>(s)->body);
        break;
      case StatementKind::Macro:
        macro(static_cast<const Macro*>(s)->definition);
        break;
      case StatementKind::CallBlock:
        expr(static_cast<const CallBlock*>(s)->call);
        macro(static_cast<const CallBlock*>(s)->caller);
        break;
      case StatementKind::FilterBlock:
        body(static_cast<const FilterBlock*>(s)->body);
        expr(static_cast<const FilterBlock*>(s)->filter);
        break;
      case StatementKind::With:
        for (const Expr* target : static_cast<const With*>(s)->targets) expr(target);
        for (const Expr* value : static_cast<const With*>(s)->values) expr(value);
        body(static_cast<const With*>(s)->body);
        break;
      case StatementKind::Autoescape:
        expr(static_cast<const AutoescapeBlock*>(s)->value);
        body(static_cast<const AutoescapeBlock*>(s)->body);
        break;
      case StatementKind::Block:
        if (into_blocks) body(static_cast<const Block*>(s)->body);
        break;
      case StatementKind::Include:
      case StatementKind::Import:
      case StatementKind::FromImport:
      case StatementKind::Extends:
        expr(static_cast<const Reference*>(s)->source);
        break;
    }
  }

  bool into_blocks = false;

 private:
  void arguments(const Arguments& a) {
    for (const Expr* argument : a.positional) expr(argument);
    for (const KeywordExpr& keyword : a.keywords) expr(keyword.value);
    expr(a.star);
    expr(a.double_star);
  }
  void macro(const MacroDefinition& definition) {
    for (const NameExpr* parameter : definition.parameters) expr(parameter);
    for (const Expr* value : definition.defaults) expr(value);
    body(definition.body);
  }

  Visit visit_;
  bool stopped_ = false;
};

}  // namespace tocsin::jinja
