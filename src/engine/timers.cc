#include "engine/timers.h"

#include <algorithm>
#include <map>

#include "domain/grouping/timers.h"
#include "engine/groups.h"
#include "engine/internal_integration.h"
#include "engine/schedule_notices.h"
#include "engine/walks.h"
#include "store/alert_groups.h"
#include "store/escalations.h"
#include "store/people.h"

namespace tocsin::engine {
namespace {

constexpr std::chrono::seconds kFirstPause{10};
constexpr std::chrono::seconds kLongestPause{3600};

std::string username(Batch& batch, const std::optional<UserId>& id) {
  const auto user = id ? store::find_user_ever(batch.db, *id) : std::nullopt;
  return user ? user->username : std::string();
}

// Ticks of paging read the group and write what is their own: any number of them leave it as it was foreseen.
bool leaves_group_alone(TimerKind kind) {
  return kind == TimerKind::EscalationTick || kind == TimerKind::PersonalTick;
}

// What the timers of a batch will ask for, read at once: on PostgreSQL one round trip in place of thousands.
// Only of groups with one timer in the batch or with ticks of paging alone, and only until something has
// changed other groups.
class Foreseen {
 public:
  Foreseen(Batch& batch, const std::vector<store::DueTimer>& timers)
      : batch_(batch), changes_(batch.other_groups_changed) {
    struct Wanted {
      int timers = 0, changing = 0;
    };
    std::map<AlertGroupId, Wanted> wanted;  // sorted: the order in which rows are held
    for (const store::DueTimer& due : timers) {
      if (!due.timer || !due.timer->group) continue;
      Wanted& group = wanted[*due.timer->group];
      ++group.timers;
      if (!leaves_group_alone(due.timer->kind)) ++group.changing;
    }
    std::vector<AlertGroupId> ids;
    for (const auto& [id, group] : wanted) {
      if (group.timers == 1 || group.changing == 0) ids.push_back(id);
    }
    auto held = store::hold_groups(batch.db, batch.plans, ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      batch.personal_chains.foresee(ids[i], std::move(held[i].chains));
      held_.emplace(ids[i], std::move(held[i]));
    }
  }

  std::optional<AlertGroup> group(const AlertGroupId& id) const {
    const store::HeldGroup* held = find(id);
    return held != nullptr ? held->group : store::lock_group(batch_.db, id);
  }
  std::optional<Escalation> escalation(const AlertGroupId& id) const {
    const store::HeldGroup* held = find(id);
    return held != nullptr ? held->escalation : store::find_escalation(batch_.db, batch_.plans, id);
  }

 private:
  const store::HeldGroup* find(const AlertGroupId& id) const {
    const auto found = held_.find(id);
    return found == held_.end() || batch_.other_groups_changed != changes_ ? nullptr : &found->second;
  }

  Batch& batch_;
  std::size_t changes_;
  std::map<AlertGroupId, store::HeldGroup> held_;
};

void run_group_timer(Batch& batch, const Timer& timer, const Foreseen& foreseen) {
  const auto group = foreseen.group(*timer.group);
  if (!group) return;
  switch (timer.kind) {
    case TimerKind::EscalationTick:
      return tick_escalation(batch, *group, foreseen.escalation(group->id), timer.generation);
    case TimerKind::PersonalTick:
      return tick_chain(batch, *group, *timer.user, timer.generation);
    case TimerKind::SilenceExpiry:
      return store_transition(batch, *group,
                              grouping::silence_expired(*group, timer.generation, batch.now()));
    case TimerKind::AcknowledgeReminder:
      return store_transition(
          batch, *group, grouping::remind(*group, timer.generation, reminder_settings(batch), batch.now()));
    case TimerKind::AutoUnacknowledge:
      return store_transition(
          batch, *group,
          grouping::unacknowledge_unconfirmed(*group, timer.generation, reminder_settings(batch),
                                              username(batch, group->acknowledged_by_user), batch.now()));
    case TimerKind::SmsBundleFlush:
    case TimerKind::ScheduleLook:
    case TimerKind::ScheduleReport:
      break;
  }
}

void run_timer(Batch& batch, const store::DueTimer& due, const Foreseen& foreseen) {
  if (!due.timer) {
    batch.log.error("a timer of unknown kind was dropped", {{"kind", due.kind}, {"subject", due.subject}});
    return;
  }
  const Timer& timer = *due.timer;
  if (timer.group) return run_group_timer(batch, timer, foreseen);
  if (timer.kind == TimerKind::ScheduleLook) return look_at_schedule(batch, *timer.schedule);
  if (timer.kind == TimerKind::ScheduleReport)
    return report_on_schedule(batch, *timer.schedule, timer.generation == kAfterEdit);
  flush_bundle(batch, *timer.user, timer.importance, timer.generation);
}

json::Value lag_payload(std::string_view state, const std::string& message) {
  return json::Object{{"alert_uid", json::Value("tocsin-timer-lag")},
                      {"title", json::Value("Escalation steps run late")},
                      {"state", json::Value(state)},
                      {"message", json::Value(message)}};
}

void raise_about_lag(Batch& batch, std::string_view state, const std::string& message) {
  auto itself = internal_integration(batch, {.type = "webhook",
                                             .name = "Tocsin itself",
                                             .templates = {{"grouping_key", "{{ payload.alert_uid }}"},
                                                           {"web.title", "{{ payload.title }}"}}});
  std::ignore = raise_alert(batch, std::move(itself), lag_payload(state, message));
}

}  // namespace

void run_timers(Batch& batch, const std::vector<store::DueTimer>& timers) {
  const Foreseen foreseen(batch, timers);
  for (const store::DueTimer& timer : timers) run_timer(batch, timer, foreseen);
}

std::chrono::microseconds lag_of(const std::vector<store::DueTimer>& due, Instant now) {
  for (const store::DueTimer& one : due) {
    const bool pages = !one.timer || !one.timer->schedule;
    if (pages) return now - one.due_at;
  }
  return std::chrono::microseconds{0};
}

std::chrono::seconds set_aside_for(std::int64_t failures) {
  return std::min(kFirstPause * (std::int64_t{1} << std::min<std::int64_t>(failures, 9)), kLongestPause);
}

void report_lag(Batch& batch, std::chrono::seconds lag) {
  raise_about_lag(batch, "alerting",
                  "A step of an escalation was due " + std::to_string(lag.count()) + " seconds ago.");
}

void report_no_lag(Batch& batch) {
  raise_about_lag(batch, "ok", "Steps run in time again.");
}

}  // namespace tocsin::engine
