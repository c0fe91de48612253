#include "domain/schedule/quality.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace tocsin::schedule {
namespace {

constexpr int kBalanced = 95;

int rounded(double value) {
  return static_cast<int>(std::nearbyint(value));
}

double seconds_of(const Event& event) {
  return std::chrono::duration<double>(event.end - event.start).count();
}

// The mean over all pairs of the lesser share against the greater.
int balance_of(const std::map<UserId, double>& seconds) {
  if (seconds.size() < 2) return 100;
  double sum = 0;
  std::size_t pairs = 0;
  for (auto a = seconds.begin(); a != seconds.end(); ++a) {
    for (auto b = std::next(a); b != seconds.end(); ++b, ++pairs) {
      sum += std::min(a->second, b->second) / std::max(a->second, b->second);
    }
  }
  const int balance = rounded(100 * sum / static_cast<double>(pairs));
  return balance >= kBalanced ? 100 : balance;
}

std::vector<OverloadedUser> overloaded(const std::map<UserId, double>& seconds, const People& people) {
  double sum = 0;
  for (const auto& [id, carried] : seconds) sum += carried;
  const double mean = sum / static_cast<double>(seconds.size());
  std::vector<OverloadedUser> found;
  for (const auto& [id, carried] : seconds) {
    const int share = rounded(100 * carried / mean);
    const Person* person = people.find(id);
    if (share > 100) found.push_back({id, person == nullptr ? "unknown" : person->username, share - 100});
  }
  std::sort(found.begin(), found.end(), [](const OverloadedUser& a, const OverloadedUser& b) {
    return a.score != b.score ? a.score > b.score : a.username < b.username;
  });
  return found;
}

}  // namespace

Range quality_window(std::chrono::sys_days date, int days) {
  return {date, date + std::chrono::days{days} - std::chrono::seconds{1}};
}

Quality quality(const FinalSchedule& schedule, const People& people, int days) {
  if (schedule.events().empty()) return {0, {{CommentType::Warning, "Schedule is empty"}}, {}, 0, 0};
  double covered = 0;
  std::map<UserId, double> seconds;
  for (const Event& event : schedule.events()) {
    covered += seconds_of(event);
    for (const OnCallUser& user : event.users) seconds[user.id] += seconds_of(event);
  }
  Quality report;
  report.coverage = rounded(100 * std::min(covered / (86400.0 * days), 1.0));
  report.balance = balance_of(seconds);
  report.total_score = rounded((report.coverage + report.balance) / 2.0);
  if (report.coverage == 100) {
    report.comments.push_back({CommentType::Info, "Schedule has no gaps"});
  } else {
    report.comments.push_back(
        {CommentType::Warning,
         "Schedule has gaps (" + std::to_string(100 - report.coverage) + "% not covered)"});
  }
  if (report.balance == 100) {
    report.comments.push_back({CommentType::Info, "Schedule is perfectly balanced"});
  } else {
    report.comments.push_back({CommentType::Warning, "Schedule has balance issues (see overloaded users)"});
    report.overloaded_users = overloaded(seconds, people);
  }
  return report;
}

}  // namespace tocsin::schedule
