// Calendars as we publish them: events with fixed times in UTC, no rules.
//
// Pure; the text is RFC 5545's, folded, CRLF.
// Source: docs/spec/schedules.md, section 10.
#pragma once

#include <string>
#include <vector>

#include "base/instant.h"

namespace tocsin::ical {

struct PublishedEvent {
  std::string uid;
  std::string summary;
  Instant start;
  Instant end;
  Instant stamp;  // DTSTAMP and LAST-MODIFIED
  int priority = 0;
  bool cancelled = false;

  friend bool operator==(const PublishedEvent&, const PublishedEvent&) = default;
};

struct PublishedCalendar {
  std::string name;
  std::vector<PublishedEvent> events;
};

std::string write_calendar(const PublishedCalendar& calendar);

}  // namespace tocsin::ical
