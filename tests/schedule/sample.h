// A schedule in a few words, and what it resolves to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/schedule/resolve.h"
#include "schedule/support.h"

namespace tocsin::schedule {

struct Sample {
  ScheduleType type = ScheduleType::Web;
  std::vector<OnCallShift> shifts = {};
  std::vector<ShiftSwap> swaps = {};
  std::string primary = {};
  std::string overrides = {};

  FinalSchedule resolved(Range range, std::optional<Instant> offers = std::nullopt) const {
    const Schedule schedule = a_schedule(type);
    std::optional<ical::Calendar> feeds[2];
    if (!primary.empty()) feeds[0] = ical::read_calendar(primary).value();
    if (!overrides.empty()) feeds[1] = ical::read_calendar(overrides).value();
    return resolve({.schedule = schedule,
                    .people = people(),
                    .shifts = shifts,
                    .primary_feed = feeds[0] ? &*feeds[0] : nullptr,
                    .overrides_feed = feeds[1] ? &*feeds[1] : nullptr,
                    .swaps = swaps,
                    .show_offers_at = offers},
                   range);
  }
};

// The text of a feed; each event as its lines.
inline std::string calendar(const std::vector<std::string>& events) {
  std::string text = "BEGIN:VCALENDAR\nX-WR-TIMEZONE:Europe/Berlin\n";
  for (const std::string& lines : events) text += "BEGIN:VEVENT\n" + lines + "END:VEVENT\n";
  return text + "END:VCALENDAR\n";
}

}  // namespace tocsin::schedule
