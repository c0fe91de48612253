#include "domain/schedule/notices.h"

#include <algorithm>
#include <set>

namespace tocsin::schedule {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr days kLeastLookAhead{3};
constexpr std::chrono::hours kNoon{12};

NoticedShift noticed(const Event& event) {
  NoticedShift out{.users = {},
                   .start = event.start,
                   .end = event.end,
                   .level = event.level,
                   .shift = event.shift,
                   .all_day = event.all_day,
                   .is_override = event.is_override()};
  for (const OnCallUser& user : event.users) out.users.push_back(user.id);
  return out;
}

std::vector<NoticedShift> upcoming(const FinalSchedule& schedule, Instant now) {
  std::vector<NoticedShift> next;
  for (const Event& event : schedule.events()) {
    if (event.start <= now) continue;
    if (!next.empty() && event.start != next.front().start) break;
    next.push_back(noticed(event));
  }
  return next;
}

// Events to come, with each of their people who wants to know.
template <class Visit>
void for_each_beginning(const FinalSchedule& schedule, const LeadTimes& lead_times, Instant now,
                        Visit visit) {
  for (const Event& event : schedule.events()) {
    if (event.start <= now) continue;
    for (const OnCallUser& user : event.users) {
      const auto wanted = lead_times.find(user.id);
      if (wanted != lead_times.end()) visit(event, user.id, wanted->second);
    }
  }
}

// Who is on call already needs no announcement.
bool is_news(const FinalSchedule& schedule, const Event& event, const UserId& user) {
  const auto before = schedule.on_call_at(event.start - std::chrono::microseconds{1}).users;
  return std::find(before.begin(), before.end(), user) == before.end();
}

}  // namespace

Instant look_ahead(const std::vector<const Event*>& current, Instant now) {
  Instant latest = now + kLeastLookAhead;
  for (const Event* event : current) latest = std::max(latest, event->end);
  return latest;
}

ShiftNews look(const ShiftState& before, const FinalSchedule& schedule, Instant now) {
  ShiftNews news;
  ShiftNotice notice{{}, before.current, upcoming(schedule, now)};
  for (const Event* event : schedule.on_call_at(now).because) {
    news.state.current.push_back(noticed(*event));
    const bool is_known = std::find(before.current.begin(), before.current.end(),
                                    news.state.current.back()) != before.current.end();
    if (!is_known) notice.started.push_back(news.state.current.back());
  }
  // What only ended needs no post while somebody else stays on call.
  const bool became_empty = news.state.current.empty() && !before.current.empty();
  if (!notice.started.empty() || became_empty) news.notice = std::move(notice);
  return news;
}

Instant next_change(const FinalSchedule& schedule, Instant now) {
  Instant next = schedule.window().to;
  for (const Event& event : schedule.events()) {
    if (event.start > now) next = std::min(next, event.start);
    if (event.end > now) next = std::min(next, event.end);
  }
  return next;
}

std::vector<Announcement> announcements(const FinalSchedule& schedule, const LeadTimes& lead_times,
                                        std::optional<Instant> looked_at, Instant now) {
  std::vector<Announcement> out;
  for_each_beginning(schedule, lead_times, now,
                     [&](const Event& event, const UserId& user, const std::vector<seconds>& wanted) {
                       std::optional<seconds> come;  // the last, so the shortest, of those that have come
                       for (const seconds ahead : wanted) {
                         const Instant due = event.start - ahead;
                         if (due > now) continue;
                         if (due >= now - kAnnounceLate || (looked_at && due > *looked_at)) come = ahead;
                       }
                       if (come && is_news(schedule, event, user))
                         out.push_back({user, noticed(event), *come});
                     });
  return out;
}

std::optional<Instant> next_announcement(const FinalSchedule& schedule, const LeadTimes& lead_times,
                                         Instant now) {
  std::optional<Instant> next;
  for_each_beginning(schedule, lead_times, now,
                     [&](const Event& event, const UserId& user, const std::vector<seconds>& wanted) {
                       std::optional<Instant> earlier;
                       for (const seconds ahead : wanted) {
                         const Instant due = event.start - ahead;
                         if (due > now && due < earlier.value_or(next.value_or(Instant::max())))
                           earlier = due;
                       }
                       if (earlier && is_news(schedule, event, user)) next = earlier;
                     });
  return next;
}

Instant next_weekly_report(Instant now) {
  const auto today = std::chrono::floor<days>(now);
  const auto since_monday = std::chrono::weekday{today} - std::chrono::Monday;
  const Instant this_week = today - since_monday + kNoon;
  return this_week > now ? this_week : this_week + days{7};
}

bool is_reported_this_week(std::optional<Instant> reported_at, Instant now) {
  return reported_at && std::chrono::floor<days>(*reported_at) > std::chrono::floor<days>(now) - days{7};
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
