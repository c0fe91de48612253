#include "edge/feeds/refresher.h"

#include "edge/feeds/fetch.h"
#include "engine/schedule_edits.h"
#include "language/ical/calendar.h"

namespace tocsin::feeds {
namespace {

// So many at a time; the others follow as these come back.
constexpr std::int64_t kAtOnce = 16;

struct Fetched {
  std::string text;
  std::string fault;  // empty: the text is a calendar
};

// Read here, not in the engine: a large calendar must not hold up paging.
Fetched examine(Result<std::string> body) {
  if (!body) return {{}, "iCal download failed: " + body.error().message};
  if (const auto read = ical::read_calendar(*body); !read) return {{}, "wrong iCal: " + read.error().message};
  return {std::move(body).value(), {}};
}

// In the engine's transaction. The feed may have been removed or pointed elsewhere meanwhile.
bool apply(engine::Batch& batch, const store::Feed& asked, const Fetched& fetched) {
  const auto feed = store::find_feed(batch.db, asked.schedule, asked.layer);
  if (!feed || feed->url != asked.url) return true;
  const Instant now = batch.now();
  if (!fetched.fault.empty()) {
    store::record_feed_failure(batch.db, *feed, fetched.fault, now);
  } else if (store::is_same_feed(batch.db, *feed, fetched.text)) {
    store::record_feed_unchanged(batch.db, *feed, now);
  } else {
    engine::settle(batch, feed->schedule, store::Edit::Changes);
    store::put_feed(batch.db, feed->schedule, feed->layer, feed->url, fetched.text, now);
  }
  return true;
}

}  // namespace

Refresher::Refresher(engine::Engine& engine, store::ReadPool& reads, const Clock& clock, Log& log)
    : engine_(engine), reads_(reads), clock_(clock), log_(log) {}

void Refresher::run(http::Outbound& outbound) {
  std::vector<store::Feed> due;
  {
    const auto reads = reads_.lease();
    due = store::feeds_due(*reads, clock_.now() - kRefreshEvery, kAtOnce);
  }
  for (const store::Feed& feed : due) fetch(outbound, feed);
}

void Refresher::fetch(http::Outbound& outbound, const store::Feed& feed) {
  {
    const std::lock_guard lock(mutex_);
    if (in_flight_.size() >= kAtOnce || !in_flight_.emplace(feed.schedule, feed.layer).second) return;
  }
  fetch_calendar(outbound, feed.url,
                 [this, feed](Result<std::string> body) { store_outcome(feed, std::move(body)); });
}

void Refresher::store_outcome(const store::Feed& feed, Result<std::string> body) {
  if (!body) {
    log_.warning("a calendar could not be fetched",
                 {{"schedule", feed.schedule.str()}, {"error", body.error().message}});
  }
  engine::Change change;
  change.name = "store a calendar";
  change.apply = [feed, fetched = std::make_shared<const Fetched>(examine(std::move(body)))](
                     engine::Batch& batch) { return apply(batch, feed, *fetched); };
  change.done = [this, feed](engine::Outcome) { finished(feed); };
  if (!engine_.submit(std::move(change))) finished(feed);  // a full queue: it stays due
}

void Refresher::finished(const store::Feed& feed) {
  const std::lock_guard lock(mutex_);
  in_flight_.erase({feed.schedule, feed.layer});
}

}  // namespace tocsin::feeds
