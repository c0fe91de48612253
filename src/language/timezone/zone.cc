#include "language/timezone/zone.h"

#include <algorithm>

#include "language/timezone/zone_rules.h"

namespace tocsin::timezone {
namespace {

using std::chrono::seconds;

Wall shifted(Instant at, seconds offset) {
  return Wall{std::chrono::floor<seconds>(at).time_since_epoch() + offset};
}
Instant shifted(Wall wall, seconds offset) {
  return Instant{wall.time_since_epoch() - offset};
}

// Also UTC: a table without transitions.
class TableRules final : public ZoneRules {
 public:
  TableRules(std::string name, seconds first_offset, std::vector<Transition> transitions)
      : ZoneRules(std::move(name)), first_offset_(first_offset), transitions_(std::move(transitions)) {}

  Local local(Instant at) const override {
    const auto next = after(at);
    const std::string abbreviation = next == transitions_.begin() ? name() : std::prev(next)->abbreviation;
    return {shifted(at, offset_before(next)), offset_before(next), abbreviation};
  }
  Wall wall(Instant at) const override { return shifted(at, offset_before(after(at))); }

  Candidates candidates(Wall wall) const override {
    // Offsets stay below a day, so only changes within a day of the reading, read as UTC, can matter.
    const Instant guess{wall.time_since_epoch()};
    auto next = after(guess - std::chrono::days{1});
    for (; next != transitions_.end() && next->at <= guess + std::chrono::days{1}; ++next) {
      const seconds old_offset = offset_before(next);
      const Instant before = shifted(wall, old_offset);
      const Instant later = shifted(wall, next->offset);
      if (before < next->at && later < next->at) break;  // by either rule the change has not come yet
      if (before >= next->at && later < next->at) return {Reading::Skipped, before, next->at, later};
      if (before < next->at) return {Reading::Repeated, before, next->at, later};
    }
    const Instant only = shifted(wall, offset_before(next));
    return {Reading::Unique, only, only, only};
  }

 private:
  using Position = std::vector<Transition>::const_iterator;
  Position after(Instant at) const {
    return std::upper_bound(transitions_.begin(), transitions_.end(), at,
                            [](Instant a, const Transition& t) { return a < t.at; });
  }
  seconds offset_before(Position next) const {
    return next == transitions_.begin() ? first_offset_ : std::prev(next)->offset;
  }

  seconds first_offset_;
  std::vector<Transition> transitions_;
};

std::shared_ptr<const ZoneRules> utc_rules() {
  static const auto rules = std::make_shared<const TableRules>("UTC", seconds{0}, std::vector<Transition>{});
  return rules;
}

}  // namespace

Zone::Zone() : rules_(utc_rules()) {}

std::optional<Zone> Zone::find(std::string_view name) {
  if (name == "UTC") return Zone{};
  auto rules = find_iana_rules(name);
  if (!rules) return std::nullopt;
  return Zone(std::move(rules));
}

Zone Zone::custom(std::string name, seconds first_offset, std::vector<Transition> transitions) {
  return Zone(std::make_shared<const TableRules>(std::move(name), first_offset, std::move(transitions)));
}

const std::string& Zone::name() const {
  return rules_->name();
}
Local Zone::local(Instant at) const {
  return rules_->local(at);
}
Wall Zone::wall(Instant at) const {
  return rules_->wall(at);
}
Candidates Zone::candidates(Wall wall) const {
  return rules_->candidates(wall);
}

Instant Zone::instant(Wall wall) const {
  const Candidates found = candidates(wall);
  return found.reading == Reading::Skipped ? found.transition : found.after;
}

}  // namespace tocsin::timezone
