#include "language/jinja/ast.h"

namespace tocsin::jinja {

std::string path_of(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::Name:
      return std::string(static_cast<const NameExpr&>(expr).name);
    case ExprKind::Attribute: {
      const auto& node = static_cast<const AttributeExpr&>(expr);
      return path_of(*node.of) + "." + std::string(node.name);
    }
    case ExprKind::Item: {
      const auto& node = static_cast<const ItemExpr&>(expr);
      if (node.key->kind != ExprKind::Const) return path_of(*node.of) + "[...]";
      const Value key = static_cast<const ConstExpr*>(node.key)->value;
      if (key.string()) return path_of(*node.of) + "." + std::string(key.str());
      return path_of(*node.of) + "[" + (key.is(Type::Int) ? std::to_string(key.as_int()) : "...") + "]";
    }
    case ExprKind::Call:
      return path_of(*static_cast<const CallExpr&>(expr).callee) + "()";
    case ExprKind::Filter: {
      const auto& node = static_cast<const FilterExpr&>(expr);
      return node.input != nullptr ? path_of(*node.input) + "|" + std::string(node.name) : "...";
    }
    default:
      return "(...)";
  }
}

}  // namespace tocsin::jinja
