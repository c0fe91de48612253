#include "domain/escalation/tick.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "domain/escalation/time_window.h"
#include "domain/escalation/turn.h"

namespace tocsin::escalation {
namespace {

Importance importance(bool important) {
  return important ? Importance::Important : Importance::Default;
}

// One step of one walk: reads facts, writes records and effects, says when the next tick is.
class StepRun {
 public:
  StepRun(Escalation escalation, const Facts& facts, Instant now)
      : out_{std::move(escalation), {}}, walk_(*out_.escalation.snapshot), facts_(facts), now_(now) {}

  Changed run() {
    if (walk_.next_step >= walk_.steps.size()) {
      record({.type = GroupRecordType::EscalationFinished});
      finish();
      return std::move(out_);
    }
    current_ = &walk_.steps[walk_.next_step++];
    due_ = now_ + kNextStepDelay;
    std::visit([this](auto& step) { carry_out(step); }, current_->policy.step);
    out_.escalation.due = due_;
    if (due_) {
      ++out_.escalation.generation;
      effects().push_back(effect::SetTimer{{.kind = TimerKind::EscalationTick,
                                            .generation = out_.escalation.generation,
                                            .at = *due_,
                                            .group = out_.escalation.group}});
    }
    return std::move(out_);
  }

 private:
  void carry_out(const step::Wait& step) {
    due_ = now_ + step.duration.value_or(kDefaultWait);
    step.duration ? triggered({}) : failed(EscalationFailure::WaitNotConfigured);
  }

  void carry_out(const step::NotifyPersons& step) {
    if (facts_.people.empty()) return failed(EscalationFailure::NoUsers);
    triggered_for(facts_.people);
    triggered({});
    page(facts_.people, importance(step.important));
  }

  void carry_out(step::NotifyPersonNextEachTime& step) {
    if (facts_.people.empty()) return failed(EscalationFailure::NoUsersNextEachTime);
    const Person& next = next_in_turn(facts_.people, step.last_notified);
    step.last_notified = next.id;
    effects().push_back(effect::SaveRoundRobinPointer{current_->policy.id, next.id});
    triggered_for({next});
    page({next}, importance(step.important));
  }

  void carry_out(const step::NotifyOnCallFromSchedule& step) {
    if (!step.schedule || !facts_.exists) return failed(EscalationFailure::ScheduleNotConfigured);
    if (facts_.feed_failed) return failed(EscalationFailure::ScheduleImportFailed, facts_.name);
    std::vector<Person> people = sorted(facts_.people);
    std::erase_if(people, [](const Person& p) { return !p.may_be_notified; });
    if (people.empty()) return failed(EscalationFailure::NobodyOnCall, facts_.name);
    triggered_for(people);
    triggered({.subject = facts_.name});
    page(people, importance(step.important));
  }

  void carry_out(const step::NotifyUserGroup& step) {
    if (!step.user_group) return failed(EscalationFailure::UserGroupNotConfigured);
    // OnCall skips the step without a word when no workspace is connected; here every decision is explained.
    if (!facts_.slack_connected) return failed(EscalationFailure::SlackNotPossible, facts_.name);
    if (!facts_.exists) return failed(EscalationFailure::UserGroupNotConfigured);
    const std::vector<Person> people = sorted(facts_.people);
    if (people.empty()) return failed(EscalationFailure::UserGroupEmpty, facts_.name);
    triggered_for(people);
    triggered({.subject = facts_.name});
    effects().push_back(effect::MentionInThread{out_.escalation.group, step.user_group});
    page(people, importance(step.important), ChainCause::SlackWideStep);
  }

  void carry_out(const step::NotifyTeamMembers& step) {
    if (!step.team || !facts_.exists) return failed(EscalationFailure::TeamNotConfigured);
    const std::vector<Person> people = sorted(facts_.people);
    triggered({.subject = facts_.name});
    triggered_for(people);
    page(people, importance(step.important));
  }

  void carry_out(const step::NotifyWholeChannel&) {
    triggered({});
    if (!facts_.exists) return failed(EscalationFailure::SlackNotPossible);
    const std::vector<Person> people = sorted(facts_.people);
    triggered_for(people);
    effects().push_back(effect::MentionInThread{out_.escalation.group, std::nullopt});
    page(people, Importance::Default, ChainCause::SlackWideStep, std::chrono::seconds{1});
  }

  void carry_out(const step::NotifyIfTimeFromTo& step) {
    if (!step.from || !step.to) return failed(EscalationFailure::TimeWindowNotConfigured);
    const std::optional<Instant> wait = wait_for_window(*step.from, *step.to, now_);
    if (wait) due_ = wait;
    triggered({.eta = wait});
  }

  void carry_out(const step::NotifyIfNumAlertsInWindow& step) {
    if (!step.alerts || !step.minutes) return failed(EscalationFailure::AlertCountNotConfigured);
    if (!std::exchange(current_->evaluated, true))
      triggered({.alerts = step.alerts, .minutes = step.minutes});
    walk_.paused = facts_.alerts <= *step.alerts;
    if (!walk_.paused) return;
    --walk_.next_step;  // the next alert evaluates this step again
    due_.reset();
  }

