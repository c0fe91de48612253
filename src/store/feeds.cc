#include "store/feeds.h"

#include <map>
#include <mutex>

#include "language/json/utf8.h"
#include "store/stamp.h"

namespace tocsin::store {
namespace {

#define FEED_COLUMNS "schedule_id, layer, url, fetched_at, tried_at, error"

std::string_view text_of(FeedLayer layer) {
  return layer == FeedLayer::Primary ? "primary" : "overrides";
}

std::vector<Feed> read_feeds(const Rows& rows) {
  std::vector<Feed> feeds;
  for (const Row row : rows) {
    feeds.push_back({.schedule = row.id<ScheduleId>(0),
                     .layer = row.text(1) == "primary" ? FeedLayer::Primary : FeedLayer::Overrides,
                     .url = row.string(2),
                     .fetched_at = row.optional_instant(3),
                     .tried_at = row.optional_instant(4),
                     .error = row.optional_string(5)});
  }
  return feeds;
}

// Calendars by the stamp of their text. Immutable, so any number of threads may hold them.
class ParsedCalendars {
 public:
  std::shared_ptr<const ical::Calendar> find(std::int64_t stamp) {
    const std::lock_guard lock(mutex_);
    const auto found = by_stamp_.find(stamp);
    return found == by_stamp_.end() ? nullptr : found->second;
  }
  void add(std::int64_t stamp, std::shared_ptr<const ical::Calendar> calendar) {
    const std::lock_guard lock(mutex_);
    if (by_stamp_.size() >= kCapacity)
      by_stamp_.erase(by_stamp_.begin());  // any: it is read again when asked for
    by_stamp_.emplace(stamp, std::move(calendar));
  }

 private:
  static constexpr std::size_t kCapacity = 512;
  std::mutex mutex_;  // guards by_stamp_
  std::map<std::int64_t, std::shared_ptr<const ical::Calendar>> by_stamp_;
};

// One for the process: it holds nothing that the database does not, and stamps never come back (stamp.h).
ParsedCalendars& parsed_calendars() {
  static ParsedCalendars calendars;
  return calendars;
}

}  // namespace

void put_feed(Connection& db, const ScheduleId& schedule, FeedLayer layer, const std::string& url,
              const std::string& content, Instant now) {
  db.execute(
      "INSERT INTO calendar_feeds (schedule_id, layer, url, content, stamp, fetched_at, tried_at, error) "
      "VALUES "
      "($1, $2, $3, $4, $5, $6, $6, NULL) ON CONFLICT (schedule_id, layer) DO UPDATE SET url = excluded.url, "
      "content = excluded.content, stamp = excluded.stamp, fetched_at = excluded.fetched_at, "
      "tried_at = excluded.tried_at, error = NULL",
      {schedule, text_of(layer), url, json::clean_text(content), fresh_stamp(), now});
}

void remove_feed(Connection& db, const ScheduleId& schedule, FeedLayer layer) {
  db.execute("DELETE FROM calendar_feeds WHERE schedule_id = $1 AND layer = $2", {schedule, text_of(layer)});
}

void record_feed_failure(Connection& db, const Feed& feed, const std::string& error, Instant now) {
  db.execute(
      "UPDATE calendar_feeds SET tried_at = $4, error = $5 WHERE schedule_id = $1 AND layer = $2 AND url = "
      "$3",
      {feed.schedule, text_of(feed.layer), feed.url, now, error});
}

void record_feed_unchanged(Connection& db, const Feed& feed, Instant now) {
  db.execute(
      "UPDATE calendar_feeds SET tried_at = $4, fetched_at = $4, error = NULL WHERE schedule_id = $1 AND "
      "layer = $2 AND url = $3",
      {feed.schedule, text_of(feed.layer), feed.url, now});
}

std::vector<Feed> feeds_of(Connection& db, const ScheduleId& schedule) {
  return read_feeds(db.query(
      "SELECT " FEED_COLUMNS " FROM calendar_feeds WHERE schedule_id = $1 ORDER BY layer DESC", {schedule}));
}

std::optional<Feed> find_feed(Connection& db, const ScheduleId& schedule, FeedLayer layer) {
  auto found =
      read_feeds(db.query("SELECT " FEED_COLUMNS " FROM calendar_feeds WHERE schedule_id = $1 AND layer = $2",
                          {schedule, text_of(layer)}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Feed> feeds_due(Connection& db, Instant tried_before, std::int64_t limit) {
  return read_feeds(db.query("SELECT " FEED_COLUMNS
                             " FROM calendar_feeds WHERE tried_at IS NULL OR tried_at < $1 "
                             "ORDER BY tried_at, schedule_id, layer LIMIT $2",
                             {tried_before, limit}));
}

bool is_same_feed(Connection& db, const Feed& feed, const std::string& content) {
  return !db.query("SELECT 1 FROM calendar_feeds WHERE schedule_id = $1 AND layer = $2 AND content = $3",
                   {feed.schedule, text_of(feed.layer), json::clean_text(content)})
              .empty();
}

std::shared_ptr<const ical::Calendar> calendar_of_feed(Connection& db, const ScheduleId& schedule,
                                                       FeedLayer layer) {
  const Rows stamps = db.query(
      "SELECT stamp FROM calendar_feeds WHERE schedule_id = $1 AND layer = $2 AND content IS NOT NULL",
      {schedule, text_of(layer)});
  if (stamps.empty()) return nullptr;
  const std::int64_t stamp = stamps[0].integer(0);
  if (auto known = parsed_calendars().find(stamp)) return known;
  const Rows contents = db.query("SELECT content FROM calendar_feeds WHERE schedule_id = $1 AND layer = $2",
                                 {schedule, text_of(layer)});
  auto read = ical::read_calendar(contents[0].text(0));
  auto calendar = std::make_shared<const ical::Calendar>(read ? std::move(read).value() : ical::Calendar{});
  parsed_calendars().add(stamp, calendar);
  return calendar;
}

}  // namespace tocsin::store
