#include "domain/model/timer.h"

#include "base/check.h"

namespace tocsin {

std::string_view name_of(TimerKind kind) {
  switch (kind) {
    case TimerKind::EscalationTick:
      return "escalation_tick";
    case TimerKind::SilenceExpiry:
      return "silence_expiry";
    case TimerKind::AcknowledgeReminder:
      return "acknowledge_reminder";
    case TimerKind::AutoUnacknowledge:
      return "auto_unacknowledge";
    case TimerKind::PersonalTick:
      return "personal_tick";
    case TimerKind::SmsBundleFlush:
      return "sms_bundle_flush";
    case TimerKind::ScheduleLook:
      return "schedule_look";
    case TimerKind::ScheduleReport:
      return "schedule_report";
  }
  return "";
}

std::string subject_of(const Timer& timer) {
  switch (timer.kind) {
    case TimerKind::EscalationTick:
    case TimerKind::SilenceExpiry:
    case TimerKind::AcknowledgeReminder:
    case TimerKind::AutoUnacknowledge:
      TOCSIN_CHECK(timer.group);
      return timer.group->str();
    case TimerKind::PersonalTick:
      TOCSIN_CHECK(timer.group && timer.user);
      return timer.group->str() + "/" + timer.user->str();
    case TimerKind::SmsBundleFlush:
      TOCSIN_CHECK(timer.user);
      return timer.user->str() + (timer.importance == Importance::Important ? "/important" : "/default");
    case TimerKind::ScheduleLook:
    case TimerKind::ScheduleReport:
      TOCSIN_CHECK(timer.schedule);
      return timer.schedule->str();
  }
  return {};
}

std::optional<TimerKind> parse_timer_kind(std::string_view name) {
  for (const TimerKind kind :
       {TimerKind::EscalationTick, TimerKind::SilenceExpiry, TimerKind::AcknowledgeReminder,
        TimerKind::AutoUnacknowledge, TimerKind::PersonalTick, TimerKind::SmsBundleFlush,
        TimerKind::ScheduleLook, TimerKind::ScheduleReport}) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

std::optional<Timer> timer_of(TimerKind kind, std::string_view subject, std::uint64_t generation,
                              Instant at) {
  Timer timer{.kind = kind, .generation = generation, .at = at};
  const std::size_t slash = subject.find('/');
  const std::string first(subject.substr(0, slash));
  const std::string rest(slash == std::string_view::npos ? std::string_view() : subject.substr(slash + 1));
  if (kind == TimerKind::ScheduleLook || kind == TimerKind::ScheduleReport) {
    timer.schedule = ScheduleId(first);
  } else if (kind == TimerKind::SmsBundleFlush) {
    timer.user = UserId(first);
    if (rest == "important") timer.importance = Importance::Important;
  } else {
    timer.group = AlertGroupId(first);
    if (kind == TimerKind::PersonalTick) timer.user = UserId(rest);
  }
  if (subject_of(timer) != subject) return std::nullopt;
  return timer;
}

}  // namespace tocsin
