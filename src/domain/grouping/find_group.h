// Which group an alert joins, or that it opens one.
//
// A group's identity is integration + route + distinction: the same key on another route is another group.
// Source: docs/spec/alert-groups.md, sections 1.1 and 1.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/model/alert_group.h"

namespace tocsin::grouping {

// md5 of the rendered grouping key, not trimmed. An empty or absent key (no template, or it failed) never
// groups: `unique`, drawn by the caller, takes its place. A demo alert groups with nothing: its key and
// `unique` together.
enum class AlertKind { Real, Demo };
[[nodiscard]] std::string make_distinction(const std::optional<std::string>& grouping_key, AlertKind kind,
                                           std::string_view unique);

// A stored group of the alert's identity.
struct Candidate {
  AlertGroupId id;
  std::int64_t number = 0;
  bool open = false;
  bool resolved = false;
};

struct JoinOpen {
  AlertGroupId group;
};
struct JoinResolved {  // a late resolve signal: the newest resolved group takes it, its state does not change
  AlertGroupId group;
};
struct OpenGroup {};
using Placement = std::variant<JoinOpen, JoinResolved, OpenGroup>;

// `resolve_signal` counts only if the integration allows resolving by source.
[[nodiscard]] Placement find_group(const std::vector<Candidate>& candidates, bool resolve_signal);

}  // namespace tocsin::grouping
