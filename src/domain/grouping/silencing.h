// Silences by matcher: which one holds for a group, and what it does to it.
//
// Pure. A pattern that runs into its limit matches nothing: rather a page too many than one too few.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/grouping/transition.h"
#include "domain/model/integration.h"
#include "domain/model/silence.h"
#include "language/regex/pattern.h"

namespace tocsin::grouping {

// A silence with its patterns compiled.
struct SilenceRule {
  Silence silence;
  std::vector<std::optional<regex::Pattern>> patterns;  // one a matcher; none: compared as text
};

// An error: a pattern that does not compile.
[[nodiscard]] Result<SilenceRule> make_silence_rule(Silence silence);

[[nodiscard]] bool matches(const SilenceRule& rule, const AlertGroup& group, const Labels& labels);

// Of those that hold now and match, the one that ends last; nullptr when there is none.
[[nodiscard]] const SilenceRule* find_silence(std::span<const SilenceRule> rules, const AlertGroup& group,
                                              const Labels& labels, Instant now);

// Silences the group until the end of `silence`. Only what is firing and answers for itself is silenced, and
// never for longer than it is already.
[[nodiscard]] Transition silence_until_end(AlertGroup group, const Silence& silence, Instant now);

}  // namespace tocsin::grouping
