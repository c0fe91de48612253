// Questions about a tree whose names are not resolved yet. Used by resolve.cc.
#pragma once

#include <initializer_list>
#include <string_view>

#include "language/jinja/ast.h"

namespace tocsin::jinja {

// Which of `names` are read in the tree before anything sets them, as a bit set.
unsigned undeclared(Body body, std::initializer_list<std::string_view> names);

// Is there a `{% block x scoped %}` outside of inner blocks?
bool has_scoped_block(Body body);

}  // namespace tocsin::jinja
