// Which events are seen when several cover the same time (docs/spec/schedules.md, section 5).
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "domain/schedule/resolve.h"

namespace tocsin::schedule {
namespace {

constexpr std::size_t kMaxPieces = 500'000;

using Index = std::size_t;

// Overrides of any level stand above all primary events.
struct Rank {
  bool is_override;
  int level;
  friend auto operator<=>(const Rank&, const Rank&) = default;
};
Rank rank_of(const Event& event) {
  return {event.is_override(), event.level};
}

// Runs through all starts and ends in time. At any moment the events of the highest rank that is active are
// seen.
class Sweep {
 public:
  explicit Sweep(const std::vector<Event>& events) : events_(events), seen_since_(events.size()) {
    for (Index i = 0; i < events.size(); ++i) {
      if (events[i].is_empty() || events[i].start >= events[i].end) continue;
      edges_.push_back({events[i].start, true, i});
      edges_.push_back({events[i].end, false, i});
    }
    std::sort(edges_.begin(), edges_.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
  }

  std::vector<Event> run(bool& complete) {
    for (std::size_t first = 0; first < edges_.size();) {
      std::size_t last = first;
      while (last < edges_.size() && edges_[last].at == edges_[first].at) ++last;
      step(first, last);
      first = last;
      if (pieces_.size() > kMaxPieces) {
        complete = false;
        break;
      }
    }
    return std::move(pieces_);
  }

 private:
  struct Edge {
    Instant at;
    bool is_start;
    Index event;
  };

  // All edges of one instant, edges_[first] up to edges_[last].
  void step(std::size_t first, std::size_t last) {
    const Instant now = edges_[first].at;
    const std::optional<Rank> top_before = top();
    for (std::size_t i = first; i < last; ++i) {
      if (!edges_[i].is_start) end(edges_[i].event, top_before, now);
    }
    for (std::size_t i = first; i < last; ++i) {
      if (edges_[i].is_start) active_[rank_of(events_[edges_[i].event])].insert(edges_[i].event);
    }
    const std::optional<Rank> top_now = top();
    if (top_now == top_before) {
      for (std::size_t i = first; i < last; ++i) {
        if (edges_[i].is_start && rank_of(events_[edges_[i].event]) == top_now)
          seen_since_[edges_[i].event] = now;
      }
      return;
    }
    if (top_before && active_.contains(*top_before)) {
      for (const Index event : active_[*top_before]) {
        if (events_[event].start < now) emit(event, now);  // the others begin hidden
      }
    }
    if (top_now) {
      for (const Index event : active_[*top_now]) seen_since_[event] = now;
    }
  }

  std::optional<Rank> top() const {
    if (active_.empty()) return std::nullopt;
    return active_.begin()->first;
  }

  void end(Index event, const std::optional<Rank>& top_rank, Instant now) {
    const auto rank = active_.find(rank_of(events_[event]));
    rank->second.erase(event);
    if (rank->first == top_rank) emit(event, now);
    if (rank->second.empty()) active_.erase(rank);
  }

  void emit(Index event, Instant now) {
    pieces_.push_back(events_[event]);
    pieces_.back().start = seen_since_[event];
    pieces_.back().end = now;
  }

  const std::vector<Event>& events_;
  std::vector<Edge> edges_;
  std::map<Rank, std::set<Index>, std::greater<>> active_;
  std::vector<Instant> seen_since_;
  std::vector<Event> pieces_;
};

}  // namespace

std::vector<Event> visible_pieces(const std::vector<Event>& events, bool& complete) {
  return Sweep(events).run(complete);
}

}  // namespace tocsin::schedule
