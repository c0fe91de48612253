// The replacement text of a substitution, read once: literal pieces and group references. Used by pattern.cc
// only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin::regex {

// Literal text, then (unless -1) the text of a group.
struct ReplacementPiece {
  std::string literal;
  int group = -1;
};

// `groups`: how many groups the pattern has; `find_group`: the number of a named one.
[[nodiscard]] Result<std::vector<ReplacementPiece>> parse_replacement(
    std::string_view text, int groups,
    const std::function<std::optional<int>(const std::string&)>& find_group);

}  // namespace tocsin::regex
