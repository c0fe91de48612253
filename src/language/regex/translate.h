// From Python's two regular-expression dialects to PCRE2's. Used by pattern.cc only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "language/regex/pattern.h"

namespace tocsin::regex {

struct Translated {
  std::string text;
  bool ignore_case = false;
  bool multi_line = false;
  bool dot_all = false;
  bool verbose = false;
  bool ascii = false;  // (?a): \d \w \s \b know ASCII only
};

// Errors: what PCRE2 would take for something else than Python does, with Python's message.
[[nodiscard]] Result<Translated> translate(std::string_view pattern, Dialect dialect);

}  // namespace tocsin::regex
