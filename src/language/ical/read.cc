#include <algorithm>
#include <cstdio>

#include "language/ical/calendar.h"
#include "language/ical/component.h"
#include "language/ical/lines.h"
#include "language/ical/zones.h"

namespace tocsin::ical {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using timezone::Zone;

constexpr seconds kLongestEvent = days{36525};
// Looking for the end of counted rules and for the changes of the file's own zones, over the whole file.
constexpr std::int64_t kReadBudget = 5'000'000;
constexpr std::int64_t kPeriodsPerRule = 200'000;

std::string iso(Wall wall, bool is_date) {
  std::string text = to_iso(Instant{wall.time_since_epoch()});
  text.pop_back();  // the Z
  return is_date ? text.substr(0, 10) : text;
}

std::string iso_offset(seconds offset) {
  const long minutes =
      static_cast<long>(std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(offset)).count());
  char text[16];
  std::snprintf(text, sizeof text, "%c%02ld:%02ld", offset < seconds{0} ? '-' : '+', minutes / 60 % 100,
                minutes % 60);
  return text;
}

class Reader {
 public:
  Result<Calendar> read(std::string_view text) {
    if (text.size() > kMaxCalendarBytes) return invalid("the calendar is larger than 10 MiB");
    Cut cut = cut_calendar(text);
    if (!cut.is_calendar) return invalid("the text is not an iCalendar file");
    if (!cut.scale.empty() && cut.scale != "GREGORIAN")
      return invalid("only the Gregorian calendar can be read");
    for (const Chunk& chunk : cut.chunks) {
      if (chunk.name == "VTIMEZONE") read_zone(chunk);
    }
    for (Chunk& chunk : cut.chunks) {
      if (chunk.name == "VEVENT") read_event(chunk);
      chunk.lines = {};
    }
    share_uids();
    return std::move(calendar_);
  }

 private:
  std::optional<RawComponent> parse(const Chunk& chunk) {
    std::string text;
    for (const Line& line : chunk.lines) text += line.text + "\r\n";
    auto component = parse_component(text);
    if (!component) {
      report(chunk.lines.front().number, {}, "unreadable " + chunk.name);
      return std::nullopt;
    }
    const auto* uid = component->find<std::string>("UID");
    for (const std::string& fault : component->faults) {
      report(line_of(chunk, fault), uid == nullptr ? std::string() : *uid, fault);
    }
    return component;
  }

  // A fault quotes the value it is about at its end.
  static int line_of(const Chunk& chunk, const std::string& fault) {
    for (const Line& line : chunk.lines) {
      const std::size_t colon = line.text.find(':');
      const std::string_view value =
          std::string_view(line.text).substr(colon == std::string::npos ? 0 : colon + 1);
      if (!value.empty() && fault.ends_with(value)) return line.number;
    }
    return chunk.lines.front().number;
  }

  void report(int line, std::string uid, std::string text) {
    ++calendar_.problem_count;
    if (calendar_.problems.size() < kMaxProblems) {
      if (text.size() > 300) text.resize(300);
      calendar_.problems.push_back({line, std::move(uid), std::move(text)});
    }
  }

  void read_zone(const Chunk& chunk) {
    if (const auto component = parse(chunk)) zones_.define(*component, budget_);
  }

  void read_event(const Chunk& chunk) {
    const int line = chunk.lines.front().number;
    if (!chunk.complete) return report(line, {}, "the file ends inside this event; it is left out");
    if (!chunk.closed) report(line, {}, "END:VEVENT is missing");
    const auto component = parse(chunk);
    if (!component) return;
    Series series;
    series.line = line;
    read_texts(*component, series);
    const auto* start = component->find<RawTime>("DTSTART");
    if (start == nullptr) return report(line, series.uid, "no usable DTSTART; the event is left out");
    series.all_day = start->is_date;
    series.zone = zone_of(*start, series);
    series.start = start->wall;
    read_length(*component, *start, series);
    for (const RawProperty& property : component->properties) read_recurrence(property, series);
    std::sort(series.exceptions.begin(), series.exceptions.end());
    if (series.length <= seconds{0})
      report(line, series.uid, "the event has no length; nobody is on call by it");
    calendar_.series.push_back(std::move(series));
  }

  static void read_texts(const RawComponent& component, Series& series) {
    const auto text = [&](std::string_view name) {
      const auto* found = component.find<std::string>(name);
      return found == nullptr ? std::string() : *found;
    };
    const auto number = [&](std::string_view name) {
      const auto* found = component.find<std::int64_t>(name);
      return found == nullptr ? std::int64_t{0} : *found;
    };
    series.uid = text("UID");
    series.summary = text("SUMMARY");
    series.description = text("DESCRIPTION");
    series.sequence = number("SEQUENCE");
    series.priority = number("PRIORITY");
    series.cancelled = text("STATUS") == "CANCELLED";
    for (const RawProperty& property : component.properties) {
      if (property.name != "ATTENDEE") continue;
      if (const auto* attendee = std::get_if<std::string>(&property.value))
        series.attendees.push_back(*attendee);
    }
    if (const auto* changed = component.find<RawTime>("LAST-MODIFIED")) {
      series.last_modified = Instant{changed->wall.time_since_epoch()};
    }
  }

