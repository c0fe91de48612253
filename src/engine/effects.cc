#include "engine/effects.h"

#include <tuple>

#include "engine/groups.h"
#include "engine/maintenance.h"
#include "engine/outgoing.h"
#include "engine/walks.h"
#include "store/alert_groups.h"
#include "store/escalation_chains.h"
#include "store/timers.h"

namespace tocsin::engine {
namespace {

// One function per effect, so that a new one fails to compile until it is carried out.
class Carrier {
 public:
  Carrier(Batch& batch, const AlertGroup* known, bool opened)
      : batch_(batch), known_(known), opened_(opened) {}

  void run(const Effects& effects) {
    for (const Effect& effect : effects) std::visit(*this, effect);
  }

  // --- another rule's turn
  void operator()(const effect::StartEscalation& e) {
    start_escalation(batch_, e, opened_ && is_known(e.group) ? known_ : nullptr);
  }
  void operator()(const effect::StopEscalation& e) { stop_escalation(batch_, e.group); }
  void operator()(const effect::ApplyToGroup& e) {
    ++batch_.other_groups_changed;
    std::ignore = apply_to_group(batch_, e.group, e.command, e.actor);  // it may have been deleted meanwhile
  }
  void operator()(const effect::ApplyToDependents& e) {
    if (opened_) return;  // nothing can be attached to it yet
    for (const AlertGroupId& dependent : dependents_of(batch_, e.group)) {
      ++batch_.other_groups_changed;
      std::ignore = apply_to_group(batch_, dependent, e.command, e.actor);
    }
  }
  void operator()(const effect::UnattachDependents& e) {
    for (const AlertGroupId& dependent : dependents_of(batch_, e.group)) {
      ++batch_.other_groups_changed;
      free_dependent(batch_, dependent, e.actor);
    }
  }
  void operator()(const effect::StopMaintenance& e) {
    ++batch_.other_groups_changed;
    end_maintenance_of(batch_, e.group, e.actor);
  }
  void operator()(const effect::StartPersonalChain& e) {
    if (is_known(e.group)) return start_chain(batch_, e, *known_);
    if (const auto group = store::lock_group(batch_.db, e.group)) start_chain(batch_, e, *group);
  }
  void operator()(const effect::StopPersonalChain& e) { stop_chain(batch_, e); }

  // --- stored
  void operator()(const effect::AddRecord& e) { add(e.record); }
  void operator()(const effect::AddPersonalRecord& e) { add(e.record); }
  void operator()(const effect::SetTimer& e) {
    store::set_timer(batch_.db, e.timer);
    batch_.timer_set(e.timer.at);
  }
  void operator()(const effect::SaveRoundRobinPointer& e) {
    store::save_round_robin_pointer(batch_.db, e.policy, e.user);
    batch_.lookups.forget_policies();  // the next snapshot reads the new pointer
  }
  void operator()(const effect::WipeAlerts& e) { store::wipe_alerts(batch_.db, e.group); }
  void operator()(const effect::RemoveGroup& e) { store::remove_group(batch_.db, e.group); }

  // --- leaves through the outbox
  void operator()(const effect::Notify& e) { put_in_outbox(batch_, e); }
  void operator()(const effect::NotifyBundle& e) { put_in_outbox(batch_, e); }
  void operator()(const effect::TriggerWebhook& e) { put_in_outbox(batch_, e); }
  void operator()(const effect::FireWebhooks& e) {
    if (batch_.lookups.any_webhook()) put_in_outbox(batch_, e);
  }
  void operator()(const effect::UpdateChatPosts& e) { post(e); }
  void operator()(const effect::PublishAlert& e) { post(e); }
  void operator()(const effect::PostAcknowledgeReminder& e) { post(e); }
  void operator()(const effect::MentionInThread& e) { post(e); }

 private:
  bool is_known(const AlertGroupId& group) const { return known_ != nullptr && known_->id == group; }

  template <class Record>
  void add(Record record) {
    record.at = batch_.next_instant();
    store::insert_record(batch_.db, record);
  }

  template <class Post>
  void post(const Post& post) {
    if (batch_.config->posts_to_chat) put_in_outbox(batch_, post);
  }

  Batch& batch_;
  const AlertGroup* known_;
  bool opened_;
};

}  // namespace

void carry_out(Batch& batch, const Effects& effects, const AlertGroup* known) {
  Carrier(batch, known, false).run(effects);
}
void carry_out_opened(Batch& batch, const Effects& effects, const AlertGroup& opened) {
  Carrier(batch, &opened, true).run(effects);
}

}  // namespace tocsin::engine
