#include "domain/schedule/history.h"

#include <algorithm>

namespace tocsin::schedule {
namespace {

// Settled in one go; keeps each resolution far from its limits, however long nothing changed.
constexpr std::chrono::days kStretch{30};

Event cut(Event event, Range to) {
  event.start = std::max(event.start, to.from);
  event.end = std::min(event.end, to.to);
  return event;
}

std::vector<Event> cut_all(const std::vector<Event>& events, Range to) {
  std::vector<Event> parts;
  for (const Event& event : events) {
    if (overlaps(event, to)) parts.push_back(cut(event, to));
  }
  return parts;
}

bool same_but_time(Event a, const Event& b) {
  a.start = b.start;
  a.end = b.end;
  return a == b;
}

// Joins events that end and begin at `seam` and are otherwise the same.
void join_at(std::vector<Event>& events, Instant seam) {
  for (Event& left : events) {
    if (left.end != seam) continue;
    const auto right = std::find_if(events.begin(), events.end(), [&](const Event& event) {
      return event.start == seam && event.end > seam && same_but_time(left, event);
    });
    if (right == events.end()) continue;
    left.end = right->end;
    right->end = right->start;
  }
  std::erase_if(events, [](const Event& event) { return event.start >= event.end; });
}

void append(std::vector<Event>& to, std::vector<Event> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

History remember(History history, const ScheduleInput& before, Instant now) {
  const bool is_new = history.covered.from == history.covered.to;
  if (is_new) history.covered = {before.schedule.created_at, before.schedule.created_at};
  ScheduleInput rules = before;
  rules.history = nullptr;
  rules.show_offers_at = std::nullopt;
  while (history.covered.to < now) {
    const Range stretch{history.covered.to, std::min(now, history.covered.to + kStretch)};
    const FinalSchedule settled = resolve(rules, stretch);
    append(history.events, cut_all(settled.events(), stretch));
    append(history.empty_shifts, cut_all(settled.empty_shifts(), stretch));
    join_at(history.events, stretch.from);
    join_at(history.empty_shifts, stretch.from);
    history.covered.to = stretch.to;
  }
  return history;
}

std::vector<Event> with_history(std::vector<Event> events, const std::vector<Event>& settled, Range covered,
                                Range window) {
  const bool touches = covered.from < covered.to && covered.from < window.to && covered.to > window.from;
  if (!touches) return events;
  std::vector<Event> out;
  for (const Event& event : events) {
    if (event.start < covered.from) out.push_back(cut(event, {event.start, covered.from}));
    if (event.end > covered.to) out.push_back(cut(event, {covered.to, event.end}));
  }
  append(out, settled);
  join_at(out, covered.from);
  join_at(out, covered.to);
  std::erase_if(out, [&](const Event& event) { return !overlaps(event, window); });
  return out;
}

}  // namespace tocsin::schedule
