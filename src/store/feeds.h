// Imported calendars: for each feed of a schedule the last good copy and how the last attempt went
// (docs/spec/schedules.md, section 4.1; S6: a failed fetch never empties a schedule).
//
// Writing a copy changes who is on call: settle() the schedule first (settled.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/model/schedule.h"
#include "language/ical/calendar.h"
#include "store/connection.h"

namespace tocsin::store {

enum class FeedLayer { Primary, Overrides };

struct Feed {
  ScheduleId schedule;
  FeedLayer layer = FeedLayer::Primary;
  std::string url;
  std::optional<Instant> fetched_at;  // of the last good copy
  std::optional<Instant> tried_at;
  std::optional<std::string> error;  // of the last attempt
};

// A URL was set (its copy with it) or changed. The text is kept even when it is the same as before.
void put_feed(Connection& db, const ScheduleId& schedule, FeedLayer layer, const std::string& url,
              const std::string& content, Instant now);
void remove_feed(Connection& db, const ScheduleId& schedule, FeedLayer layer);
// The attempt failed: the last good copy stays.
void record_feed_failure(Connection& db, const Feed& feed, const std::string& error, Instant now);

std::vector<Feed> feeds_of(Connection& db, const ScheduleId& schedule);
std::optional<Feed> find_feed(Connection& db, const ScheduleId& schedule, FeedLayer layer);
// Those that were last tried before `tried_before`, longest ago first.
std::vector<Feed> feeds_due(Connection& db, Instant tried_before, std::int64_t limit);
// Whether `content` says the same as the copy that is kept.
bool is_same_feed(Connection& db, const Feed& feed, const std::string& content);
// The copy was fetched again and is the same.
void record_feed_unchanged(Connection& db, const Feed& feed, Instant now);

// The copy, read once in this process per content. nullptr: no feed, or nothing was ever fetched.
std::shared_ptr<const ical::Calendar> calendar_of_feed(Connection& db, const ScheduleId& schedule,
                                                       FeedLayer layer);

}  // namespace tocsin::store
