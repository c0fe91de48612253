// Second pass: decides where each name lives and finds filters and tests, so that rendering looks nothing up
// by name.
//
// Jinja2 compiles templates to Python functions; which variable a name means follows from Python's scopes and
// from what is assigned where. The rules are rebuilt here: a scope's names are analysed before its body, a
// name assigned in an `if` is looked up in the context when the branch was not taken, macros share the
// variables around them, blocks see the context only. Errors: unknown filters and tests (Fault::Syntax),
// blocks defined twice, misused special names.
#pragma once

#include <vector>

#include "language/jinja/ast.h"
#include "language/jinja/state.h"

namespace tocsin::jinja {

struct Resolved {
  Function* root = nullptr;
  Loads loads;
  bool uses_self = false;
  std::uint16_t self_slot = 0;
  std::vector<Block*> blocks;
};

Resolved resolve(Body body, State& state);

}  // namespace tocsin::jinja
