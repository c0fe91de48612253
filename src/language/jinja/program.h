// A compiled template: its source, the arena that holds its tree, and what resolve() found out.
#pragma once

#include <string>

#include "language/jinja/resolve.h"
#include "language/jinja/template.h"

namespace tocsin::jinja {

class Program {
 public:
  explicit Program(std::size_t memory_limit) : arena(memory_limit) {}

  std::string given;   // as it was written
  std::string source;  // newlines normalised; texts of the tree point into it
  Arena arena;
  Body body;
  Resolved resolved;

  // Line and column, from 1; columns in code points.
  struct Position {
    int line = 0, column = 0;
  };
  Position position(std::uint32_t offset) const;
};

}  // namespace tocsin::jinja
