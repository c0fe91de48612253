#include <cctz/time_zone.h>

#include <algorithm>

#include "language/timezone/zone_file.h"
#include "language/timezone/zone_rules.h"

namespace tocsin::timezone {
namespace {

using CctzTime = cctz::time_point<cctz::seconds>;

CctzTime to_cctz(Instant at) {
  return CctzTime{cctz::seconds{std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count()}};
}
Instant from_cctz(CctzTime at) {
  return from_micros(at.time_since_epoch().count() * 1'000'000);
}

constexpr cctz::civil_second kEpoch(1970, 1, 1, 0, 0, 0);
Wall from_civil(const cctz::civil_second& civil) {
  return Wall{std::chrono::seconds{civil - kEpoch}};
}
cctz::civil_second to_civil(Wall wall) {
  return kEpoch + wall.time_since_epoch().count();
}

Reading from_kind(cctz::time_zone::civil_lookup::civil_kind kind) {
  switch (kind) {
    case cctz::time_zone::civil_lookup::UNIQUE:
      return Reading::Unique;
    case cctz::time_zone::civil_lookup::REPEATED:
      return Reading::Repeated;
    case cctz::time_zone::civil_lookup::SKIPPED:
      return Reading::Skipped;
  }
  return Reading::Unique;
}

class IanaRules final : public ZoneRules {
 public:
  IanaRules(std::string name, cctz::time_zone zone) : ZoneRules(std::move(name)), zone_(zone) {}

  Local local(Instant at) const override {
    const auto found = zone_.lookup(to_cctz(at));
    return {from_civil(found.cs), std::chrono::seconds{found.offset}, found.abbr};
  }
  Wall wall(Instant at) const override { return from_civil(zone_.lookup(to_cctz(at)).cs); }
  Candidates candidates(Wall wall) const override {
    const auto found = zone_.lookup(to_civil(wall));
    return {from_kind(found.kind), from_cctz(found.pre), from_cctz(found.trans), from_cctz(found.post)};
  }

 private:
  cctz::time_zone zone_;
};

// The loader opens files by name, so only what looks like a name of the database gets there: no absolute or
// parent path, nothing of the machine's own choice ("localtime"), no second copies ("posix/", "right/").
bool looks_like_a_zone(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  };
  return !name.empty() && name.size() <= 64 && name[0] >= 'A' && name[0] <= 'Z' && name.back() != '/' &&
         name.find("//") == std::string_view::npos && !name.starts_with("Fixed/") &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

std::shared_ptr<const ZoneRules> find_iana_rules(std::string_view name) {
  cctz::time_zone zone;
  if (!looks_like_a_zone(name)) return nullptr;
  std::string known(name);
  if (!has_zone_file(known) || !cctz::load_time_zone(known, &zone)) return nullptr;
  return std::make_shared<IanaRules>(std::move(known), zone);
}

}  // namespace tocsin::timezone
