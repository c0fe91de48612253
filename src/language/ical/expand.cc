#include <algorithm>
#include <set>

#include "language/ical/calendar.h"

namespace tocsin::ical {
namespace {

using std::chrono::days;
using std::chrono::seconds;

// Wide enough for any difference between a reading and its instant.
constexpr days kZoneSlack{2};

class Expander {
 public:
  // One rule gets 1/`share` of what is left of the limits.
  Expander(const Calendar& calendar, Instant from, Instant to, std::size_t max_instances, std::size_t share)
      : calendar_(calendar), from_(from), to_(to), max_instances_(max_instances), share_(share) {}

  Expansion run() {
    std::vector<bool> shared(calendar_.series.size());
    for (const auto& [uid, group] : calendar_.shared_uids) {
      for (const std::size_t at : group) shared[at] = true;
    }
    for (std::size_t i = 0; i < calendar_.series.size() && !out_.truncated; ++i) {
      if (!shared[i] && !calendar_.series[i].cancelled) add_all(calendar_.series[i], out_.instances);
    }
    for (const auto& [uid, group] : calendar_.shared_uids) add_group(group);
    std::stable_sort(out_.instances.begin(), out_.instances.end(),
                     [](const Instance& a, const Instance& b) { return a.start < b.start; });
    out_.truncated |= cut_;
    return std::move(out_);
  }

 private:
  // Everything that overlaps the window, in no order; replaced instances too.
  void add_all(const Series& series, std::vector<Instance>& to) {
    if (series.length <= seconds{0} && series.additions.empty()) return;
    const std::size_t first = to.size();
    if (is_start(series, series.start)) add(series, series.zone.instant(series.start), std::nullopt, to);
    for (const SeriesRule& rule : series.rules) walk(series, rule, to);
    for (const Addition& extra : series.additions) add(series, extra.start, extra.end, to);
    if (series.rules.size() + series.additions.size() == 0) return;
    // Two rules may name the same start.
    std::sort(to.begin() + static_cast<std::ptrdiff_t>(first), to.end(),
              [](const Instance& a, const Instance& b) {
                return std::pair(a.start, a.end) < std::pair(b.start, b.end);
              });
    to.erase(std::unique(
                 to.begin() + static_cast<std::ptrdiff_t>(first), to.end(),
                 [](const Instance& a, const Instance& b) { return a.start == b.start && a.end == b.end; }),
             to.end());
  }

  // DTSTART counts unless every rule ended before it.
  static bool is_start(const Series& series, Wall start) {
    if (series.rules.empty()) return true;
    const Instant at = series.zone.instant(start);
    return std::any_of(series.rules.begin(), series.rules.end(),
                       [&](const SeriesRule& rule) { return !rule.until || at <= *rule.until; });
  }

  void walk(const Series& series, const SeriesRule& rule, std::vector<Instance>& to) {
    Budget budget{std::max<std::int64_t>(budget_.periods / static_cast<std::int64_t>(share_), 1)};
    budget_.periods -= budget.periods;
    const std::size_t most = made_ + (max_instances_ - made_) / share_ + 1;
    Wall limit = series.zone.wall(to_) + kZoneSlack;
    if (rule.until) limit = std::min(limit, series.zone.wall(*rule.until) + kZoneSlack);
    if (rule.last) limit = std::min(limit, *rule.last + seconds{1});
    Occurrences occurrences(rule.rule, series.start, series.zone.wall(from_) - kZoneSlack - series.length,
                            budget);
    while (const auto at = occurrences.next(limit)) {
      const Instant start = series.zone.instant(*at);
      if (rule.until && start > *rule.until) break;
      if (*at != series.start) add(series, start, series.zone.instant(*at + series.length), to);
      if (out_.truncated) return;
      if (made_ >= most) {
        cut_ = true;
        break;
      }
    }
    cut_ |= budget.periods <= 0;
    budget_.periods += std::max<std::int64_t>(budget.periods, 0);
  }

