// Escalation: the one step that is due, and when the next one is.
//
// Two phases, because a step may depend on the world (who is on call, who is in the team):
//
//   if (auto need = needs(escalation, group, generation)) facts = <the engine looks it up, as of now>;
//   Changed next = tick(escalation, group, generation, facts, now);
//
// One step a call, so the engine commits between steps and a crash repeats none. The next tick counts from
// `now`, the moment the step ran, not from when it was due. Errors: none. A reference that is gone fails its
// one step, with a record, and the walk goes on. Source: docs/spec/escalation.md, section 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "domain/escalation/walk.h"
#include "domain/model/alert_group.h"
#include "domain/model/notification.h"

namespace tocsin::escalation {

namespace need {
struct Nothing {};
struct Users {  // those of the list that still exist
  std::vector<UserId> users;
};
struct OnCall {  // who is on call now, overrides and priorities applied
  ScheduleId schedule;
};
struct UserGroupMembers {
  UserGroupId user_group;
};
struct TeamMembers {
  TeamId team;
};
struct SlackChannelMembers {};  // linked members of the channel in which the group was posted
struct Webhook {
  WebhookId webhook;
};
struct AlertCount {  // the group's alerts with creation time >= newest alert - minutes
  std::int64_t minutes = 0;
};
}  // namespace need

using Need = std::variant<need::Nothing, need::Users, need::OnCall, need::UserGroupMembers, need::TeamMembers,
                          need::SlackChannelMembers, need::Webhook, need::AlertCount>;

// The world's answer. Which members count follows from what was asked.
struct Facts {
  bool exists = false;  // schedule, user group, team, webhook: not deleted; Slack channel: posted in one
  std::string name;     // of it, for the record
  std::vector<Person> people;    // who exists, in no particular order except for Users (as asked)
  bool slack_connected = false;  // UserGroupMembers: there is a Slack workspace
  bool feed_failed = false;      // OnCall: the schedule's calendar could not be imported
  bool enabled = true;           // Webhook
  std::int64_t alerts = 0;       // AlertCount
};

// What tick() will want to know; Nothing when the guards end the tick before its step.
[[nodiscard]] Need needs(const Escalation& escalation, const AlertGroup& group, std::uint64_t generation);

// Runs the step that is due. A stale tick, a paused or an answered group: see guard().
[[nodiscard]] Changed tick(Escalation escalation, const AlertGroup& group, std::uint64_t generation,
                           const Facts& facts, Instant now);

}  // namespace tocsin::escalation
