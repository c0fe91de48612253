// How good a schedule is: is somebody always on call, and does everybody carry the same.
//
// Pure. Source: docs/spec/schedules.md, section 12. Rounding is half to even everywhere, as Python's.
#pragma once

#include <string>
#include <vector>

#include "domain/schedule/final_schedule.h"

namespace tocsin::schedule {

enum class CommentType { Info, Warning };

struct QualityComment {
  CommentType type;
  std::string text;

  friend bool operator==(const QualityComment&, const QualityComment&) = default;
};

struct OverloadedUser {
  UserId id;
  std::string username;
  int score = 0;  // per cent above the mean

  friend bool operator==(const OverloadedUser&, const OverloadedUser&) = default;
};

struct Quality {
  int total_score = 0;
  std::vector<QualityComment> comments;
  std::vector<OverloadedUser> overloaded_users;
  int coverage = 0;  // per cent of the time
  int balance = 0;   // 100: all carry the same
};

// The window of a report: `days` days from the midnight (UTC) of `date`, less a second.
Range quality_window(std::chrono::sys_days date, int days);

Quality quality(const FinalSchedule& schedule, const People& people, int days);

}  // namespace tocsin::schedule
