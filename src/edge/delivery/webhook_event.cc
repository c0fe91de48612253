#include "edge/delivery/webhook_event.h"

#include <set>

#include "domain/escalation/ahead.h"
#include "store/escalations.h"
#include "store/group_timeline.h"
#include "store/on_call.h"
#include "store/people.h"
#include "store/webhooks.h"

namespace tocsin::delivery {
namespace {

std::optional<User> find_user(store::Connection& db, const std::optional<UserId>& id) {
  return id ? store::find_user(db, *id) : std::nullopt;
}

std::vector<User> notified_users(store::Connection& db, const AlertGroupId& group) {
  std::vector<User> users;
  std::set<UserId> seen;
  for (const store::LogRecord& record : store::records_of(db, group)) {
    const auto* personal = std::get_if<PersonalRecord>(&record);
    if (personal == nullptr || personal->type != PersonalRecordType::Success) continue;
    if (!seen.insert(personal->user).second) continue;
    if (auto user = store::find_user(db, personal->user)) users.push_back(*std::move(user));
  }
  return users;
}

std::vector<Person> people_of(store::Connection& db, const std::vector<UserId>& ids) {
  std::vector<Person> people;
  for (const UserId& id : ids) {
    if (const auto user = store::find_user(db, id))
      people.push_back({user->id, user->username, user->role <= Role::Editor});
  }
  return people;
}

// Whom the rest of the walk will page, as things stand now; each once, in the order of the steps.
std::vector<User> to_be_notified(store::Connection& db, const AlertGroupId& group, Instant now) {
  std::vector<User> users;
  const auto escalation = store::find_escalation(db, group);
  if (!escalation) return users;
  std::set<UserId> seen;
  for (const escalation::StepAhead& ahead : escalation::steps_ahead(*escalation)) {
    const auto* on_call = std::get_if<escalation::need::OnCall>(&ahead.need);
    const auto people =
        people_of(db, on_call != nullptr ? store::on_call_users(db, on_call->schedule, now)
                                         : std::get<escalation::need::Users>(ahead.need).users);
    for (const UserId& id : escalation::will_notify(ahead, people)) {
      if (!seen.insert(id).second) continue;
      if (auto user = store::find_user(db, id)) users.push_back(*std::move(user));
    }
  }
  return users;
}

// "<name> - <Type title>", unless the name is one that was generated from it.
std::string shown_name(const GroupView& view) {
  if (view.type == nullptr || view.integration.name.find(view.type->title) != std::string::npos)
    return view.integration.name;
  return view.integration.name + " - " + std::string(view.type->title);
}

}  // namespace

webhook::EventFacts event_facts(store::Connection& db, const GroupView& view, const WebhookId& webhook,
                                WebhookTrigger trigger, const std::optional<UserId>& user, Instant now) {
  const AlertGroup& group = view.group();
  webhook::EventFacts facts{.trigger = trigger,
                            .group = group,
                            .alerts_count = view.listed.alerts_count,
                            .labels = view.listed.labels,
                            .last_alert = std::nullopt,
                            .first_payload = view.first_payload,
                            .integration = view.integration,
                            .integration_name = shown_name(view),
                            .team_name = std::nullopt,
                            .user = find_user(db, user),
                            .acknowledged_by = find_user(db, group.acknowledged_by_user),
                            .resolved_by = find_user(db, group.resolved_by_user),
                            .notified = notified_users(db, group.id),
                            .to_be_notified = to_be_notified(db, group.id, now),
                            .responses = {},
                            .web_link = view.web_link};
  if (const auto& last = view.listed.last_alert) {
    facts.last_alert =
        webhook::LastAlert{AlertId(last->id), last->created_at, view.last_payload.value_or(json::Value())};
  }
  if (view.integration.team) {
    if (const auto team = store::find_team(db, *view.integration.team)) facts.team_name = team->name;
  }
  for (const WebhookResponse& response : store::latest_webhook_responses(db, group.id, webhook))
    facts.responses.emplace_back(response.webhook, response.content);
  return facts;
}

}  // namespace tocsin::delivery
