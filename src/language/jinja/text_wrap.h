// Line wrapping with the rules of Python's textwrap, for the wordwrap filter.
#pragma once

#include <string>
#include <vector>

#include "language/jinja/state.h"

namespace tocsin::jinja {

struct WrapOptions {
  std::int64_t width = 79;
  bool break_long_words = true;
  bool break_on_hyphens = true;
};

// One line of text (it holds no newline) to lines of at most `width` code points. Raises ValueError for a
// width that is not positive.
std::vector<std::string> wrap_text(State& state, std::string_view text, const WrapOptions& options);

}  // namespace tocsin::jinja
