#include "domain/schedule/final_schedule.h"

#include <algorithm>

namespace tocsin::schedule {
namespace {

constexpr std::chrono::seconds kShortestGap{60};

void sort_by_start(std::vector<Event>& events) {
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    if (a.start != b.start) return a.start < b.start;
    if (a.shift != b.shift) return a.shift < b.shift;
    return a.end < b.end;
  });
}

}  // namespace

FinalSchedule::FinalSchedule(Range window, std::vector<Event> events, std::vector<Event> empty_shifts,
                             const People& people, bool truncated)
    : window_(window),
      events_(std::move(events)),
      empty_shifts_(std::move(empty_shifts)),
      truncated_(truncated) {
  sort_by_start(events_);
  sort_by_start(empty_shifts_);
  std::unordered_map<UserId, std::uint32_t> position;
  for (const Event& event : events_) {
    for (const OnCallUser& user : event.users) {
      if (position.emplace(user.id, 0).second) users_.push_back(user.id);
    }
  }
  std::sort(users_.begin(), users_.end(), [&](const UserId& a, const UserId& b) {
    return std::pair(people.rank(a), a) < std::pair(people.rank(b), b);
  });
  for (std::uint32_t i = 0; i < users_.size(); ++i) position[users_[i]] = i;
  for (const Event& event : events_) {
    latest_end_.push_back(latest_end_.empty() ? event.end : std::max(latest_end_.back(), event.end));
    first_member_.push_back(static_cast<std::uint32_t>(members_.size()));
    for (const OnCallUser& user : event.users) members_.push_back(position[user.id]);
  }
  first_member_.push_back(static_cast<std::uint32_t>(members_.size()));
}

OnCall FinalSchedule::on_call_at(Instant at) const {
  const auto after = std::upper_bound(events_.begin(), events_.end(), at,
                                      [](Instant t, const Event& event) { return t < event.start; });
  OnCall found;
  std::vector<std::uint32_t> members;
  for (auto i = static_cast<std::size_t>(after - events_.begin()); i-- > 0 && latest_end_[i] > at;) {
    if (events_[i].end <= at) continue;
    found.because.push_back(&events_[i]);
    members.insert(members.end(), members_.begin() + first_member_[i],
                   members_.begin() + first_member_[i + 1]);
  }
  std::reverse(found.because.begin(), found.because.end());
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  for (const std::uint32_t member : members) found.users.push_back(users_[member]);
  return found;
}

const Event* FinalSchedule::next_shift(const UserId& user, Instant now) const {
  const auto found = std::find_if(events_.begin(), events_.end(), [&](const Event& event) {
    return event.end > now && std::any_of(event.users.begin(), event.users.end(),
                                          [&](const OnCallUser& member) { return member.id == user; });
  });
  return found == events_.end() ? nullptr : &*found;
}

std::vector<FinalShift> final_shifts(const FinalSchedule& schedule) {
  const Range window = schedule.window();
  std::vector<FinalShift> rows;
  for (const Event& event : schedule.events()) {
    for (const OnCallUser& user : event.users) {
      rows.push_back({user.id, std::max(event.start, window.from), std::min(event.end, window.to), &event});
    }
  }
  return rows;
}

std::vector<Range> gaps(const FinalSchedule& schedule, EmptyShifts empty) {
  std::vector<Range> covered;
  for (const Event& event : schedule.events()) covered.push_back({event.start, event.end});
  if (empty == EmptyShifts::CountAsCover) {
    for (const Event& event : schedule.empty_shifts()) covered.push_back({event.start, event.end});
  }
  if (covered.empty()) return {};
  std::sort(covered.begin(), covered.end(), [](Range a, Range b) { return a.from < b.from; });
  std::vector<Range> found;
  Instant reached = schedule.window().from;
  covered.push_back({schedule.window().to, schedule.window().to});
  for (const Range& next : covered) {
    if (next.from - reached >= kShortestGap) found.push_back({reached, next.from});
    reached = std::max(reached, next.to);
  }
  return found;
}

}  // namespace tocsin::schedule
