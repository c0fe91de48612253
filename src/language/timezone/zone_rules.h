// What a Zone asks of its rules. Two kinds exist: IANA (iana_rules.cc, on cctz) and custom tables (zone.cc).
#pragma once

#include "language/timezone/zone.h"

namespace tocsin::timezone {

class ZoneRules {
 public:
  explicit ZoneRules(std::string name) : name_(std::move(name)) {}
  virtual ~ZoneRules() = default;

  const std::string& name() const { return name_; }
  virtual Local local(Instant at) const = 0;
  virtual Wall wall(Instant at) const = 0;
  virtual Candidates candidates(Wall wall) const = 0;

 private:
  std::string name_;
};

// nullptr when the database has no such zone.
std::shared_ptr<const ZoneRules> find_iana_rules(std::string_view name);

}  // namespace tocsin::timezone
