// The lanes of one node: who may send how much side by side, what waits in them, which of them pause.
//
// A lane is a queue name (engine/outgoing.h). Pages to people: several at once, and more are claimed ahead,
// so that a storm costs one claim for many. Chat posts: one after another and none ahead, because an edit
// must not overtake an edit and because whatever is claimed cannot be replaced any more. Webhooks: a few at
// once. A rate limit pauses its lane for as long as it was asked to.
//
// Not thread-safe; pure but for what it stores.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/outbox.h"

namespace tocsin::delivery {

struct LaneRule {
  std::size_t at_once = 1;
  std::size_t ahead = 0;
  // The slot is free when the outcome is written, not when it comes back: the next delivery needs to know it.
  bool until_recorded = true;
};

class Lanes {
 public:
  explicit Lanes(std::size_t webhook_room) : webhook_room_(webhook_room) {}

  LaneRule rule_of(std::string_view queue) const;

  // Claimed rows go in; those that may leave now come out, in the order of their claim.
  void add(std::vector<store::OutboxRow> claimed);
  std::vector<store::OutboxRow> take_startable(Instant now);
  // A delivery that was started is over: its slot is free. Then: nothing more is to be written of the row.
  void release(const std::string& queue);
  void forget(const std::string& id) { held_.erase(id); }
  void pause(const std::string& queue, Instant until);

  // All that this node has claimed and not finished.
  const std::set<std::string>& held() const { return held_; }
  std::size_t waiting() const { return waiting_; }
  // Rows that are not started yet; they are not this node's any more.
  std::vector<store::OutboxRow> drop_waiting();

  // How many rows of a lane may be claimed as things stand; the answer needs the lanes no more. `full`: those
  // that have no room.
  std::function<std::size_t(std::string_view queue)> room(Instant now);
  std::vector<std::string> full(Instant now);

 private:
  struct Lane {
    std::size_t away = 0;
    std::deque<store::OutboxRow> waiting;
    Instant paused_until{};
  };
  using Rooms = std::map<std::string, std::size_t, std::less<>>;
  Rooms rooms(Instant now);  // of the lanes in use
  static bool is_paused(const Lane& lane, Instant now);
  void tidy(Instant now);

  std::size_t webhook_room_;
  std::map<std::string, Lane, std::less<>> lanes_;
  std::set<std::string> held_;
  std::size_t waiting_ = 0;
};

}  // namespace tocsin::delivery