  void add(const Series& series, Instant start, std::optional<Instant> given_end, std::vector<Instance>& to) {
    const Instant end = given_end ? *given_end : series.zone.instant(series.zone.wall(start) + series.length);
    if (start >= end || start >= to_ || end <= from_) return;
    if (std::binary_search(series.exceptions.begin(), series.exceptions.end(), start)) return;
    if (made_ >= max_instances_) {
      out_.truncated = true;
      return;
    }
    ++made_;
    to.push_back({&series, start, end});
  }

  // Series of one UID: an event with RECURRENCE-ID takes the place of the instance it names, the higher
  // SEQUENCE the place of the lower, and what is cancelled takes its place too, by nothing. Ours (S7):
  // instances are told apart by their full instant, so an hourly series keeps all hours of its day.
  void add_group(const std::vector<std::size_t>& group) {
    replaced_instants_.clear();
    replaced_dates_.clear();
    newest_replacement_.clear();
    for (const std::size_t at : group) {
      const auto& id = calendar_.series[at].recurrence_id;
      if (!id) continue;
      const std::int64_t sequence = calendar_.series[at].sequence;
      const auto newest = newest_replacement_.try_emplace(id->at, sequence).first;
      newest->second = std::max(newest->second, sequence);
      if (id->is_date) {
        replaced_dates_.insert(id->wall);
      } else {
        replaced_instants_.insert(id->at);
      }
    }
    std::vector<Instance> found;
    for (const std::size_t at : group) {
      const Series& series = calendar_.series[at];
      if (out_.truncated || is_outdated(series)) continue;
      std::vector<Instance> own;
      add_all(series, own);
      for (const Instance& instance : own) {
        if (series.recurrence_id || !is_replaced(instance)) found.push_back(instance);
      }
    }
    keep_newest(found);
    for (const Instance& instance : found) {
      if (!instance.series->cancelled) out_.instances.push_back(instance);
    }
  }

  // Another replacement of the same instance has a higher SEQUENCE.
  bool is_outdated(const Series& series) const {
    return series.recurrence_id && series.sequence < newest_replacement_.at(series.recurrence_id->at);
  }

  bool is_replaced(const Instance& instance) const {
    if (replaced_instants_.contains(instance.start)) return true;
    if (replaced_dates_.empty()) return false;
    const Wall day = std::chrono::floor<days>(instance.series->zone.wall(instance.start));
    return replaced_dates_.contains(day);
  }

  static void keep_newest(std::vector<Instance>& found) {
    std::stable_sort(found.begin(), found.end(), [](const Instance& a, const Instance& b) {
      if (a.start != b.start) return a.start < b.start;
      return a.series->sequence > b.series->sequence;
    });
    std::optional<Instant> start;
    std::int64_t newest = 0;
    std::erase_if(found, [&](const Instance& instance) {
      if (instance.series->recurrence_id) return false;
      if (start == instance.start) return instance.series->sequence < newest;
      start = instance.start;
      newest = instance.series->sequence;
      return false;
    });
  }

  const Calendar& calendar_;
  Instant from_;
  Instant to_;
  std::size_t max_instances_;
  std::size_t share_;
  std::size_t made_ = 0;
  bool cut_ = false;  // a rule had more to say than its share; the others go on
  Budget budget_{2'000'000};
  std::set<Instant> replaced_instants_;
  std::set<Wall> replaced_dates_;
  std::map<Instant, std::int64_t> newest_replacement_;
  Expansion out_;
};

}  // namespace

Expansion expand(const Calendar& calendar, Instant from, Instant to, std::size_t max_instances) {
  if (from >= to) return {};
  Expansion all = Expander(calendar, from, to, max_instances, 1).run();
  if (!all.truncated) return all;
  // Too much for the limits: then an event by the second must not hide everybody else's.
  constexpr std::size_t kFairShare = 4;
  Expansion some = Expander(calendar, from, to, max_instances, kFairShare).run();
  some.truncated = true;
  return some;
}

}  // namespace tocsin::ical
