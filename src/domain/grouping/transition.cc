#include "domain/grouping/transition.h"

#include <string>
#include <utility>

#include "base/overloaded.h"

namespace tocsin::grouping {
namespace {

// "Wiped by ann at 2026-11-24"
std::string wiped_title(const Actor& actor, Instant now) {
  return "Wiped by " + actor.username + " at " + to_iso_seconds(now).substr(0, 10);
}

// One command on one group. Clearing a flag is an act of its own; what it leads to (records, webhooks, the
// escalation) is up to the command.
class Act {
 public:
  Act(AlertGroup group, const Actor& actor, const ReminderSettings& reminders, Instant now)
      : out_{std::move(group), {}}, group_(out_.group), actor_(actor), reminders_(reminders), now_(now) {}

  Transition run(const GroupCommand& command) {
    std::visit([this](const auto& c) { carry_out(c); }, command);
    return std::move(out_);
  }

 private:
  void carry_out(const command::Acknowledge& c) {
    if (group_.acknowledged && !group_.resolved) return;
    if (group_.resolved && actor_.by == AnsweredBy::Source)
      return;  // the source does not reopen what is over
    if (group_.silenced) record(GroupRecordType::Unsilenced);
    if (group_.resolved) record(GroupRecordType::Unresolved);
    clear_silence();
    clear_resolve();
    group_.acknowledged = true;
    group_.acknowledged_at = now_;
    group_.acknowledged_by = actor_.by;
    group_.acknowledged_by_user = actor_.user;
    group_.acknowledge_confirmed_at.reset();
    ++group_.acknowledge_generation;
    answered();
    add(effect::StopEscalation{group_.id});
    record(GroupRecordType::Acknowledged);
    set_reminder();
    announce(WebhookTrigger::Acknowledge, c);
  }

  void carry_out(const command::Unacknowledge& c) {
    if (!group_.acknowledged) return;
    clear_acknowledge();
    clear_silence();
    record(GroupRecordType::Unacknowledged);
    restart_if_root();
    announce(WebhookTrigger::Unacknowledge, c);
  }

  void carry_out(const command::Resolve& c) {
    if (group_.resolved) return;
    if (group_.maintenance && actor_.by != AnsweredBy::MaintenanceEnd)
      return add(effect::StopMaintenance{group_.id, actor_});
    const bool says_unsilenced = actor_.by == AnsweredBy::User || actor_.by == AnsweredBy::Source;
    if (group_.silenced && says_unsilenced) record(GroupRecordType::Unsilenced);
    resolve(actor_.by);
    add(effect::StopEscalation{group_.id});
    record(GroupRecordType::Resolved);
    announce(WebhookTrigger::Resolve, c);
  }

  // OnCall quirk: the group stays closed for grouping; the next alert opens a new one.
  void carry_out(const command::Unresolve& c) {
    if (!group_.resolved || group_.wiped_at) return;
    clear_resolve();
    clear_acknowledge();
    clear_silence();
    record(GroupRecordType::Unresolved);
    restart_if_root();
    announce(WebhookTrigger::Unresolve, c);
  }

  void carry_out(const command::Silence& c) {
    if (group_.resolved) record(GroupRecordType::Unresolved);
    if (group_.acknowledged) record(GroupRecordType::Unacknowledged);
    if (group_.silenced) record(GroupRecordType::Unsilenced);
    clear_resolve();
    clear_acknowledge();
    clear_silence();
    const bool forever = !c.delay || c.delay->count() <= 0;
    group_.silenced = true;
    group_.silenced_at = now_;
    group_.silenced_by_user = actor_.user;
    if (!forever) group_.silenced_until = now_ + *c.delay;
    answered();
    GroupRecord silenced = make_record(group_, GroupRecordType::Silenced, actor_, now_);
    if (!forever) silenced.silence_delay = c.delay;
    add(effect::AddRecord{std::move(silenced)});
    if (forever && c.stop_at_once) add(effect::StopEscalation{group_.id});
    if (!forever && !group_.attached()) {
      add(effect::SetTimer{{.kind = TimerKind::SilenceExpiry,
                            .generation = group_.silence_generation,
                            .at = *group_.silenced_until,
                            .group = group_.id}});
    }
    announce(WebhookTrigger::Silence, c);
  }

  void carry_out(const command::Unsilence& c) {
    if (!group_.silenced) return;
    clear_silence();
    record(GroupRecordType::Unsilenced);
    if (!group_.resolved && !group_.acknowledged) restart_if_root();
    announce(WebhookTrigger::Unsilence, c);
  }

