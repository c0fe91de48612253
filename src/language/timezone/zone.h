// Time zones: what a clock on the wall of a place shows at an instant, and which instant a reading of it
// means.
//
// Pure, except that the first use of a name reads its file below /usr/share/zoneinfo (cctz keeps it for
// good). A Zone is a small immutable value, safe to copy and to share between threads. Units:  Wall is whole
// seconds without a zone; Instant is UTC in microseconds. Errors: an unknown name is nullopt, never UTC in
// disguise. Source: docs/spec/schedules.md, section 2.1 (how a reading maps to an instant); IANA rules come
// from libcctz.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace tocsin::timezone {

using Wall = std::chrono::local_seconds;

// What the clock shows, and by which rule.
struct Local {
  Wall wall;
  std::chrono::seconds offset{0};  // east of UTC
  std::string abbreviation;        // "CEST"
};

enum class Reading {
  Unique,
  Repeated,  // the hour that a backward change repeats
  Skipped,   // the hour that a forward change leaves out
};

// All instants that a reading could mean. Unique: all three are the same.
struct Candidates {
  Reading reading = Reading::Unique;
  Instant before;      // by the offset in force before the change
  Instant transition;  // the change itself
  Instant after;       // by the offset in force after the change
};

// One change of a zone's offset, for zones defined inside a calendar file.
struct Transition {
  Instant at;
  std::chrono::seconds offset{0};  // from then on
  std::string abbreviation;
};

class ZoneRules;

class Zone {
 public:
  Zone();  // UTC

  // By IANA name, in the spelling of the database: "Europe/Riga". nullopt for any other text.
  static std::optional<Zone> find(std::string_view name);
  // A zone with rules of its own; `transitions` ascending, before the first of them `first_offset` holds.
  static Zone custom(std::string name, std::chrono::seconds first_offset,
                     std::vector<Transition> transitions);

  const std::string& name() const;
  Local local(Instant at) const;
  Wall wall(Instant at) const;
  Candidates candidates(Wall wall) const;

  // The one mapping of schedules: a repeated reading is the later instant, a skipped one is the instant of
  // the change. Monotone, so shifts that meet on the wall meet in time.
  Instant instant(Wall wall) const;

 private:
  explicit Zone(std::shared_ptr<const ZoneRules> rules) : rules_(std::move(rules)) {}
  std::shared_ptr<const ZoneRules> rules_;
};

// "W. Europe Standard Time" -> "Europe/Berlin" (Unicode CLDR's windowsZones, world-wide choice of each name).
std::optional<std::string_view> iana_name_of_windows(std::string_view name);

}  // namespace tocsin::timezone
