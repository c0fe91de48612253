#include "simulation/reasons.h"

#include <algorithm>

#include "base/overloaded.h"
#include "base/text.h"
#include "store/escalation_chains.h"
#include "store/notification_rules.h"
#include "store/on_call.h"
#include "store/people.h"
#include "store/schedules.h"
#include "store/shifts.h"

namespace tocsin::simulation {
namespace {

std::string username(store::Connection& db, const UserId& id) {
  const auto user = store::find_user_ever(db, id);
  return user ? user->username : id.str();
}

const schedule::OnCallUser* find_user(const schedule::Event& event, const UserId& user) {
  const auto found = std::ranges::find(event.users, user, &schedule::OnCallUser::id);
  return found == event.users.end() ? nullptr : &*found;
}

std::string shift_text(store::Connection& db, const schedule::Event& event) {
  const std::string kind = event.is_override() ? "override" : "shift";
  if (!event.source) return "an imported " + kind;
  const auto stored = store::find_shift(db, OnCallShiftId(event.shift));
  const auto name = stored ? stored->shift.name : std::nullopt;
  return kind + " " + (name ? quoted(*name) : event.shift);
}

std::string why_on_call(store::Connection& db, const ScheduleId& id, const UserId& user, Instant at) {
  const auto stored = store::find_schedule(db, id);
  const auto resolved = store::final_schedule_around(db, id, at);
  if (!stored || !resolved) return {};
  for (const schedule::Event* event : resolved->on_call_at(at).because) {
    const schedule::OnCallUser* who = find_user(*event, user);
    if (who == nullptr) continue;
    std::string text = "on call by " + shift_text(db, *event) + " of schedule " +
                       quoted(stored->schedule.name) + " until " + to_iso_seconds(event->end);
    if (who->swap && who->swap->instead_of)
      text += ", having taken the shift of " + username(db, *who->swap->instead_of);
    return text;
  }
  return "on call by schedule " + quoted(stored->schedule.name);
}

struct Place {
  std::size_t number = 0;  // from 1
  std::size_t count = 0;
};
Place place_of_rule(const std::vector<NotificationRule>& rules, const NotificationRuleId& id) {
  const auto found = std::ranges::find(rules, id, &NotificationRule::id);
  return {found == rules.end() ? 0 : static_cast<std::size_t>(found - rules.begin()) + 1, rules.size()};
}

std::string of(Place place) {
  return std::to_string(place.number) + " of " + std::to_string(place.count);
}

}  // namespace

std::string place_of_step(store::Connection& db, const EscalationPolicyId& id) {
  const auto stored = store::find_policy(db, id);
  if (!stored) return {};
  const auto steps = store::policies_of(db, stored->chain);
  const auto found = std::ranges::find(steps, id, &EscalationPolicy::id);
  return "step " + of({static_cast<std::size_t>(found - steps.begin()) + 1, steps.size()});
}

std::optional<std::chrono::seconds> wait_of_step(store::Connection& db, const EscalationPolicyId& id) {
  const auto stored = store::find_policy(db, id);
  const auto* wait = stored ? std::get_if<step::Wait>(&stored->policy.step) : nullptr;
  return wait != nullptr ? wait->duration : std::nullopt;
}

std::string why_paged(store::Connection& db, const EscalationPolicyId& policy, const UserId& user,
                      Instant at) {
  const auto stored = store::find_policy(db, policy);
  if (!stored) return {};
  if (const auto* by_schedule = std::get_if<step::NotifyOnCallFromSchedule>(&stored->policy.step))
    return by_schedule->schedule ? why_on_call(db, *by_schedule->schedule, user, at) : std::string();
  if (const auto* by_team = std::get_if<step::NotifyTeamMembers>(&stored->policy.step)) {
    const auto team = by_team->team ? store::find_team(db, *by_team->team) : std::nullopt;
    return team ? "member of team " + quoted(team->name) : std::string();
  }
  if (std::holds_alternative<step::NotifyPersonNextEachTime>(stored->policy.step))
    return "the next in turn of " + place_of_step(db, policy);
  return "named by " + place_of_step(db, policy);
}

std::string rule_text(store::Connection& db, const PersonalRecord& record) {
  if (!record.rule) return "no rules of this importance are set: one e-mail is sent";
  const auto rules = store::notification_rules_of(db, record.user);
  if (const Place place = place_of_rule(rules.by_default, *record.rule); place.number > 0)
    return "default rule " + of(place);
  if (const Place place = place_of_rule(rules.important, *record.rule); place.number > 0)
    return "important rule " + of(place);
  return {};
}

std::optional<std::chrono::seconds> wait_of_rule(store::Connection& db, const PersonalRecord& record) {
  const auto stored = record.rule ? store::find_notification_rule(db, *record.rule) : std::nullopt;
  const auto* wait = stored ? std::get_if<WaitRule>(&stored->rule.action) : nullptr;
  return wait != nullptr ? wait->duration : std::nullopt;
}

std::string contact_text(const User& user, NotifyBy by) {
  switch (by) {
    case NotifyBy::Email:
      return user.email;
    case NotifyBy::Slack:
    case NotifyBy::Sms:
    case NotifyBy::PhoneCall:
    case NotifyBy::Telegram:
    case NotifyBy::MobileApp:
    case NotifyBy::MobileAppCritical:
    case NotifyBy::Mattermost:
    case NotifyBy::Webhook:
      return {};
  }
  return {};
}

std::string duration_text(std::chrono::seconds duration) {
  const std::chrono::hh_mm_ss parts{duration};
  std::string text;
  const auto add = [&](std::int64_t count, const char* unit) {
    if (count != 0) text += (text.empty() ? "" : " ") + std::to_string(count) + " " + unit;
  };
  add(parts.hours().count(), "h");
  add(parts.minutes().count(), "min");
  add(parts.seconds().count(), "s");
  return text.empty() ? "0 s" : text;
}

}  // namespace tocsin::simulation
