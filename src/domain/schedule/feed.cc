#include "domain/schedule/feed.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tocsin::schedule {
namespace {

constexpr int kHighestLevel = 1'000'000;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

// Everything about an event of a series but its time.
Event read_series(const ical::Series& series, CalendarType calendar, const People& people) {
  Event event;
  const SummaryParts summary = read_summary(series.summary);
  event.level = summary.level;
  event.calendar = calendar;
  event.shift = shift_of(series);
  event.all_day = series.all_day;
  // Each text may name one person; an attendee only when there is exactly one.
  std::vector<std::string> names{summary.name, read_summary(series.description).name};
  if (series.attendees.size() == 1) names.push_back(read_summary(series.attendees[0]).name);
  for (const std::string& name : names) {
    if (name.empty()) continue;
    const std::vector<UserId> found = people.named(name);
    if (found.empty()) event.missing_users.push_back(name);
    for (const UserId& id : found) {
      const bool known =
          std::any_of(event.users.begin(), event.users.end(), [&](const auto& u) { return u.id == id; });
      if (!known) event.users.push_back({id, std::nullopt});
    }
  }
  return event;
}

std::map<std::string, std::int64_t> revisions(const ical::Calendar& feed) {
  std::map<std::string, std::int64_t> sequences;
  for (const ical::Series& series : feed.series) sequences.insert_or_assign(series.uid, series.sequence);
  return sequences;
}

}  // namespace

bool is_announced_change(const ical::Calendar& before, const ical::Calendar& after) {
  return revisions(before) != revisions(after);
}

SummaryParts read_summary(std::string_view summary) {
  SummaryParts parts;
  std::string_view rest = trimmed(summary);
  const std::size_t end = rest.find(']');
  if (rest.starts_with("[L") && end != std::string_view::npos && end > 2) {
    const std::string_view digits = rest.substr(2, end - 2);
    if (std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      for (const char c : digits) parts.level = std::min(parts.level * 10 + (c - '0'), kHighestLevel);
      rest = trimmed(rest.substr(end + 1));
    }
  }
  parts.name = rest;
  return parts;
}

std::string shift_of(const ical::Series& series) {
  std::string shift = series.uid;
  if (series.sequence > 0) shift += "_" + std::to_string(series.sequence);
  if (series.recurrence_id) shift += "_" + series.recurrence_id->text;
  return shift;
}

FeedEvents feed_events(const ical::Calendar& feed, CalendarType calendar, const People& people,
                       Range window) {
  const ical::Expansion expansion = ical::expand(feed, window.from, window.to);
  FeedEvents out;
  out.truncated = expansion.truncated;
  out.events.reserve(expansion.instances.size());
  std::unordered_map<const ical::Series*, Event> read;
  for (const ical::Instance& instance : expansion.instances) {
    auto found = read.find(instance.series);
    if (found == read.end()) {
      found = read.emplace(instance.series, read_series(*instance.series, calendar, people)).first;
    }
    out.events.push_back(found->second);
    out.events.back().start = instance.start;
    out.events.back().end = instance.end;
  }
  return out;
}

}  // namespace tocsin::schedule
