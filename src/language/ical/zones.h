// Which zone a TZID means: the database first, then Windows names, then the file's own VTIMEZONE.
//
// Internal to this folder.
// Source: docs/spec/schedules.md, section 4.2.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "language/ical/component.h"
#include "language/timezone/zone.h"

namespace tocsin::ical {

class ZoneTable {
 public:
  // A VTIMEZONE of the file. Call before the first find().
  void define(const RawComponent& definition, Budget& budget);
  // nullopt when nobody knows the name.
  std::optional<timezone::Zone> find(const std::string& tzid);

 private:
  std::optional<timezone::Zone> look_up(const std::string& tzid) const;

  std::map<std::string, timezone::Zone> defined_;
  std::map<std::string, std::optional<timezone::Zone>> known_;
};

}  // namespace tocsin::ical
