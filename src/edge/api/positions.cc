#include "edge/api/positions.h"

#include <algorithm>
#include <limits>

namespace tocsin::api {
namespace {

constexpr std::int64_t kToTheEnd = -1;
constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();

std::int64_t last_position(const std::vector<store::Slot>& group) {
  std::int64_t last = -1;
  for (const store::Slot& slot : group) last = std::max(last, slot.position);
  return last;
}

}  // namespace

Placement read_placement(const Fields& fields) {
  Placement placement;
  if (fields.has("position")) placement.position = fields.integer("position");
  if (fields.has("manual_order") && fields.boolean("manual_order")) placement.order = Order::Swapping;
  return placement;
}

std::int64_t end_position(const std::vector<store::Slot>& group) {
  return last_position(group) + 1;
}

Result<std::vector<store::Slot>> place(std::vector<store::Slot> group, const std::string& id,
                                       const Placement& placement) {
  if (!placement.position) return std::vector<store::Slot>();
  std::int64_t target = *placement.position;
  if (target == kToTheEnd && placement.order == Order::Shifting) target = last_position(group);
  if (target < 0 || target > kLargest) return invalid("Invalid value for position field");

  const auto moved =
      std::find_if(group.begin(), group.end(), [&](const store::Slot& slot) { return slot.id == id; });
  const std::int64_t old = moved->position;
  std::vector<store::Slot> changed;
  if (target == old) return changed;
  const bool taken = std::any_of(group.begin(), group.end(),
                                 [&](const store::Slot& slot) { return slot.position == target; });
  for (store::Slot& slot : group) {
    if (slot.id == id || !taken) continue;
    if (placement.order == Order::Swapping) {
      if (slot.position == target) changed.push_back({slot.id, old});
    } else if (target < old && slot.position >= target && slot.position < old) {
      changed.push_back({slot.id, slot.position + 1});
    } else if (target > old && slot.position > old && slot.position <= target) {
      changed.push_back({slot.id, slot.position - 1});
    }
  }
  changed.push_back({id, target});
  return changed;
}

}  // namespace tocsin::api
