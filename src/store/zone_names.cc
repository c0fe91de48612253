#include "store/zone_names.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "language/timezone/zone.h"

namespace tocsin::store {
namespace {

namespace fs = std::filesystem;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

// Every file below the zone directory by its lower-case name; what is no zone is found out when it is asked
// for.
std::map<std::string, std::string> read_names() {
  const fs::path root = "/usr/share/zoneinfo";
  std::map<std::string, std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(root, ignored)) {
    std::string name = entry.path().lexically_relative(root).generic_string();
    std::string key = lower_case(name);
    names.emplace(std::move(key), std::move(name));
  }
  return names;
}

}  // namespace

std::optional<std::string> zone_name(std::string_view text) {
  if (timezone::Zone::find(text)) return std::string(text);
  static const std::map<std::string, std::string> names = read_names();
  const auto found = names.find(lower_case(text));
  if (found == names.end() || !timezone::Zone::find(found->second)) return std::nullopt;
  return found->second;
}

Schedule with_known_zones(Schedule schedule) {
  if (auto name = zone_name(schedule.time_zone)) schedule.time_zone = *std::move(name);
  return schedule;
}

OnCallShift with_known_zones(OnCallShift shift) {
  if (shift.time_zone) shift.time_zone = zone_name(*shift.time_zone);
  return shift;
}

}  // namespace tocsin::store
