#include "domain/grouping/refusals.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace tocsin::grouping {
namespace {

struct Condition {
  bool (*holds)(const AlertGroup&);
  std::string_view name;  // "a resolved"
};

constexpr Condition kAcknowledged{[](const AlertGroup& g) { return g.acknowledged; }, "an acknowledged"};
constexpr Condition kUnacknowledged{[](const AlertGroup& g) { return !g.acknowledged; }, "an unacknowledged"};
constexpr Condition kResolved{[](const AlertGroup& g) { return g.resolved; }, "a resolved"};
constexpr Condition kUnresolved{[](const AlertGroup& g) { return !g.resolved; }, "an unresolved"};
constexpr Condition kUnsilenced{[](const AlertGroup& g) { return !g.silenced; }, "an unsilenced"};
constexpr Condition kAttached{[](const AlertGroup& g) { return g.attached(); }, "an attached"};
constexpr Condition kMaintenance{[](const AlertGroup& g) { return g.maintenance; }, "a maintenance"};
constexpr Condition kNever{[](const AlertGroup&) { return false; }, ""};

struct Refusals {
  std::string_view verb;
  std::array<Condition, 4> when;  // in this order, first hit wins
};

Refusals refusals_of(GroupAction action) {
  switch (action) {
    case GroupAction::Acknowledge:
      return {"acknowledge", {kAcknowledged, kResolved, kAttached, kMaintenance}};
    case GroupAction::Unacknowledge:
      return {"unacknowledge", {kUnacknowledged, kResolved, kAttached, kMaintenance}};
    case GroupAction::Resolve:
      return {"resolve", {kResolved, kAttached, kNever, kNever}};
    case GroupAction::Unresolve:
      return {"unresolve", {kUnresolved, kAttached, kMaintenance, kNever}};
    case GroupAction::Silence:
      return {"silence", {kResolved, kAcknowledged, kAttached, kNever}};
    case GroupAction::Unsilence:
      return {"unsilence", {kUnsilenced, kResolved, kAcknowledged, kAttached}};
  }
  return {"", {kNever, kNever, kNever, kNever}};
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> whole_number(const json::Value& value) {
  if (value.is_int()) return value.as_int();
  if (value.is_string()) return parse_integer(value.as_string());
  if (value.is_float() && std::abs(value.as_float()) < 1e15)
    return static_cast<std::int64_t>(value.as_float());
  return std::nullopt;
}

}  // namespace

Result<void> check_action(GroupAction action, const AlertGroup& group) {
  const Refusals refusals = refusals_of(action);
  for (const Condition& condition : refusals.when) {
    if (!condition.holds(group)) continue;
    return invalid("Can't " + std::string(refusals.verb) + " " + std::string(condition.name) +
                   " alert group");
  }
  return {};
}

Result<std::optional<std::chrono::seconds>> parse_silence_delay(const json::Value* delay) {
  // Beyond the year 9999 no date can be written.
  constexpr std::int64_t kLongest = 250'000'000'000;
  if (!delay || delay->is_null()) return invalid("delay is required");
  const std::optional<std::int64_t> seconds = whole_number(*delay);
  if (!seconds || *seconds < -1 || *seconds > kLongest) return invalid("invalid delay value");
  if (*seconds <= 0) return std::optional<std::chrono::seconds>();  // OnCall quirk: 0 is forever, too
  return std::optional(std::chrono::seconds{*seconds});
}

bool bulk_takes(BulkAction action, const AlertGroup& group, bool may_resolve) {
  if (group.attached()) return false;  // dependents follow their root
  switch (action) {
    case BulkAction::Acknowledge:
      return !group.maintenance && (!group.acknowledged || group.resolved);
    case BulkAction::Resolve:
      return !group.resolved && (group.maintenance || may_resolve);
    case BulkAction::Silence:
      return !group.maintenance;
    case BulkAction::Restart:
      return !group.maintenance || group.resolved || group.silenced;
  }
  return false;
}

}  // namespace tocsin::grouping
