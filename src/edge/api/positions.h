// Where a route or an escalation policy comes to stand among its neighbours. Pure.
//
// Positions are unique in their ordering group, not negative, and may have gaps. Source:
// docs/spec/api-alerting.md, section 2.3.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "edge/api/field.h"
#include "store/positions.h"

namespace tocsin::api {

enum class Order {
  Shifting,  // neighbours make room
  Swapping,  // manual_order: the one who stood there takes the old position
};

// What a body says; the fields are "position" and "manual_order".
struct Placement {
  std::optional<std::int64_t> position;
  Order order = Order::Shifting;
};
Placement read_placement(const Fields& fields);

// The last position of the group plus one, or 0.
std::int64_t end_position(const std::vector<store::Slot>& group);

// Those that get another position, `id` among them. Precondition: `id` stands in `group`.
Result<std::vector<store::Slot>> place(std::vector<store::Slot> group, const std::string& id,
                                       const Placement& placement);

}  // namespace tocsin::api
