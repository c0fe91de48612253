// Keeping today's person when a rotation is edited (edits.h).
#include <algorithm>
#include <tuple>

#include "domain/schedule/edits.h"
#include "domain/schedule/resolve.h"
#include "domain/schedule/rotation.h"

namespace tocsin::schedule {
namespace {

using Group = std::vector<UserId>;
using Groups = std::vector<Group>;

// What numbers the turns and says who has them. A length or an end does neither.
auto rhythm(const OnCallShift& s) {
  return std::tie(s.type, s.time_zone, s.start, s.rotation_start, s.frequency, s.interval, s.week_start,
                  s.by_day, s.by_month, s.by_monthday);
}

bool has_begun(const OnCallShift& shift, const timezone::Zone& zone, Instant now) {
  return zone.instant(shift.start) <= now && zone.instant(shift.rotation_start) <= now;
}

std::ptrdiff_t shared(const Group& a, const Group& b) {
  return std::count_if(a.begin(), a.end(),
                       [&](const UserId& user) { return std::find(b.begin(), b.end(), user) != b.end(); });
}

const Group& at(const Groups& groups, std::size_t position) {
  return groups[position % groups.size()];
}

// Where `before[position]` stands in the new list. Of several places the one with most of its people, then
// the one with the same neighbour after it, then the same place.
std::optional<std::size_t> find_again(const Groups& before, std::size_t position, const Groups& after) {
  const auto fit = [&](std::size_t there) {
    return std::tuple(shared(before[position], after[there]), after[there] == before[position],
                      at(after, there + 1) == at(before, position + 1), there == position);
  };
  std::size_t best = 0;
  for (std::size_t there = 1; there < after.size(); ++there) {
    if (fit(there) > fit(best)) best = there;
  }
  const bool is_there = shared(before[position], after[best]) > 0 || after[best] == before[position];
  return is_there ? std::optional(best) : std::nullopt;
}

// Somebody who was not there before took exactly this place.
bool is_replaced(const Groups& before, std::size_t position, const Groups& after) {
  if (before.size() != after.size()) return false;
  return std::none_of(before.begin(), before.end(), [&](const Group& group) {
    return group == after[position] || shared(group, after[position]) > 0;
  });
}

// Who of the new list has the turn that `before[position]` had.
std::optional<std::size_t> heir_of(const Groups& before, std::size_t position, const Groups& after) {
  if (const auto found = find_again(before, position, after)) return found;
  if (is_replaced(before, position, after)) return position;
  for (std::size_t next = 1; next < before.size(); ++next) {
    if (const auto found = find_again(before, (position + next) % before.size(), after)) return found;
  }
  return std::nullopt;
}

// The turn of the edited rule at `now`. In an unchanged rhythm the old length decides whether a turn still
// runs: a shift that was shortened below what has passed of it does not make the next turn the current one.
std::optional<std::int64_t> turn_after(const OnCallShift& stored, const OnCallShift& edited,
                                       const timezone::Zone& zone, Instant now) {
  OnCallShift asked = edited;
  if (rhythm(stored) == rhythm(edited)) asked.duration = stored.duration;
  return turn_at(asked, zone, now);
}

}  // namespace

OnCallShift with_turn_kept(const OnCallShift& stored, OnCallShift edited, const Schedule& schedule,
                           Instant now) {
  const bool same_index = stored.start_rotation_from_user_index == edited.start_rotation_from_user_index;
  edited.turn_offset = stored.turn_offset;
  if (same_index && stored.rolling_users == edited.rolling_users && rhythm(stored) == rhythm(edited))
    return edited;

  edited.turn_offset = 0;
  const timezone::Zone old_zone = zone_of(stored, schedule), new_zone = zone_of(edited, schedule);
  if (!same_index || !has_begun(stored, old_zone, now) || !has_begun(edited, new_zone, now)) return edited;
  const auto old_turn = turn_at(stored, old_zone, now);
  const auto new_turn = turn_after(stored, edited, new_zone, now);
  if (!old_turn || !new_turn) return edited;

  const auto old_count = static_cast<std::int64_t>(stored.rolling_users.size());
  const auto new_count = static_cast<std::int64_t>(edited.rolling_users.size());
  const std::size_t due =
      (first_group(stored) + static_cast<std::size_t>(*old_turn % old_count)) % stored.rolling_users.size();
  const auto heir = stored.rolling_users == edited.rolling_users
                        ? std::optional(due)
                        : heir_of(stored.rolling_users, due, edited.rolling_users);
  if (!heir) return edited;
  const std::int64_t without_offset =
      (static_cast<std::int64_t>(first_group(edited)) + *new_turn) % new_count;
  edited.turn_offset =
      static_cast<int>((static_cast<std::int64_t>(*heir) - without_offset + new_count) % new_count);
  return edited;
}

}  // namespace tocsin::schedule
