// The words in which Slack is told about schedules (docs/spec/schedules.md, sections 8 and 9). Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/model/person.h"
#include "domain/model/schedule.h"
#include "domain/model/shift_notice.h"
#include "domain/schedule/event.h"
#include "store/schedule_notices.h"

namespace tocsin::delivery {

// "<https://oncall.example.org/schedules/S1|core>"
std::string slack_link(const Schedule& schedule, const std::string& base_url);

struct ShiftNoticeTexts {
  std::string now;   // who has taken over, or that nobody has
  std::string next;  // who comes after them
};
using FindUser = std::function<std::optional<User>(const UserId&)>;
ShiftNoticeTexts shift_notice_texts(const PostShiftNotice& notice, const store::NoticeSettings& settings,
                                    const FindUser& find_user);

// Empty when there is nothing to say. Longer lists than a post holds end with how many more there are.
std::string gaps_text(const std::string& link, const std::vector<schedule::Range>& gaps);
std::string empty_shifts_text(const std::string& link, const std::vector<schedule::Event>& empty_shifts);

}  // namespace tocsin::delivery
