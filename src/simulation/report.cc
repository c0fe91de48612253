#include "simulation/report.h"

#include <array>
#include <cstdio>

#include "simulation/reasons.h"

namespace tocsin::simulation {
namespace {

std::string after_text(Instant at, Instant start) {
  const auto after = std::chrono::floor<std::chrono::seconds>(at - start);
  return after.count() == 0 ? "at once" : "after " + duration_text(after);
}

}  // namespace

std::string_view to_text(EventKind kind) {
  switch (kind) {
    case EventKind::Received:
      return "received";
    case EventKind::Step:
      return "step";
    case EventKind::Wait:
      return "wait";
    case EventKind::Notified:
      return "notified";
    case EventKind::Failed:
      return "failed";
    case EventKind::Posted:
      return "posted";
    case EventKind::Answered:
      return "answered";
    case EventKind::Finished:
      return "finished";
  }
  return "";
}

std::string Report::verdict() const {
  if (!reaches_somebody()) return "NOBODY would be reached.";
  const PersonReport& first = people.front();
  return first.username + " would be reached first, by " + std::string(first.by ? label(*first.by) : "") +
         " " + after_text(*first.reached_at, start) + " (" + to_iso_seconds(*first.reached_at) + ").";
}

std::string offset_text(std::chrono::microseconds after) {
  const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(after).count();
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "+%lld:%02lld:%02lld", static_cast<long long>(seconds / 3600),
                static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
  return text.data();
}

}  // namespace tocsin::simulation
