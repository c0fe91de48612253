// Short words for the steps of a chain, so that a test reads like the table it comes from.
#pragma once

#include <string>
#include <vector>

#include "domain/model/escalation.h"

namespace tocsin::test {

inline std::vector<UserId> user_ids(const std::vector<std::string>& names) {
  std::vector<UserId> out;
  for (const std::string& name : names) out.emplace_back(name);
  return out;
}

inline Step wait(int seconds) {
  return step::Wait{std::chrono::seconds{seconds}};
}
inline Step persons(const std::vector<std::string>& names) {
  return step::NotifyPersons{user_ids(names)};
}
inline Step important(const std::vector<std::string>& names) {
  return step::NotifyPersons{user_ids(names), true};
}
inline Step round_robin(const std::vector<std::string>& names) {
  return step::NotifyPersonNextEachTime{user_ids(names)};
}
inline Step schedule(const std::string& id) {
  return step::NotifyOnCallFromSchedule{ScheduleId(id)};
}
inline Step team(const std::string& id) {
  return step::NotifyTeamMembers{TeamId(id)};
}
inline Step whole_channel() {
  return step::NotifyWholeChannel{};
}
inline Step window(int from_hour, int to_hour) {
  return step::NotifyIfTimeFromTo{std::chrono::hours{from_hour}, std::chrono::hours{to_hour}};
}
inline Step threshold(int alerts, int minutes) {
  return step::NotifyIfNumAlertsInWindow{alerts, minutes};
}
inline Step repeat() {
  return step::RepeatEscalation{};
}
inline Step resolve() {
  return step::Resolve{};
}
inline Step webhook(const std::string& id) {
  return step::TriggerWebhook{WebhookId(id)};
}

}  // namespace tocsin::test
