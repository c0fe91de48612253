#include "domain/webhook/event.h"

#include <cstdio>

#include "language/json/read.h"

namespace tocsin::webhook {
namespace {

using json::Object;
using json::Value;

// "2026-01-02T03:04:05.000006+00:00": always with microseconds.
std::string offset_time(Instant at) {
  std::string text = to_iso(at);
  text.pop_back();  // Z
  if (text.find('.') == std::string::npos) text += ".000000";
  return text + "+00:00";
}

Value time_or_null(const std::optional<Instant>& at) {
  return at ? Value(to_iso(*at)) : Value();
}

template <class Id>
Value id_or_null(const std::optional<Id>& id) {
  return id ? Value(id->str()) : Value();
}

Value text_or_null(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value();
}

Value user_value(const User& user) {
  return Object{
      {"id", Value(user.id.str())}, {"username", Value(user.username)}, {"email", Value(user.email)}};
}

Value user_or_null(const std::optional<User>& user) {
  return user ? user_value(*user) : Value();
}

Value users_value(const std::vector<User>& users) {
  json::Array out;
  for (const User& user : users) out.push_back(user_value(user));
  return out;
}

Value labels_value(const Labels& labels) {
  Object out;
  for (const Label& label : labels) out.set(label.key, label.value);
  return out;
}

// Absent where OnCall has none: unsilence, unresolve, unacknowledge. Null when the group is not (any more) in
// the state that the event speaks of.
void set_time(Object& event, const EventFacts& facts, Instant now) {
  const auto set = [&](const std::optional<Instant>& at) {
    event.set("time", at ? Value(offset_time(*at)) : Value());
  };
  switch (facts.trigger) {
    case WebhookTrigger::AlertGroupCreated:
      return set(facts.group.started_at);
    case WebhookTrigger::Acknowledge:
      return set(facts.group.acknowledged_at);
    case WebhookTrigger::Resolve:
      return set(facts.group.resolved_at);
    case WebhookTrigger::Silence:
      set(facts.group.silenced_at);
      event.set("until",
                facts.group.silenced_until ? Value(offset_time(*facts.group.silenced_until)) : Value());
      return;
    case WebhookTrigger::EscalationStep:
    case WebhookTrigger::PersonalNotification:
      return set(now);
    case WebhookTrigger::Unsilence:
    case WebhookTrigger::Unresolve:
    case WebhookTrigger::Unacknowledge:
    case WebhookTrigger::StatusChange:
      return;
  }
}

Value event_value(const EventFacts& facts, Instant now) {
  Object event{{"type", Value(api_name(facts.trigger))}};
  set_time(event, facts, now);
  if (facts.trigger == WebhookTrigger::PersonalNotification) event.set("user", facts.user_context);
  return event;
}

Value last_alert_value(const EventFacts& facts) {
  if (!facts.last_alert) return {};
  return Object{{"id", Value(facts.last_alert->id.str())},
                {"alert_group_id", Value(facts.group.id.str())},
                {"created_at", Value(to_iso(facts.last_alert->created_at))},
                {"payload", facts.last_alert->payload}};
}

Value group_value(const EventFacts& facts) {
  const AlertGroup& group = facts.group;
  Object out;
  out.set("id", group.id.str());
  out.set("integration_id", group.integration.str());
  out.set("team_id", id_or_null(facts.integration.team));
  out.set("route_id", id_or_null(group.route));
  out.set("alerts_count", facts.alerts_count);
  out.set("state", api_name(state_of(group)));
  out.set("created_at", to_iso(group.started_at));
  out.set("resolved_at", time_or_null(group.resolved_at));
  out.set("resolved_by", id_or_null(group.resolved_by_user));
  out.set("acknowledged_at", time_or_null(group.acknowledged_at));
  out.set("acknowledged_by", id_or_null(group.acknowledged_by_user));
  out.set("labels", labels_value(facts.labels));
  out.set("title", text_or_null(group.title));
  out.set(
      "permalinks",
      Object{
          {"slack", Value()}, {"slack_app", Value()}, {"telegram", Value()}, {"web", Value(facts.web_link)}});
  out.set("silenced_at", time_or_null(group.silenced_at));
  out.set("last_alert", last_alert_value(facts));
  return out;
}

// Parsed JSON, else the text, else null.
Value content_value(const std::optional<std::string>& content) {
  if (!content) return {};
  auto parsed = json::read(*content);
  return parsed ? std::move(parsed).value() : Value(*content);
}

}  // namespace

json::Value make_event(const EventFacts& facts, const Webhook& webhook, Instant now) {
  Object out;
  out.set("event", event_value(facts, now));
  out.set("user", user_or_null(facts.user));
  out.set("alert_group", group_value(facts));
  out.set("alert_group_id", facts.group.id.str());
  out.set("alert_payload", facts.first_payload ? *facts.first_payload : Value(""));
  out.set("integration", Object{{"id", Value(facts.integration.id.str())},
                                {"type", Value(facts.integration.type)},
                                {"name", Value(facts.integration_name)},
                                {"team", text_or_null(facts.team_name)},
                                {"labels", labels_value(facts.integration.labels)}});
  out.set("notified_users", users_value(facts.notified));
  out.set("users_to_be_notified", users_value(facts.to_be_notified));
  out.set("alert_group_acknowledged_by", user_or_null(facts.acknowledged_by));
  out.set("alert_group_resolved_by", user_or_null(facts.resolved_by));
  if (!facts.responses.empty()) {
    Object responses;
    for (const auto& [id, content] : facts.responses) responses.set(id.str(), content_value(content));
    out.set("responses", std::move(responses));
  }
  out.set(
      "webhook",
      Object{{"id", Value(webhook.id.str())}, {"name", Value(webhook.name)}, {"labels", Value(Object{})}});
  return out;
}

}  // namespace tocsin::webhook