  void carry_out(const step::RepeatEscalation&) {
    if (current_->repeats >= kMaxRepeats) return;
    ++current_->repeats;
    walk_.next_step = 0;
    triggered({});
  }

  void carry_out(const step::TriggerWebhook& step) {
    if (!step.webhook || !facts_.exists) return failed(EscalationFailure::WebhookNotConfigured);
    if (!facts_.enabled) return failed(EscalationFailure::WebhookDisabled, facts_.name);
    effects().push_back(effect::TriggerWebhook{out_.escalation.group, *step.webhook, current_->policy.id});
  }

  void carry_out(const step::Resolve&) {
    triggered({});
    finish();
    effects().push_back(
        effect::ApplyToGroup{out_.escalation.group, command::Resolve{}, Actor{.by = AnsweredBy::LastStep}});
  }

  // There is no incident product to declare to.
  void carry_out(const step::DeclareIncident&) { failed(EscalationFailure::IncidentsNotEnabled); }
  void carry_out(const step::Unspecified&) { failed(EscalationFailure::StepUnspecified); }

  Effects& effects() { return out_.effects; }

  void finish() {
    out_.escalation.finished = true;
    out_.escalation.due.reset();
    due_.reset();
  }

  void record(GroupRecord record) {
    record.group = out_.escalation.group;
    record.at = now_;
    if (current_) {
      record.policy = current_->policy.id;
      record.step = code_of(current_->policy.step);
    }
    effects().push_back(effect::AddRecord{std::move(record)});
  }
  void triggered(GroupRecord details) {
    details.type = GroupRecordType::EscalationTriggered;
    record(std::move(details));
  }
  void triggered_for(const std::vector<Person>& people) {
    for (const Person& person : people) triggered({.author = person.id, .author_name = person.username});
  }
  void failed(EscalationFailure why, std::string subject = {}) {
    record({.type = GroupRecordType::EscalationFailed, .failure = why, .subject = std::move(subject)});
  }

  void page(const std::vector<Person>& people, Importance importance,
            ChainCause cause = ChainCause::EscalationStep, std::chrono::seconds apart = {}) {
    Instant at = now_;
    for (const Person& person : people) {
      effects().push_back(
          effect::StartPersonalChain{.group = out_.escalation.group,
                                     .user = person.id,
                                     .importance = importance,
                                     .cause = cause,
                                     .reason = "lifecycle rule for " + walk_.route_name + " route",
                                     .at = at});
      at += apart;
    }
  }

  Changed out_;
  EscalationSnapshot& walk_;
  const Facts& facts_;
  Instant now_;
  SnapshotStep* current_ = nullptr;  // nullptr: past the last step
  std::optional<Instant> due_;
};

template <class Id, class Wanted>
Need wanted(const std::optional<Id>& id, Wanted) {
  return id ? Need(Wanted{*id}) : Need(need::Nothing{});
}

}  // namespace

Need needs(const Escalation& escalation, const AlertGroup& group, std::uint64_t generation) {
  if (guard(escalation, group, generation) != TickGuard::Run) return need::Nothing{};
  const EscalationSnapshot& walk = *escalation.snapshot;
  if (walk.next_step >= walk.steps.size()) return need::Nothing{};
  return std::visit(
      Overloaded{
          [](const step::Wait&) -> Need { return need::Nothing{}; },
          [](const step::NotifyPersons& s) -> Need { return need::Users{s.users}; },
          [](const step::NotifyPersonNextEachTime& s) -> Need { return need::Users{s.users}; },
          [](const step::NotifyOnCallFromSchedule& s) { return wanted(s.schedule, need::OnCall{}); },
          [](const step::NotifyUserGroup& s) { return wanted(s.user_group, need::UserGroupMembers{}); },
          [](const step::NotifyTeamMembers& s) { return wanted(s.team, need::TeamMembers{}); },
          [](const step::NotifyWholeChannel&) -> Need { return need::SlackChannelMembers{}; },
          [](const step::NotifyIfTimeFromTo&) -> Need { return need::Nothing{}; },
          [](const step::NotifyIfNumAlertsInWindow& s) { return wanted(s.minutes, need::AlertCount{}); },
          [](const step::RepeatEscalation&) -> Need { return need::Nothing{}; },
          [](const step::TriggerWebhook& s) { return wanted(s.webhook, need::Webhook{}); },
          [](const step::Resolve&) -> Need { return need::Nothing{}; },
          [](const step::DeclareIncident&) -> Need { return need::Nothing{}; },
          [](const step::Unspecified&) -> Need { return need::Nothing{}; },
      },
      walk.steps[walk.next_step].policy.step);
}

Changed tick(Escalation escalation, const AlertGroup& group, std::uint64_t generation, const Facts& facts,
             Instant now) {
  switch (guard(escalation, group, generation)) {
    case TickGuard::Ignore:
      if (generation == escalation.generation) escalation.due.reset();
      return {std::move(escalation), {}};
    case TickGuard::Stop:
      return {stop(std::move(escalation)), {}};
    case TickGuard::Run:
      break;
  }
  return StepRun(std::move(escalation), facts, now).run();
}

}  // namespace tocsin::escalation