  // Bulk only: whatever was answered is taken back, and the next alert of this key opens a new group.
  void carry_out(const command::Restart&) {
    if (group_.attached() || group_.wiped_at) return;
    undo(group_.acknowledged, GroupRecordType::Unacknowledged, WebhookTrigger::Unacknowledge);
    undo(group_.resolved, GroupRecordType::Unresolved, WebhookTrigger::Unresolve);
    undo(group_.silenced, GroupRecordType::Unsilenced, WebhookTrigger::Unsilence);
    clear_acknowledge();
    clear_resolve();
    clear_silence();
    group_.open_for_grouping = false;
    group_.restarted_at = now_;
    add(effect::StartEscalation{group_.id, now_ + kRestartDelay});
    add(effect::UpdateChatPosts{group_.id});
  }

  void carry_out(const command::Wipe& c) {
    if (!group_.wiped_at) {
      resolve(AnsweredBy::Wiped);
      group_.distinction.clear();
      group_.title.reset();
      group_.wiped_at = now_;
      group_.wiped_by = actor_.user;
      add(effect::StopEscalation{group_.id});
      add(effect::WipeAlerts{group_.id, wiped_title(actor_, now_)});
    }
    record(GroupRecordType::Wiped);
    add(effect::UpdateChatPosts{group_.id});
    to_dependents(c);
  }

  void add(Effect effect) { out_.effects.push_back(std::move(effect)); }
  void record(GroupRecordType type) { add(effect::AddRecord{make_record(group_, type, actor_, now_)}); }

  void undo(bool was_set, GroupRecordType type, WebhookTrigger trigger) {
    if (!was_set) return;
    record(type);
    add(effect::FireWebhooks{group_.id, trigger, actor_.user});
  }

  void resolve(AnsweredBy by) {
    clear_silence();
    ++group_.acknowledge_generation;  // no reminder any more; the flag itself outlives the resolve
    group_.resolved = true;
    group_.resolved_at = now_;
    group_.resolved_by = by;
    group_.resolved_by_user = actor_.user;
    group_.open_for_grouping = false;
    answered();
  }

  void clear_acknowledge() {
    if (group_.acknowledged) ++group_.acknowledge_generation;
    group_.acknowledged = false;
    group_.acknowledged_at.reset();
    group_.acknowledged_by = AnsweredBy::NotYet;
    group_.acknowledged_by_user.reset();
    group_.acknowledge_confirmed_at.reset();
  }
  void clear_resolve() {
    group_.resolved = false;
    group_.resolved_at.reset();
    group_.resolved_by = AnsweredBy::NotYet;
    group_.resolved_by_user.reset();
  }
  void clear_silence() {
    if (group_.silenced) ++group_.silence_generation;
    group_.silenced = false;
    group_.silenced_at.reset();
    group_.silenced_until.reset();
    group_.silenced_by_user.reset();
  }

  void answered() {
    if (group_.response_time) return;
    group_.response_time = std::chrono::floor<std::chrono::seconds>(now_ - group_.started_at);
  }

  void set_reminder() {
    if (actor_.by != AnsweredBy::User || group_.attached() || !reminders_.remind_every) return;
    add(effect::SetTimer{{.kind = TimerKind::AcknowledgeReminder,
                          .generation = group_.acknowledge_generation,
                          .at = now_ + *reminders_.remind_every,
                          .group = group_.id}});
  }

  void restart_if_root() {
    if (!group_.attached()) add(effect::StartEscalation{group_.id, now_ + kRestartDelay});
  }

  void to_dependents(const GroupCommand& command) {
    if (!group_.attached()) add(effect::ApplyToDependents{group_.id, command, actor_});
  }

  void announce(WebhookTrigger trigger, const GroupCommand& command) {
    add(effect::FireWebhooks{group_.id, trigger, actor_.user});
    add(effect::UpdateChatPosts{group_.id});
    to_dependents(command);
  }

  Transition out_;
  AlertGroup& group_;
  const Actor& actor_;
  const ReminderSettings& reminders_;
  Instant now_;
};

}  // namespace

Transition apply(AlertGroup group, const GroupCommand& command, const Actor& actor,
                 const ReminderSettings& reminders, Instant now) {
  return Act(std::move(group), actor, reminders, now).run(command);
}

Transition remove(AlertGroup group, const Actor& actor, Instant now) {
  Transition out{std::move(group), {}};
  Actor unattach = actor;
  unattach.reason = kRootDeleted;
  out.effects = {effect::StopEscalation{out.group.id},
                 effect::AddRecord{make_record(out.group, GroupRecordType::Deleted, actor, now)},
                 effect::UnattachDependents{out.group.id, unattach}, effect::RemoveGroup{out.group.id}};
  return out;
}

GroupRecord make_record(const AlertGroup& group, GroupRecordType type, const Actor& actor, Instant now) {
  GroupRecord record{.group = group.id, .type = type, .at = now, .reason = actor.reason};
  record.author = actor.user;
  record.author_name = actor.username;
  record.via = actor.via;
  record.subject = actor.integration;
  return record;
}

}  // namespace tocsin::grouping
