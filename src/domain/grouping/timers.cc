#include "domain/grouping/timers.h"

#include <utility>

namespace tocsin::grouping {
namespace {

bool acknowledged_by_user(const AlertGroup& group, std::uint64_t generation) {
  return generation == group.acknowledge_generation && state_of(group) == GroupState::Acknowledged &&
         group.acknowledged_by == AnsweredBy::User && !group.attached();
}

// With a new generation: a timer that fires twice asks once.
effect::SetTimer timer(TimerKind kind, AlertGroup& group, Instant at) {
  ++group.acknowledge_generation;
  return {{.kind = kind, .generation = group.acknowledge_generation, .at = at, .group = group.id}};
}

}  // namespace

Transition silence_expired(AlertGroup group, std::uint64_t generation, Instant now) {
  if (generation != group.silence_generation || state_of(group) != GroupState::Silenced || group.attached()) {
    return {std::move(group), {}};
  }
  const Actor time{.by = AnsweredBy::NotYet, .reason = "auto unsilence"};
  return apply(std::move(group), command::Unsilence{}, time, {}, now);
}

Transition remind(AlertGroup group, std::uint64_t generation, const ReminderSettings& settings, Instant now) {
  Transition out{std::move(group), {}};
  if (!acknowledged_by_user(out.group, generation) || !settings.remind_every) return out;
  if (!settings.unacknowledge_after && now - out.group.started_at > kRemindersEndAfter) return out;

  out.group.acknowledge_confirmed_at.reset();
  const Actor nobody{.by = AnsweredBy::NotYet};
  out.effects.push_back(
      effect::AddRecord{make_record(out.group, GroupRecordType::AcknowledgeReminder, nobody, now)});
  if (out.group.acknowledged_by_user) {
    out.effects.push_back(effect::PostAcknowledgeReminder{out.group.id, *out.group.acknowledged_by_user});
  }
  out.effects.push_back(
      settings.unacknowledge_after
          ? timer(TimerKind::AutoUnacknowledge, out.group, now + *settings.unacknowledge_after)
          : timer(TimerKind::AcknowledgeReminder, out.group, now + *settings.remind_every));
  return out;
}

Transition unacknowledge_unconfirmed(AlertGroup group, std::uint64_t generation,
                                     const ReminderSettings& settings, const std::string& acknowledged_by,
                                     Instant now) {
  Transition out{std::move(group), {}};
  AlertGroup& g = out.group;
  if (!acknowledged_by_user(g, generation) || !settings.remind_every || !settings.unacknowledge_after)
    return out;
  if (g.acknowledge_confirmed_at) {
    // Reminders keep their rhythm of A + R, A + 2R, ...
    out.effects.push_back(timer(TimerKind::AcknowledgeReminder, g,
                                now + *settings.remind_every - *settings.unacknowledge_after));
    return out;
  }
  const Actor acker{.by = AnsweredBy::User, .user = g.acknowledged_by_user, .username = acknowledged_by};
  g.acknowledged = false;
  g.acknowledged_at.reset();
  g.acknowledged_by = AnsweredBy::NotYet;
  g.acknowledged_by_user.reset();
  ++g.acknowledge_generation;
  // Outgoing webhooks do not hear of it, nor do dependents (docs/spec/outgoing-webhooks.md, section 2).
  out.effects = {effect::AddRecord{make_record(g, GroupRecordType::AutoUnacknowledged, acker, now)},
                 effect::StartEscalation{g.id, now + kRestartDelay}, effect::UpdateChatPosts{g.id}};
  return out;
}

Result<AlertGroup> confirm_acknowledge(AlertGroup group, const UserId& user, Instant now) {
  if (state_of(group) != GroupState::Acknowledged) return invalid("The alert group is not acknowledged");
  if (group.acknowledged_by_user != user) {
    return Error{ErrorKind::Forbidden, {}, "Only the user who acknowledged the alert group can confirm it"};
  }
  group.acknowledge_confirmed_at = now;
  return group;
}

}  // namespace tocsin::grouping
