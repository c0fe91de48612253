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
  }
  return {};
}

}  // namespace tocsin
