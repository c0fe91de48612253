// A silence by matcher: while it holds, alert groups that fit it are silenced until its end.
//
// Ours; OnCall silences groups one by one only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "domain/model/ids.h"
#include "language/json/value.h"

namespace tocsin {

// What of a group a matcher looks at.
enum class MatchOn { Label = 0, Title = 1, Integration = 2 };

struct SilenceMatcher {
  MatchOn on = MatchOn::Label;
  std::string name;   // of the label
  std::string value;  // text, or with `regex` a pattern that is searched for
  bool regex = false;
  bool negated = false;  // must not match
  friend bool operator==(const SilenceMatcher&, const SilenceMatcher&) = default;
};

struct Silence {
  SilenceId id;
  std::vector<SilenceMatcher> matchers;  // all must hold; never empty
  Instant starts_at;
  Instant ends_at;
  std::string comment;
  std::optional<UserId> author;
  std::string author_name;
  Instant created_at;
};

json::Value to_json(const SilenceMatcher& matcher);
Result<SilenceMatcher> silence_matcher_from_json(const json::Value& value);

}  // namespace tocsin
