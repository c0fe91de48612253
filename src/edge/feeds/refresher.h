// Keeps imported calendars fresh: each is fetched every ten minutes; what came is stored by the engine.
//
// The app's loop calls run() and learns when to call again. A failed fetch keeps the last good copy and notes
// the error (docs/spec/schedules.md, section 4.1, S6). A changed calendar takes effect from now: the past is
// settled first.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/world.h"
#include "edge/http/outbound.h"
#include "engine/engine.h"
#include "store/feeds.h"
#include "store/read_pool.h"

namespace tocsin::feeds {

inline constexpr std::chrono::minutes kRefreshEvery{10};

class Refresher {
 public:
  // All references must outlive the refresher, and the refresher what it sent: end the outbound first.
  Refresher(engine::Engine& engine, store::ReadPool& reads, const Clock& clock, Log& log);

  // Begins to fetch what is due. From one thread at a time.
  void run(http::Outbound& outbound);

 private:
  using Key = std::pair<ScheduleId, store::FeedLayer>;
  void fetch(http::Outbound& outbound, const store::Feed& feed);
  void store_outcome(const store::Feed& feed, Result<std::string> body);
  void finished(const store::Feed& feed);

  engine::Engine& engine_;
  store::ReadPool& reads_;
  const Clock& clock_;
  Log& log_;
  std::mutex mutex_;  // guards in_flight_
  std::set<Key> in_flight_;
};

}  // namespace tocsin::feeds
