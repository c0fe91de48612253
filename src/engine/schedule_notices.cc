#include "engine/schedule_notices.h"

#include "domain/schedule/notices.h"
#include "engine/outgoing.h"
#include "store/schedule_inputs.h"
#include "store/schedule_notices.h"
#include "store/timers.h"

namespace tocsin::engine {
namespace {

using schedule::FinalSchedule;
using store::LoadedSchedule;

// Gaps are reported a minute after empty shifts.
constexpr std::chrono::seconds kGapsAfterEmptyShifts{60};

void set(Batch& batch, TimerKind kind, const ScheduleId& schedule, Instant at, std::uint64_t generation = 0) {
  store::set_timer(batch.db, {.kind = kind, .generation = generation, .at = at, .schedule = schedule});
  batch.timer_set(at);
}

// From now for three days, or to the end of what is current (docs/spec/schedules.md, section 9).
FinalSchedule resolve_ahead(const LoadedSchedule& loaded, Instant now) {
  const Instant least = schedule::look_ahead({}, now);
  FinalSchedule final = schedule::resolve(loaded.input(), {now, least});
  const Instant latest = schedule::look_ahead(final.on_call_at(now).because, now);
  return latest == least ? final : schedule::resolve(loaded.input(), {now, latest});
}

void tell_channel(Batch& batch, const Schedule& schedule, schedule::ShiftNotice notice) {
  if (!store::notice_settings(batch.db, schedule.id).each_shift) return;
  put_in_outbox(batch, PostShiftNotice{.schedule = schedule.id,
                                       .started = std::move(notice.started),
                                       .previous = std::move(notice.previous),
                                       .next = std::move(notice.next)});
}

void announce(Batch& batch, const ScheduleId& id, const FinalSchedule& final,
              const schedule::LeadTimes& lead_times, std::optional<Instant> looked_at) {
  for (const auto& announcement : schedule::announcements(final, lead_times, looked_at, batch.now())) {
    if (!store::record_announcement(batch.db, id, announcement)) continue;
    put_in_outbox(batch, AnnounceShift{announcement.user, id, announcement.shift});
  }
  store::forget_announcements(batch.db, id, batch.now());
}

}  // namespace

void look_at_schedule(Batch& batch, const ScheduleId& id) {
  const Instant now = batch.now();
  const auto loaded = store::load_schedule(batch.db, id, {now, schedule::look_ahead({}, now)});
  if (!loaded) return;
  const FinalSchedule final = resolve_ahead(*loaded, now);
  const store::Seen seen = store::seen_of(batch.db, id);
  schedule::ShiftNews news = schedule::look(seen.shifts, final, now);
  // Without a channel nothing is seen, so that a new channel begins with who is on call.
  if (!loaded->schedule.slack_channel_id) news = {};
  store::put_seen(batch.db, id, news.state, now);
  if (news.notice) tell_channel(batch, loaded->schedule, *std::move(news.notice));
  if (const auto& group = loaded->schedule.slack_user_group_id) {
    put_in_outbox(batch, UpdateUserGroup{UserGroupId(*group)});
  }
  const schedule::LeadTimes& lead_times = batch.lookups.lead_times();
  announce(batch, id, final, lead_times, seen.looked_at);

  Instant next = schedule::next_change(final, now);
  if (const auto at = schedule::next_announcement(final, lead_times, now)) next = std::min(next, *at);
  set(batch, TimerKind::ScheduleLook, id, next);
}

void report_on_schedule(Batch& batch, const ScheduleId& id, bool after_edit) {
  const auto stored = store::find_schedule(batch.db, id);
  if (!stored) return;
  const Instant now = batch.now();
  set(batch, TimerKind::ScheduleReport, id, schedule::next_weekly_report(now));
  if (!stored->schedule.slack_channel_id) return;
  if (!after_edit && schedule::is_reported_this_week(store::seen_of(batch.db, id).reported_at, now)) return;
  store::put_reported(batch.db, id, now);
  put_in_outbox(batch, PostScheduleReport{id, ScheduleFault::EmptyShifts});
  put_in_outbox(batch, PostScheduleReport{id, ScheduleFault::Gaps},
                after_edit ? now : now + kGapsAfterEmptyShifts);
}

void watch(Batch& batch, const ScheduleId& schedule) {
  set(batch, TimerKind::ScheduleLook, schedule, batch.now());
  set(batch, TimerKind::ScheduleReport, schedule, batch.now() + kReportAfterEdit, kAfterEdit);
}

void look_again_for(Batch& batch, const UserId& user) {
  for (const ScheduleId& schedule : store::schedules_naming(batch.db, user)) {
    set(batch, TimerKind::ScheduleLook, schedule, batch.now());
  }
}

std::vector<Command> watch_unwatched(store::Connection& db) {
  std::vector<Command> commands;
  if (store::unwatched_schedules(db).empty()) return commands;
  commands.push_back(Change{"watch schedules",
                            [](Batch& batch) {
                              for (const ScheduleId& id : store::unwatched_schedules(batch.db)) {
                                set(batch, TimerKind::ScheduleLook, id, batch.now());
                                set(batch, TimerKind::ScheduleReport, id,
                                    schedule::next_weekly_report(batch.now()));
                              }
                              return true;
                            },
                            {}});
  return commands;
}

}  // namespace tocsin::engine
