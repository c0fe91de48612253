#include "simulation/repeats.h"

#include <algorithm>

namespace tocsin::simulation {
namespace {

// The events of a pass: behind the one that starts it, up to the next.
struct Pass {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

std::vector<Pass> passes_of(const std::vector<Event>& events) {
  std::vector<Pass> passes;
  const auto first = std::ranges::find_if(events, [](const Event& e) { return !e.place.empty(); });
  Pass pass{static_cast<std::size_t>(first - events.begin()), 0};
  for (std::size_t i = pass.begin; i < events.size(); ++i) {
    if (!events[i].starts_over) continue;
    pass.end = i;
    passes.push_back(pass);
    pass.begin = i + 1;
  }
  pass.end = events.size();
  passes.push_back(pass);
  return passes;
}

bool same(const std::vector<Event>& events, Pass a, Pass b, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Event &x = events[a.begin + i], &y = events[b.begin + i];
    const auto apart = (x.at - events[a.begin].at) - (y.at - events[b.begin].at);
    if (x.text != y.text || x.place != y.place || x.details != y.details ||
        std::chrono::abs(apart) >= std::chrono::seconds{1}) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::vector<bool> repeated(const std::vector<Event>& events) {
  std::vector<bool> flags(events.size(), false);
  const std::vector<Pass> passes = passes_of(events);
  for (std::size_t i = 1; i < passes.size(); ++i) {
    const bool is_last = i + 1 == passes.size();  // has an end of its own behind what it repeats
    const std::size_t count = passes[i - 1].size();
    const bool comparable = is_last ? passes[i].size() >= count : passes[i].size() == count;
    if (!comparable || !same(events, passes[i - 1], passes[i], count)) continue;
    std::fill_n(flags.begin() + static_cast<std::ptrdiff_t>(passes[i].begin), count, true);
  }
  return flags;
}

}  // namespace tocsin::simulation
