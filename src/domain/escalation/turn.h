// Whose turn it is: the orders in which steps page people (docs/spec/escalation.md, section 3).
#pragma once

#include <optional>
#include <vector>

#include "domain/model/notification.h"

namespace tocsin::escalation {

// By username.
std::vector<Person> sorted(std::vector<Person> people);
// The one after `last` by username, wrapping; the first when `last` is unknown or gone. `people`, in any
// order, must not be empty.
const Person& next_in_turn(const std::vector<Person>& people, const std::optional<UserId>& last);

}  // namespace tocsin::escalation
