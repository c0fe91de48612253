// Attaching a group to another one, which then answers for both.
//
// The dependent takes over the root's state. Where the rules forbid it, the surfaces that ask people refuse
// beforehand (attach_refusal); at this level the attempt is recorded. Source: docs/spec/alert-groups.md,
// sections 2.1 and 2.2.
#pragma once

#include <optional>
#include <string>

#include "domain/grouping/transition.h"

namespace tocsin::grouping {

// nullopt: allowed.
[[nodiscard]] std::optional<std::string> attach_refusal(const AlertGroup& group, bool has_dependents,
                                                        const AlertGroup& root);

// Records go to both groups. The transition is the dependent's; the root does not change.
[[nodiscard]] Transition attach(AlertGroup group, const AlertGroup& root, const Actor& actor, Instant now);

// `root`: nullptr when it is being deleted.
[[nodiscard]] Transition unattach(AlertGroup group, const AlertGroup* root, const Actor& actor, Instant now);

}  // namespace tocsin::grouping
