#include "edge/delivery/lanes.h"

#include <algorithm>
#include <utility>

namespace tocsin::delivery {
namespace {

constexpr std::size_t kPagesAtOnce = 8, kPagesAhead = 248;
// No provider is kept to a longer pause (retry_after()): one beyond it means that the clock was set back.
constexpr std::chrono::hours kLongestPause{2};

LaneRule rule(std::string_view queue, std::size_t webhook_room) {
  if (queue.starts_with("webhook:")) return {.at_once = webhook_room};
  if (queue == "slack" || queue.starts_with("slack:")) return {};
  return {.at_once = kPagesAtOnce, .ahead = kPagesAhead, .until_recorded = false};
}

std::size_t most_of(const LaneRule& rule) {
  return rule.at_once + rule.ahead;
}

}  // namespace

LaneRule Lanes::rule_of(std::string_view queue) const {
  return rule(queue, webhook_room_);
}

void Lanes::add(std::vector<store::OutboxRow> claimed) {
  waiting_ += claimed.size();
  for (store::OutboxRow& row : claimed) {
    held_.insert(row.id);
    lanes_[row.queue].waiting.push_back(std::move(row));
  }
}

std::vector<store::OutboxRow> Lanes::take_startable(Instant now) {
  std::vector<store::OutboxRow> startable;
  for (auto& [queue, lane] : lanes_) {
    const std::size_t at_once = rule_of(queue).at_once;
    while (!lane.waiting.empty() && lane.away < at_once && !is_paused(lane, now)) {
      startable.push_back(std::move(lane.waiting.front()));
      lane.waiting.pop_front();
      --waiting_;
      ++lane.away;
    }
  }
  return startable;
}

void Lanes::release(const std::string& queue) {
  const auto lane = lanes_.find(queue);
  if (lane != lanes_.end() && lane->second.away > 0) --lane->second.away;
}

void Lanes::pause(const std::string& queue, Instant until) {
  lanes_[queue].paused_until = until;
}

std::vector<store::OutboxRow> Lanes::drop_waiting() {
  std::vector<store::OutboxRow> dropped;
  for (auto& [queue, lane] : lanes_) {
    for (store::OutboxRow& row : std::exchange(lane.waiting, {})) {
      held_.erase(row.id);
      dropped.push_back(std::move(row));
    }
  }
  waiting_ = 0;
  return dropped;
}

Lanes::Rooms Lanes::rooms(Instant now) {
  tidy(now);
  Rooms rooms;
  for (const auto& [queue, lane] : lanes_) {
    const std::size_t taken = lane.away + lane.waiting.size(), most = most_of(rule_of(queue));
    rooms[queue] = is_paused(lane, now) || taken >= most ? 0 : most - taken;
  }
  return rooms;
}

std::function<std::size_t(std::string_view)> Lanes::room(Instant now) {
  return [known = rooms(now), webhook_room = webhook_room_](std::string_view queue) {
    const auto lane = known.find(queue);
    return lane != known.end() ? lane->second : most_of(rule(queue, webhook_room));
  };
}

std::vector<std::string> Lanes::full(Instant now) {
  std::vector<std::string> names;
  for (const auto& [queue, room] : rooms(now)) {
    if (room == 0) names.push_back(queue);
  }
  return names;
}

bool Lanes::is_paused(const Lane& lane, Instant now) {
  return lane.paused_until > now && lane.paused_until - now <= kLongestPause;
}

void Lanes::tidy(Instant now) {
  std::erase_if(lanes_, [&](const auto& entry) {
    const Lane& lane = entry.second;
    return lane.away == 0 && lane.waiting.empty() && !is_paused(lane, now);
  });
}

}  // namespace tocsin::delivery
