#include "language/jinja/survey.h"

#include "language/jinja/walk_names.h"

namespace tocsin::jinja {

unsigned undeclared(Body body, std::initializer_list<std::string_view> names) {
  unsigned open = (1U << names.size()) - 1, found = 0;
  NameWalker walker([&](const NameExpr& name) {
    unsigned bit = 1;
    for (const std::string_view wanted : names) {
      if (name.name == wanted && (open & bit) != 0) {
        if (name.store) {
          open &= ~bit;
        } else {
          found |= bit;
        }
      }
      bit <<= 1;
    }
    return found != open || open == 0;
  });
  walker.body(body);
  return found;
}

bool has_scoped_block(Body body) {
  for (const Statement* s : body) {
    if (s->kind == StatementKind::Block && static_cast<const Block*>(s)->scoped) return true;
    if (s->kind == StatementKind::If) {
      for (const IfBranch& branch : static_cast<const If*>(s)->branches) {
        if (has_scoped_block(branch.body)) return true;
      }
    }
    if (s->kind == StatementKind::For && has_scoped_block(static_cast<const For*>(s)->body)) return true;
  }
  return false;
}

}  // namespace tocsin::jinja
