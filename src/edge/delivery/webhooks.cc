#include "edge/delivery/webhooks.h"

#include <algorithm>
#include <set>

#include "base/overloaded.h"
#include "domain/escalation/webhook_outcome.h"
#include "domain/model/outgoing.h"
#include "edge/delivery/group_view.h"
#include "engine/outgoing.h"
#include "store/alert_groups.h"
#include "store/group_timeline.h"
#include "store/people.h"
#include "store/webhooks.h"

namespace tocsin::delivery {
namespace {

constexpr int kMaxRedirects = 30;

// One webhook to be called, whatever asked for it.
struct Call {
  AlertGroupId group;
  WebhookId webhook;
  WebhookTrigger trigger = WebhookTrigger::EscalationStep;
  std::optional<UserId> user;
  std::optional<EscalationPolicyId> policy;  // set: an escalation step
};

std::optional<Call> call_of(const store::OutboxRow& row) {
  const auto outgoing = outgoing_from_json(row.kind, row.payload);
  if (!outgoing) return std::nullopt;
  if (const auto* step = std::get_if<effect::TriggerWebhook>(&*outgoing))
    return Call{step->group, step->webhook, WebhookTrigger::EscalationStep, std::nullopt, step->policy};
  if (const auto* send = std::get_if<SendWebhook>(&*outgoing))
    return Call{send->group, send->webhook, send->trigger, send->user, std::nullopt};
  return std::nullopt;
}

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

// "<name> - <Type title>", unless the name is one that was generated from it.
std::string shown_name(const GroupView& view) {
  if (view.type == nullptr || view.integration.name.find(view.type->title) != std::string::npos)
    return view.integration.name;
  return view.integration.name + " - " + std::string(view.type->title);
}

webhook::EventFacts event_facts(store::Connection& db, const GroupView& view, const Call& call) {
  const AlertGroup& group = view.group();
  webhook::EventFacts facts{.trigger = call.trigger,
                            .group = group,
                            .alerts_count = view.listed.alerts_count,
                            .labels = view.listed.labels,
                            .last_alert = std::nullopt,
                            .first_payload = view.first_payload,
                            .integration = view.integration,
                            .integration_name = shown_name(view),
                            .team_name = std::nullopt,
                            .user = find_user(db, call.user),
                            .acknowledged_by = find_user(db, group.acknowledged_by_user),
                            .resolved_by = find_user(db, group.resolved_by_user),
                            .notified = notified_users(db, group.id),
                            .to_be_notified = {},
                            .responses = {},
                            .web_link = view.web_link};
  if (const auto& last = view.listed.last_alert) {
    facts.last_alert =
        webhook::LastAlert{AlertId(last->id), last->created_at, view.last_payload.value_or(json::Value())};
  }
  if (view.integration.team) {
    if (const auto team = store::find_team(db, *view.integration.team)) facts.team_name = team->name;
  }
  for (const WebhookResponse& response : store::latest_webhook_responses(db, group.id, call.webhook))
    facts.responses.emplace_back(response.webhook, response.content);
  return facts;
}

// The texts that the address policy and the resolver stand for (docs/spec/outgoing-webhooks.md, section 6).
std::optional<std::string> url_fault(const http::OutboundError& error) {
  switch (error.fault) {
    case http::OutboundFault::Malformed:
      return "URL - Malformed url";
    case http::OutboundFault::Refused:
      return "URL - This url is not supported for outgoing webhooks";
    case http::OutboundFault::Resolve:
      return "URL - Cannot resolve name in url";
    case http::OutboundFault::Connect:
    case http::OutboundFault::Tls:
    case http::OutboundFault::TimedOut:
    case http::OutboundFault::TooLarge:
    case http::OutboundFault::TooManyRedirects:
    case http::OutboundFault::Rejected:
    case http::OutboundFault::Other:
      return std::nullopt;
  }
  return std::nullopt;
}

using Kind = escalation::WebhookResult::Kind;

// What one attempt left behind, ready to be recorded. Shared between the callback and the engine.
struct Attempted {
  Call call;
  std::string webhook_name;
  WebhookResponse response;
  Kind kind = Kind::Failed;
  std::string text;
};

void take(Attempted& attempted, const http::Outcome& outcome) {
  if (const auto* answer = std::get_if<http::OutboundResponse>(&outcome)) {
    attempted.kind = Kind::Answered;
    attempted.text = std::to_string(answer->status);
    attempted.response.status_code = answer->status;
    attempted.response.content = webhook::kept_content(answer->body);
    return;
  }
  const auto& error = std::get<http::OutboundError>(outcome);
  attempted.kind = error.fault == http::OutboundFault::TimedOut ? Kind::TimedOut : Kind::Failed;
  attempted.text = url_fault(error).value_or(error.message);
  if (url_fault(error)) {
    attempted.response.url = attempted.text;
  } else {
    attempted.response.content = attempted.text;
  }
}

// A receiver that began to answer has got the request: its answer being cut short is no reason to call again.
Outcome verdict(const http::Outcome& outcome) {
  const auto* error = std::get_if<http::OutboundError>(&outcome);
  if (error == nullptr) return Delivered{std::to_string(std::get<http::OutboundResponse>(outcome).status)};
  if (error->status != 0) return Failed{error->message, std::nullopt};
  switch (error->fault) {
    case http::OutboundFault::TimedOut:
      return Retry{error->message, escalation::kWebhookRetryDelay, false, std::nullopt};
    case http::OutboundFault::Connect:
    case http::OutboundFault::Other:
      return Retry{error->message, std::nullopt, false, std::nullopt};
    case http::OutboundFault::Malformed:
    case http::OutboundFault::Refused:
    case http::OutboundFault::Resolve:
    case http::OutboundFault::Tls:
    case http::OutboundFault::TooLarge:
    case http::OutboundFault::TooManyRedirects:
    case http::OutboundFault::Rejected:
      return Failed{error->message, std::nullopt};
  }
  return Failed{error->message, std::nullopt};
}

void record(engine::Batch& batch, const Attempted& attempted) {
  WebhookResponse response = attempted.response;
  response.id = batch.ids.public_id("WHR");
  response.group = attempted.call.group;
  response.trigger = attempted.call.trigger;
  response.created_at = batch.next_instant();
  store::insert_webhook_response(batch.db, response);
  // Sets the step's fields; events have no step.
  GroupRecord entry =
      escalation::webhook_outcome({attempted.call.group, attempted.call.webhook,
                                   attempted.call.policy.value_or(EscalationPolicyId())},
                                  attempted.webhook_name, {attempted.kind, attempted.text}, 1, batch.now())
          .record;
  entry.at = batch.next_instant();
  entry.trigger = api_name(attempted.call.trigger);
  if (!attempted.call.policy) {
    entry.policy.reset();
    entry.step.reset();
  }
  store::insert_record(batch.db, entry);
}

void record_disabled(engine::Batch& batch, const Call& call, const std::string& name, EscalationFailure why) {
  store::insert_record(batch.db, GroupRecord{.group = call.group,
                                             .type = GroupRecordType::EscalationFailed,
                                             .at = batch.next_instant(),
                                             .policy = call.policy,
                                             .step = StepCode::TriggerWebhook,
                                             .failure = why,
                                             .subject = name});
}

// Steps that cannot call anybody say so; events that find no webhook any more just end.
Job drop_call(const Call& call, const std::string& name, EscalationFailure why, std::string reason) {
  if (!call.policy) return Drop{std::move(reason)};
  return Drop{std::move(reason),
              [call, name, why](engine::Batch& batch) { record_disabled(batch, call, name, why); }};
}

http::OutboundRequest outbound_request(const webhook::Request& request, const std::string& id,
                                       const WebhookSettings& settings) {
  http::OutboundRequest out{.method = request.method,
                            .url = request.url,
                            .headers = {},
                            .body = request.body.value_or(""),
                            .connect_timeout = settings.connect_timeout,
                            .total_timeout = settings.total_timeout,
                            .max_redirects = kMaxRedirects};
  for (const auto& [name, value] : request.headers) out.headers.add(name, value);
  if (!out.headers.find("Idempotency-Key")) out.headers.add("Idempotency-Key", id);
  return out;
}

}  // namespace

bool WebhookCourier::carries(std::string_view kind) const {
  return kind == "webhook" || kind == "trigger_webhook" || kind == "fire_webhooks";
}

Job WebhookCourier::prepare(store::Connection& db, const store::OutboxRow& row, Instant now) {
  if (row.kind == "fire_webhooks") {  // somebody left the choice of webhooks to us
    const auto outgoing = outgoing_from_json(row.kind, row.payload);
    if (!outgoing) return Drop{outgoing.error().message};
    return Drop{"became one row for each webhook",
                [fire = *outgoing](engine::Batch& batch) { engine::put_in_outbox(batch, fire); }};
  }
  const auto call = call_of(row);
  if (!call) return Drop{"unreadable payload"};
  const auto view = view_group(db, *engine_.configuration(), call->group, settings_.base_url);
  if (!view) return Drop{"the alert group was deleted"};
  const auto found = store::find_webhook(db, call->webhook);
  if (!found) return drop_call(*call, {}, EscalationFailure::WebhookNotConfigured, "the webhook was deleted");
  if (!found->enabled)
    return drop_call(*call, found->name, EscalationFailure::WebhookDisabled, "the webhook is disabled");
  const auto& filter = found->integration_filter;
  if (!filter.empty() && std::find(filter.begin(), filter.end(), view->group().integration) == filter.end())
    return Drop{"Alert group was not from a selected integration"};

  const json::Value event = webhook::make_event(event_facts(db, *view, *call), *found, now);
  webhook::Built built = webhook::build_request(*found, event, settings_.base_url, now);
  if (!built.record) return Drop{"the trigger template did not say true"};
  auto attempted = std::make_shared<Attempted>();
  attempted->call = *call;
  attempted->webhook_name = found->name;
  attempted->response = std::move(*built.record);
  if (!built.request) {
    attempted->text = built.problem;
    return Drop{built.problem, [attempted](engine::Batch& batch) { record(batch, *attempted); }};
  }
  return Send{
      .provider = "webhook",
      .start =
          [this, attempted, request = outbound_request(*built.request, row.id, settings_)](const Done& done) {
            outbound_.send(request, [attempted, done](const http::Outcome& outcome) {
              take(*attempted, outcome);
              done(verdict(outcome));
            });
          },
      .record = [attempted](engine::Batch& batch, const Outcome&, Attempt) { record(batch, *attempted); },
      .patience = {.attempts = 1 + escalation::kWebhookRetries, .time = std::chrono::hours{1}}};
}

}  // namespace tocsin::delivery
