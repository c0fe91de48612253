#include "language/ical/zones.h"

#include <algorithm>

namespace tocsin::ical {
namespace {

using std::chrono::seconds;
using timezone::Transition;
using timezone::Zone;

// A VTIMEZONE's rules are followed to here; Instants of schedules lie well before.
const Wall kHorizon{std::chrono::local_days{std::chrono::year{2100} / 1 / 1}};
constexpr std::size_t kMaxTransitions = 2'000;

struct Change {
  Instant at;
  seconds from;
  seconds to;
  std::string abbreviation;
};

Instant instant_by(Wall wall, seconds offset) {
  return Instant{wall.time_since_epoch() - offset};
}

// One STANDARD or DAYLIGHT part: all instants at which it sets in. Its times are read by the offset before.
void add_changes(const RawComponent& part, Budget& budget, std::vector<Change>& changes) {
  const auto* start = part.find<RawTime>("DTSTART");
  const auto* from = part.find<seconds>("TZOFFSETFROM");
  const auto* to = part.find<seconds>("TZOFFSETTO");
  if (start == nullptr || from == nullptr || to == nullptr) return;
  if (std::chrono::abs(*from) >= std::chrono::days{1} || std::chrono::abs(*to) >= std::chrono::days{1})
    return;
  const auto* name = part.find<std::string>("TZNAME");
  const std::string abbreviation = name == nullptr ? std::string() : *name;
  const auto add = [&](Wall wall) { changes.push_back({instant_by(wall, *from), *from, *to, abbreviation}); };
  add(start->wall);
  for (const RawProperty& property : part.properties) {
    if (changes.size() >= kMaxTransitions) return;
    if (const auto* extra = std::get_if<RawTime>(&property.value);
        extra != nullptr && property.name == "RDATE") {
      add(extra->wall);
    }
    const auto* rule = std::get_if<RawRule>(&property.value);
    if (rule == nullptr) continue;
    std::int64_t left = rule->count.value_or(static_cast<std::int64_t>(kMaxTransitions));
    Occurrences walk(rule->rule, start->wall, start->wall, budget);
    while (const auto at = left-- > 0 ? walk.next(kHorizon) : std::nullopt) {
      const Wall until =
          rule->until ? rule->until->wall + (rule->until->is_utc ? *from : seconds{0}) : kHorizon;
      if (*at > until) break;
      if (*at != start->wall) add(*at);
    }
  }
}

}  // namespace

void ZoneTable::define(const RawComponent& definition, Budget& budget) {
  const auto* name = definition.find<std::string>("TZID");
  if (name == nullptr) return;
  std::vector<Change> changes;
  for (const RawComponent& part : definition.children) add_changes(part, budget, changes);
  if (changes.empty()) return;
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
  std::vector<Transition> transitions;
  for (const Change& c : changes) {
    if (!transitions.empty() && transitions.back().at == c.at) continue;
    transitions.push_back({c.at, c.to, c.abbreviation});
  }
  defined_.insert_or_assign(*name, Zone::custom(*name, changes.front().from, std::move(transitions)));
}

std::optional<Zone> ZoneTable::find(const std::string& tzid) {
  const auto known = known_.find(tzid);
  if (known != known_.end()) return known->second;
  return known_[tzid] = look_up(tzid);
}

std::optional<Zone> ZoneTable::look_up(const std::string& tzid) const {
  const std::size_t first = tzid.find_first_not_of('/');
  if (first == std::string::npos) return std::nullopt;
  const std::string name = tzid.substr(first);
  if (auto zone = Zone::find(name)) return zone;
  if (const auto iana = timezone::iana_name_of_windows(name)) return Zone::find(*iana);
  if (const auto own = defined_.find(tzid); own != defined_.end()) return own->second;
  // "/mozilla.org/20070129_1/Europe/Berlin": a database name behind somebody's prefix.
  for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
    const std::string tail = name.substr(slash + 1);
    if (tail.find('/') == std::string::npos) break;
    if (auto zone = Zone::find(tail)) return zone;
  }
  return std::nullopt;
}

}  // namespace tocsin::ical
