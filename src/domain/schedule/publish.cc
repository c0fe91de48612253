#include "domain/schedule/publish.h"

#include <algorithm>
#include <unordered_set>

#include "base/text_hash.h"
#include "language/ical/calendar.h"

namespace tocsin::schedule {
namespace {

using ical::PublishedEvent;
using std::chrono::days;
using std::chrono::seconds;

constexpr days kBack{15};
constexpr days kAhead{180};

// "20250106090000". The reference leaves the minute out, so two events of an hour may collide.
std::string stamp_of(Instant at) {
  std::string digits;
  for (const char c : to_iso_seconds(at)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

std::string uid_of(const Event& event, const UserId& user) {
  return event.shift + "-" + stamp_of(event.start) + "-" + user.str();
}

// An event that is published no more.
bool keeps_as_cancelled(PublishedEvent& event, Range window, Instant now) {
  if (event.cancelled) return event.stamp >= window.from;
  if (event.end < window.from || event.end > window.to) return false;
  event.cancelled = true;
  event.end = event.start;
  event.stamp = now;
  return true;
}

}  // namespace

Range publish_window(Instant now) {
  const Instant today = std::chrono::floor<days>(now);
  return {today - kBack, today + kAhead - seconds{1}};
}

std::vector<PublishedEvent> publish(const FinalSchedule& schedule, const People& people,
                                    const std::vector<PublishedEvent>& previous, Instant now) {
  std::vector<PublishedEvent> events;
  std::unordered_set<std::string, TextHash> published;
  const Instant stamp = std::chrono::floor<seconds>(now);
  for (const Event& event : schedule.events()) {
    for (const OnCallUser& user : event.users) {
      const Person* person = people.find(user.id);
      const std::string uid = uid_of(event, user.id);
      if (person == nullptr || !published.insert(uid).second) continue;
      events.push_back(
          {uid, person->username, event.start, event.end, stamp, event.is_override() ? 1 : 0, false});
    }
  }
  for (PublishedEvent event : previous) {
    if (published.contains(event.uid)) continue;
    if (keeps_as_cancelled(event, publish_window(now), stamp)) events.push_back(std::move(event));
  }
  return events;
}

std::vector<PublishedEvent> read_published(std::string_view text) {
  std::vector<PublishedEvent> events;
  auto calendar = ical::read_calendar(text);
  if (!calendar) return events;
  for (const ical::Series& series : calendar->series) {
    const Instant start = series.zone.instant(series.start);
    events.push_back({series.uid, series.summary, start, start + series.length,
                      series.last_modified.value_or(start), static_cast<int>(series.priority),
                      series.cancelled});
  }
  return events;
}

std::string schedule_calendar(const PublishedSchedule& schedule) {
  return ical::write_calendar({schedule.name, schedule.events});
}

std::string personal_calendar(const Person& person, std::span<const PublishedSchedule> schedules) {
  ical::PublishedCalendar calendar{"On-Call Schedule for " + person.username, {}};
  const std::string owner = "-" + person.id.str();
  for (const PublishedSchedule& schedule : schedules) {
    for (PublishedEvent event : schedule.events) {
      if (!event.uid.ends_with(owner)) continue;
      event.summary = schedule.name + ": " + person.username;
      calendar.events.push_back(std::move(event));
    }
  }
  return ical::write_calendar(calendar);
}

}  // namespace tocsin::schedule
