// Escalation chains: their policies (one struct per kind of step), and the snapshot that one alert group
// walks.
//
// References may be empty: nothing is required by type, and what a reference names may be deleted later
// (docs/spec/escalation.md, section 3). Source of the numbers: the same section.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "domain/model/ids.h"
#include "language/json/value.h"

namespace tocsin {

namespace step {

using TimeOfDay = std::chrono::seconds;  // since midnight UTC

struct Wait {
  std::optional<std::chrono::seconds> duration;
  friend bool operator==(const Wait&, const Wait&) = default;
};
struct NotifyPersons {
  std::vector<UserId> users;
  bool important = false;
  friend bool operator==(const NotifyPersons&, const NotifyPersons&) = default;
};
// Round robin: the one after `last_notified`, by username.
struct NotifyPersonNextEachTime {
  std::vector<UserId> users;
  bool important = false;
  std::optional<UserId> last_notified;
  friend bool operator==(const NotifyPersonNextEachTime&, const NotifyPersonNextEachTime&) = default;
};
struct NotifyOnCallFromSchedule {
  std::optional<ScheduleId> schedule;
  bool important = false;
  friend bool operator==(const NotifyOnCallFromSchedule&, const NotifyOnCallFromSchedule&) = default;
};
struct NotifyUserGroup {
  std::optional<UserGroupId> user_group;
  bool important = false;
  friend bool operator==(const NotifyUserGroup&, const NotifyUserGroup&) = default;
};
struct NotifyTeamMembers {
  std::optional<TeamId> team;
  bool important = false;
  friend bool operator==(const NotifyTeamMembers&, const NotifyTeamMembers&) = default;
};
struct NotifyWholeChannel {
  friend bool operator==(const NotifyWholeChannel&, const NotifyWholeChannel&) = default;
};
struct NotifyIfTimeFromTo {
  std::optional<TimeOfDay> from;
  std::optional<TimeOfDay> to;
  friend bool operator==(const NotifyIfTimeFromTo&, const NotifyIfTimeFromTo&) = default;
};
struct NotifyIfNumAlertsInWindow {
  std::optional<std::int64_t> alerts;
  std::optional<std::int64_t> minutes;
  friend bool operator==(const NotifyIfNumAlertsInWindow&, const NotifyIfNumAlertsInWindow&) = default;
};
struct RepeatEscalation {
  friend bool operator==(const RepeatEscalation&, const RepeatEscalation&) = default;
};
struct TriggerWebhook {
  std::optional<WebhookId> webhook;
  friend bool operator==(const TriggerWebhook&, const TriggerWebhook&) = default;
};
struct Resolve {
  friend bool operator==(const Resolve&, const Resolve&) = default;
};
struct DeclareIncident {
  std::optional<std::string> severity;
  friend bool operator==(const DeclareIncident&, const DeclareIncident&) = default;
};
// The type was set to null.
struct Unspecified {
  friend bool operator==(const Unspecified&, const Unspecified&) = default;
};

}  // namespace step

using Step = std::variant<step::Wait, step::NotifyPersons, step::NotifyPersonNextEachTime,
                          step::NotifyOnCallFromSchedule, step::NotifyUserGroup, step::NotifyTeamMembers,
                          step::NotifyWholeChannel, step::NotifyIfTimeFromTo, step::NotifyIfNumAlertsInWindow,
                          step::RepeatEscalation, step::TriggerWebhook, step::Resolve, step::DeclareIncident,
                          step::Unspecified>;

// Stored in records and snapshots; important steps have numbers of their own.
enum class StepCode {
  Wait = 0,
  NotifyWholeChannel = 2,
  RepeatEscalation = 3,
  Resolve = 4,
  NotifyUserGroup = 5,
  NotifyOnCallFromSchedule = 6,
  NotifyUserGroupImportant = 8,
  NotifyOnCallFromScheduleImportant = 9,
  NotifyPersonNextEachTime = 11,
  NotifyIfTimeFromTo = 12,
  NotifyPersons = 13,
  NotifyPersonsImportant = 14,
  NotifyIfNumAlertsInWindow = 15,
  TriggerWebhook = 16,
  NotifyTeamMembers = 17,
  NotifyTeamMembersImportant = 18,
  DeclareIncident = 19,
  NotifyPersonNextEachTimeImportant = 20,
};

// nullopt for the unspecified step.
std::optional<StepCode> code_of(const Step& step);
// "Notify multiple Users (Important)".
std::string_view display_name(StepCode code);

struct EscalationPolicy {
  EscalationPolicyId id;
  std::int64_t position = 0;
  Step step;
  friend bool operator==(const EscalationPolicy&, const EscalationPolicy&) = default;
};

// A policy as it was when the walk began, and what the walk did with it.
struct SnapshotStep {
  EscalationPolicy policy;
  int repeats = 0;         // RepeatEscalation: how often it has sent the walk back
  bool evaluated = false;  // NotifyIfNumAlertsInWindow: its record is written once only
  friend bool operator==(const SnapshotStep&, const SnapshotStep&) = default;
};

struct EscalationSnapshot {
  std::string
      plan;  // where all but the marks of this walk is kept (store/escalation_plans.h); empty: not yet
  std::optional<RouteId> route;
  std::string route_name;  // as logs show it
  EscalationChainId chain;
  std::string chain_name;
  std::vector<SnapshotStep> steps;
  std::size_t next_step = 0;
  bool paused = false;  // at a threshold step; the next alert evaluates it again
  friend bool operator==(const EscalationSnapshot&, const EscalationSnapshot&) = default;
};

// The escalation of one alert group, as one row. Only the tick with the current generation is alive; each
// tick sets the next one with a new generation, so that a timer that fires twice does its step once.
struct Escalation {
  AlertGroupId group;
  std::uint64_t generation = 0;
  bool finished = false;
  std::optional<Instant>
      due;  // of the tick that is set; nullopt: paused, finished, or waiting for a silence to end
  std::optional<EscalationSnapshot> snapshot;

  bool paused() const { return snapshot && snapshot->paused; }
  // Paused and no tick is set: the next alert sets one. While one is set, further alerts leave it alone, else
  // a storm would push it back for as long as it lasts.
  bool awaits_alert() const { return paused() && !due; }
  friend bool operator==(const Escalation&, const Escalation&) = default;
};

json::Value to_json(const EscalationPolicy& policy);
json::Value to_json(const EscalationSnapshot& snapshot);
Result<EscalationPolicy> escalation_policy_from_json(const json::Value& value);
Result<EscalationSnapshot> escalation_snapshot_from_json(const json::Value& value);

}  // namespace tocsin
