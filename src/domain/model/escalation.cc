#include "domain/model/escalation.h"

#include "base/overloaded.h"
#include "domain/model/json_fields.h"

namespace tocsin {

namespace step {
template <class Io>
void fields(Io& io, Wait& s) {
  io("duration", s.duration);
}
template <class Io>
void fields(Io& io, NotifyPersons& s) {
  io("users", s.users);
  io("important", s.important);
}
template <class Io>
void fields(Io& io, NotifyPersonNextEachTime& s) {
  io("users", s.users);
  io("important", s.important);
  io("last_notified", s.last_notified);
}
template <class Io>
void fields(Io& io, NotifyOnCallFromSchedule& s) {
  io("schedule", s.schedule);
  io("important", s.important);
}
template <class Io>
void fields(Io& io, NotifyUserGroup& s) {
  io("user_group", s.user_group);
  io("important", s.important);
}
template <class Io>
void fields(Io& io, NotifyTeamMembers& s) {
  io("team", s.team);
  io("important", s.important);
}
template <class Io>
void fields(Io&, NotifyWholeChannel&) {}
template <class Io>
void fields(Io& io, NotifyIfTimeFromTo& s) {
  io("from", s.from);
  io("to", s.to);
}
template <class Io>
void fields(Io& io, NotifyIfNumAlertsInWindow& s) {
  io("alerts", s.alerts);
  io("minutes", s.minutes);
}
template <class Io>
void fields(Io&, RepeatEscalation&) {}
template <class Io>
void fields(Io& io, TriggerWebhook& s) {
  io("webhook", s.webhook);
}
template <class Io>
void fields(Io&, Resolve&) {}
template <class Io>
void fields(Io& io, DeclareIncident& s) {
  io("severity", s.severity);
}
template <class Io>
void fields(Io&, Unspecified&) {}
}  // namespace step

namespace {

// The public API's type names tell the kinds apart in stored text, too.
std::string type_name(const Step& step) {
  return std::visit(
      Overloaded{
          [](const step::Wait&) { return "wait"; },
          [](const step::NotifyPersons&) { return "notify_persons"; },
          [](const step::NotifyPersonNextEachTime&) { return "notify_person_next_each_time"; },
          [](const step::NotifyOnCallFromSchedule&) { return "notify_on_call_from_schedule"; },
          [](const step::NotifyUserGroup&) { return "notify_user_group"; },
          [](const step::NotifyTeamMembers&) { return "notify_team_members"; },
          [](const step::NotifyWholeChannel&) { return "notify_whole_channel"; },
          [](const step::NotifyIfTimeFromTo&) { return "notify_if_time_from_to"; },
          [](const step::NotifyIfNumAlertsInWindow&) { return "notify_if_num_alerts_in_window"; },
          [](const step::RepeatEscalation&) { return "repeat_escalation"; },
          [](const step::TriggerWebhook&) { return "trigger_webhook"; },
          [](const step::Resolve&) { return "resolve"; },
          [](const step::DeclareIncident&) { return "declare_incident"; },
          [](const step::Unspecified&) { return "unspecified"; },
      },
      step);
}

// Puts an empty step of the named kind into `step`; false when there is no such kind.
template <std::size_t I = 0>
bool emplace_by_name(Step& step, const std::string& name) {
  if constexpr (I == std::variant_size_v<Step>) {
    return false;
  } else {
    step.emplace<I>();
    return type_name(step) == name || emplace_by_name<I + 1>(step, name);
  }
}

}  // namespace

void fields(FieldWriter& io, Step& step) {
  io("type", type_name(step));
  std::visit([&](auto& kind) { fields(io, kind); }, step);
}

void fields(FieldReader& io, Step& step) {
  std::string type;
  io("type", type);
  if (!emplace_by_name(step, type)) return io.fail("type");
  std::visit([&](auto& kind) { fields(io, kind); }, step);
}

template <class Io>
void fields(Io& io, EscalationPolicy& p) {
  io("id", p.id);
  io("position", p.position);
  io("step", p.step);
}

template <class Io>
void fields(Io& io, SnapshotStep& s) {
  io("policy", s.policy);
  io("repeats", s.repeats);
  io("evaluated", s.evaluated);
}

template <class Io>
void fields(Io& io, EscalationSnapshot& s) {
  io("route", s.route);
  io("route_name", s.route_name);
  io("chain", s.chain);
  io("chain_name", s.chain_name);
  io("steps", s.steps);
  io("next_step", s.next_step);
  io("paused", s.paused);
}

std::optional<StepCode> code_of(const Step& step) {
  const auto pick = [](bool important, StepCode plain, StepCode with_importance) {
    return std::optional(important ? with_importance : plain);
  };
  using Code = std::optional<StepCode>;
  return std::visit(
      Overloaded{
          [](const step::Wait&) { return Code(StepCode::Wait); },
          [&](const step::NotifyPersons& s) {
            return pick(s.important, StepCode::NotifyPersons, StepCode::NotifyPersonsImportant);
          },
          [&](const step::NotifyPersonNextEachTime& s) {
            return pick(s.important, StepCode::NotifyPersonNextEachTime,
                        StepCode::NotifyPersonNextEachTimeImportant);
          },
          [&](const step::NotifyOnCallFromSchedule& s) {
            return pick(s.important, StepCode::NotifyOnCallFromSchedule,
                        StepCode::NotifyOnCallFromScheduleImportant);
          },
          [&](const step::NotifyUserGroup& s) {
            return pick(s.important, StepCode::NotifyUserGroup, StepCode::NotifyUserGroupImportant);
          },
          [&](const step::NotifyTeamMembers& s) {
            return pick(s.important, StepCode::NotifyTeamMembers, StepCode::NotifyTeamMembersImportant);
          },
          [](const step::NotifyWholeChannel&) { return Code(StepCode::NotifyWholeChannel); },
          [](const step::NotifyIfTimeFromTo&) { return Code(StepCode::NotifyIfTimeFromTo); },
          [](const step::NotifyIfNumAlertsInWindow&) { return Code(StepCode::NotifyIfNumAlertsInWindow); },
          [](const step::RepeatEscalation&) { return Code(StepCode::RepeatEscalation); },
          [](const step::TriggerWebhook&) { return Code(StepCode::TriggerWebhook); },
          [](const step::Resolve&) { return Code(StepCode::Resolve); },
          [](const step::DeclareIncident&) { return Code(StepCode::DeclareIncident); },
          [](const step::Unspecified&) { return Code(); },
      },
      step);
}

std::string_view display_name(StepCode code) {
  switch (code) {
    case StepCode::Wait:
      return "Wait";
    case StepCode::NotifyWholeChannel:
      return "Notify Whole Channel";
    case StepCode::RepeatEscalation:
      return "Repeat Escalation (5 times max)";
    case StepCode::Resolve:
      return "Resolve";
    case StepCode::NotifyUserGroup:
      return "Notify Group";
    case StepCode::NotifyOnCallFromSchedule:
      return "Notify Schedule";
    case StepCode::NotifyUserGroupImportant:
      return "Notify Group (Important)";
    case StepCode::NotifyOnCallFromScheduleImportant:
      return "Notify Schedule (Important)";
    case StepCode::NotifyPersonNextEachTime:
      return "Notify User (next each time)";
    case StepCode::NotifyIfTimeFromTo:
      return "Continue escalation only if time is from";
    case StepCode::NotifyPersons:
      return "Notify multiple Users";
    case StepCode::NotifyPersonsImportant:
      return "Notify multiple Users (Important)";
    case StepCode::NotifyIfNumAlertsInWindow:
      return "Continue escalation if >X alerts per Y minutes";
    case StepCode::TriggerWebhook:
      return "Trigger Webhook";
    case StepCode::NotifyTeamMembers:
      return "Notify all users in a Team";
    case StepCode::NotifyTeamMembersImportant:
      return "Notify all users in a Team (Important)";
    case StepCode::DeclareIncident:
      return "Declare Incident";
    case StepCode::NotifyPersonNextEachTimeImportant:
      return "Notify User (next each time) (Important)";
  }
  return "";
}

json::Value to_json(const EscalationPolicy& policy) {
  return write_fields(policy);
}
json::Value to_json(const EscalationSnapshot& snapshot) {
  return write_fields(snapshot);
}
Result<EscalationPolicy> escalation_policy_from_json(const json::Value& value) {
  return read_fields<EscalationPolicy>(value);
}
Result<EscalationSnapshot> escalation_snapshot_from_json(const json::Value& value) {
  return read_fields<EscalationSnapshot>(value);
}

}  // namespace tocsin