  // Floating times and unknown zones are UTC; dates are days of UTC.
  Zone zone_of(const RawTime& time, const Series& series) {
    if (time.is_utc || time.is_date || time.zone.empty()) return {};
    if (auto zone = zones_.find(time.zone)) return *zone;
    report(series.line, series.uid, "unknown time zone '" + time.zone + "' is read as UTC");
    return {};
  }

  // A floating time beside a zoned start is read in the start's zone.
  Instant instant_of(const RawTime& time, const Series& series) {
    const bool floating = !time.is_utc && !time.is_date && time.zone.empty();
    return (floating ? series.zone : zone_of(time, series)).instant(time.wall);
  }

  void read_length(const RawComponent& component, const RawTime& start, Series& series) {
    if (const auto* end = component.find<RawTime>("DTEND")) {
      series.all_day = start.is_date && end->is_date;
      const bool same_clock =
          end->is_utc == start.is_utc && end->is_date == start.is_date && end->zone == start.zone;
      series.length = (same_clock ? end->wall : series.zone.wall(instant_of(*end, series))) - start.wall;
    } else if (const auto* length = component.find<seconds>("DURATION")) {
      series.length = *length;
    } else if (start.is_date) {
      series.length = days{1};
    }
    series.length = std::min(series.length, kLongestEvent);
  }

  void read_recurrence(const RawProperty& property, Series& series) {
    if (const auto* rule = std::get_if<RawRule>(&property.value)) {
      if (property.name == "RRULE") return series.rules.push_back(rule_of(*rule, series));
      return report(series.line, series.uid, property.name + " is not supported");
    }
    const auto* time = std::get_if<RawTime>(&property.value);
    if (property.name == "RDATE") {
      if (time != nullptr) series.additions.push_back({instant_of(*time, series), std::nullopt});
      if (const auto* period = std::get_if<RawPeriod>(&property.value)) {
        const Instant start = instant_of(period->start, series);
        const Instant end =
            period->end ? instant_of(*period->end, series) : start + std::min(period->length, kLongestEvent);
        series.additions.push_back({start, end});
      }
    } else if (property.name == "EXDATE" && time != nullptr) {
      // A bare date excludes the midnight of it, by the series' own clock (OnCall quirk: section 4.2).
      series.exceptions.push_back(time->is_date ? series.zone.instant(time->wall)
                                                : instant_of(*time, series));
    } else if (property.name == "RECURRENCE-ID" && time != nullptr) {
      series.recurrence_id = recurrence_id_of(*time, series);
    }
  }

  // UNTIL is UTC whatever it says: as a date it is that day's midnight (examples I05, I06).
  SeriesRule rule_of(const RawRule& raw, const Series& series) {
    SeriesRule rule{raw.rule, std::nullopt, std::nullopt};
    if (raw.until) rule.until = Instant{raw.until->wall.time_since_epoch()};
    if (!raw.count) return rule;
    const std::int64_t granted = std::min(budget_.periods, kPeriodsPerRule);
    Budget own{granted};
    Occurrences walk(raw.rule, series.start, series.start, own);
    rule.last = series.start;
    std::int64_t left = *raw.count;
    for (; left > 0; --left) {
      const auto at = walk.next(Wall::max());
      if (!at) break;
      rule.last = *at;
    }
    budget_.periods -= granted - own.periods;
    if (left > 0)
      report(series.line, series.uid, "COUNT is too large; the rule is followed as far as counted");
    return rule;
  }

  RecurrenceId recurrence_id_of(const RawTime& time, const Series& series) {
    const bool floating = !time.is_utc && !time.is_date && time.zone.empty();
    const Zone zone = zone_of(time, series);
    RecurrenceId id{
        floating ? instant_of(time, series) : zone.instant(time.wall), time.is_date, time.wall, {}};
    id.text = iso(time.wall, time.is_date);
    if (!time.is_date && !floating) id.text += iso_offset(zone.local(id.at).offset);
    return id;
  }

  void share_uids() {
    for (std::size_t i = 0; i < calendar_.series.size(); ++i) {
      calendar_.shared_uids[calendar_.series[i].uid].push_back(i);
    }
    std::erase_if(calendar_.shared_uids, [](const auto& entry) { return entry.second.size() < 2; });
  }

  Calendar calendar_;
  ZoneTable zones_;
  Budget budget_{kReadBudget};
};

}  // namespace

Result<Calendar> read_calendar(std::string_view text) {
  return Reader().read(text);
}

}  // namespace tocsin::ical
