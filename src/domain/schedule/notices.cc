#include "domain/schedule/notices.h"

#include <algorithm>
#include <set>

namespace tocsin::schedule {
namespace {

constexpr std::chrono::days kLeastLookAhead{3};

// Who stood in for whom is no news; whose shift it is, from when to when, is.
bool same_shift(const Event& a, const Event& b) {
  return a.start == b.start && a.end == b.end && a.shift == b.shift && a.level == b.level &&
         a.all_day == b.all_day &&
         std::equal(a.users.begin(), a.users.end(), b.users.begin(), b.users.end(),
                    [](const OnCallUser& x, const OnCallUser& y) { return x.id == y.id; });
}

bool contains(const std::vector<Event>& events, const Event& event) {
  return std::any_of(events.begin(), events.end(),
                     [&](const Event& other) { return same_shift(event, other); });
}

std::vector<Event> upcoming(const FinalSchedule& schedule, Instant now) {
  std::vector<Event> next;
  for (const Event& event : schedule.events()) {
    if (event.start <= now) continue;
    if (!next.empty() && event.start != next.front().start) break;
    next.push_back(event);
  }
  return next;
}

}  // namespace

Instant look_ahead(const std::vector<Event>& current, Instant now) {
  Instant latest = now + kLeastLookAhead;
  for (const Event& event : current) latest = std::max(latest, event.end);
  return latest;
}

ShiftNews look(const ShiftState& before, const FinalSchedule& schedule, Instant now) {
  ShiftNews news;
  for (const Event* event : schedule.on_call_at(now).because) news.state.current.push_back(*event);
  news.state.empty = news.state.current.empty();
  ShiftNotice notice{{}, before.current, upcoming(schedule, now)};
  for (const Event& event : news.state.current) {
    if (!contains(before.current, event)) notice.started.push_back(event);
  }
  // What only ended needs no post while somebody else stays on call.
  const bool became_empty = news.state.empty && !before.empty && !before.current.empty();
  if (!notice.started.empty() || became_empty) news.notice = std::move(notice);
  return news;
}

std::vector<Event> distinct_empty_shifts(const FinalSchedule& schedule) {
  std::vector<Event> distinct;
  std::set<std::pair<std::string, std::vector<std::string>>> seen;
  for (const Event& event : schedule.empty_shifts()) {
    if (seen.emplace(event.shift, event.missing_users).second) distinct.push_back(event);
  }
  return distinct;
}

}  // namespace tocsin::schedule
