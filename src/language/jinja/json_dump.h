// json.dumps of template values. Raises TypeError for what JSON cannot hold.
#pragma once

#include <string>

#include "language/jinja/state.h"

namespace tocsin::jinja {

struct DumpStyle {
  std::string_view between_items = ", ";
  bool has_indent = false;
  std::string_view indent;  // of one level
  bool sort_keys = false;
  bool ascii = true;
};

std::string dump_json(State& state, Value value, const DumpStyle& style);

}  // namespace tocsin::jinja
