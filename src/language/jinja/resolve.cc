#include "language/jinja/resolve.h"

#include "language/jinja/resolver.h"
#include "language/jinja/survey.h"
#include "language/jinja/text_form.h"

namespace tocsin::jinja {

Resolved Resolver::run(Body body) {
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

FunctionBuilder* Resolver::function(FunctionBuilder* parent) {
  auto* node = arena_.make<Function>();
  node->parent = parent != nullptr ? parent->node : nullptr;
  builders_.push_back(std::make_unique<FunctionBuilder>(
      FunctionBuilder{&state_, node, parent, parent != nullptr ? parent->depth + 1 : 0, {}}));
  return builders_.back().get();
}

void Resolver::collect_blocks(Body body) {
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

void Resolver::resolve_block(Block& block) {
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

Resolved resolve(Body body, State& state) {
  return Resolver(state).run(body);
}

}  // namespace tocsin::jinja
