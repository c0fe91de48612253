#include "domain/schedule/edits.h"

#include <algorithm>

#include "domain/schedule/resolve.h"

namespace tocsin::schedule {
namespace {

using timezone::Wall;
using timezone::Zone;

bool recurs(const OnCallShift& shift) {
  return shift.type == ShiftType::RecurrentEvent || shift.type == ShiftType::RollingUsers;
}

// `until` as the limit of a series is UTC; as the end of a single event it is on the shift's wall (section
// 2).
Wall until_at(const OnCallShift& shift, const Zone& zone, Instant now) {
  if (!recurs(shift)) return zone.wall(now);
  return Wall{std::chrono::floor<std::chrono::seconds>(now).time_since_epoch()};
}

bool is_over(const OnCallShift& shift, const Zone& zone, Instant now) {
  if (shift.until && *shift.until <= until_at(shift, zone, now)) return true;
  return !recurs(shift) && zone.instant(shift.start + shift.duration) <= now;
}

OnCallShift ended(OnCallShift shift, const Zone& zone, Instant now) {
  shift.until = until_at(shift, zone, now);
  if (shift.type == ShiftType::Override) {
    shift.duration =
        std::max(std::chrono::seconds{0}, std::min(shift.duration, zone.wall(now) - shift.start));
  }
  return shift;
}

}  // namespace

OnCallShift with_rotation_start(const OnCallShift& stored, OnCallShift edited, bool rotation_start_given) {
  if (!rotation_start_given && stored.rotation_start == stored.start) edited.rotation_start = edited.start;
  return edited;
}

Removal remove(const OnCallShift& shift, const Schedule& schedule, Instant now) {
  const Zone zone = zone_of(shift, schedule);
  const bool owned = shift.schedule == schedule.id;
  if (!owned || zone.instant(shift.rotation_start) > now) return DeleteShift{};
  if (is_over(shift, zone, now)) return LeaveShift{};
  return EndShift{ended(shift, zone, now)};
}

Continuation continue_from(const OnCallShift& old_rule, const OnCallShift& edited, const Schedule& schedule,
                           Instant now) {
  const Zone old_zone = zone_of(old_rule, schedule);
  const Zone new_zone = zone_of(edited, schedule);
  Continuation out{ended(old_rule, old_zone, now), edited};
  OnCallShift& next = out.new_rule;
  next.rotation_start = std::max(edited.rotation_start, new_zone.wall(now));
  next = with_turn_kept(old_rule, std::move(next), schedule, now);
  return out;
}

}  // namespace tocsin::schedule
