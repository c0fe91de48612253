#include "edge/delivery/webhooks.h"

#include <algorithm>

#include "base/overloaded.h"
#include "edge/delivery/page_records.h"
#include "edge/delivery/webhook_event.h"
#include "engine/outgoing.h"
#include "language/json/read.h"
#include "store/alert_groups.h"
#include "store/people.h"
#include "store/personal_webhooks.h"
#include "store/webhooks.h"

namespace tocsin::delivery {
namespace {

// The group's time line; `policy`: of the step that asked for it, events have none.
GroupRecord group_record(engine::Batch& batch, const Attempted& attempted,
                         const std::optional<EscalationPolicyId>& policy) {
  GroupRecord entry = escalation::webhook_outcome(
                          {attempted.group, attempted.webhook.id, policy.value_or(EscalationPolicyId())},
                          attempted.webhook.name, attempted.result, 1, batch.now())
                          .record;
  entry.at = batch.next_instant();
  entry.trigger = api_name(attempted.trigger);
  if (!policy) {
    entry.policy.reset();
    entry.step.reset();
  }
  return entry;
}

void record_unsent_step(engine::Batch& batch, const AlertGroupId& group,
                        const std::optional<EscalationPolicyId>& policy, const std::string& name,
                        EscalationFailure why) {
  store::insert_record(batch.db, GroupRecord{.group = group,
                                             .type = GroupRecordType::EscalationFailed,
                                             .at = batch.next_instant(),
                                             .policy = policy,
                                             .step = StepCode::TriggerWebhook,
                                             .failure = why,
                                             .subject = name});
}

Job or_nothing(std::optional<Job> job) {
  return job ? *std::move(job) : Drop{"the trigger template did not say true"};
}

// Nullopt: none was made, or its template failed.
std::optional<std::string> body_of(const WebhookResponse& sent) {
  if (!sent.status_code && sent.request_data && sent.request_data->starts_with("Data - "))
    return std::nullopt;
  return sent.request_data;
}

bool lets_through(const Webhook& webhook, const IntegrationId& integration) {
  const auto& filter = webhook.integration_filter;
  return filter.empty() || std::find(filter.begin(), filter.end(), integration) != filter.end();
}

// A receiver that answered with an error has not told anybody.
notification::DeliveryOutcome page_outcome(const Attempted& attempted) {
  constexpr auto kCode = NotificationFailure::BackendError;
  const auto status = attempted.response.status_code;
  if (!status) return notification::NotDelivered{kCode, attempted.result.text};
  if (*status < 400) return notification::Delivered{};
  return notification::NotDelivered{kCode, "HTTP status " + std::to_string(*status)};
}

}  // namespace

// One webhook to be called for what happened to a group.
struct WebhookCourier::Call {
  AlertGroupId group;
  WebhookId webhook;
  WebhookTrigger trigger = WebhookTrigger::EscalationStep;
  std::optional<UserId> user = {};
  std::optional<EscalationPolicyId> policy = {};  // set: an escalation step
};

bool WebhookCourier::carries(const store::OutboxRow& row) const {
  return is_webhook_lane(row.queue);
}

Job WebhookCourier::prepare(store::Connection& db, const store::OutboxRow& row, Instant now) {
  const auto outgoing = outgoing_from_json(row.kind, row.payload);
  if (!outgoing) return Drop{outgoing.error().message};
  return std::visit(
      Overloaded{
          [&](const effect::FireWebhooks& fire) -> Job {  // somebody left the choice of webhooks to us
            return Drop{"became one row for each webhook",
                        [fire](engine::Batch& batch) { engine::put_in_outbox(batch, fire); }};
          },
          [&](const effect::TriggerWebhook& step) {
            return prepare_call(db, {.group = step.group, .webhook = step.webhook, .policy = step.policy},
                                row.id, now);
          },
          [&](const SendWebhook& send) {
            return prepare_call(db, {send.group, send.webhook, send.trigger, send.user}, row.id, now);
          },
          [&](const ResendWebhook& resend) { return prepare_again(db, resend, row.id, now); },
          [&](const effect::Notify& notify) { return prepare_page(db, notify, row.id, now); },
          [](const auto&) -> Job { return Drop{"nothing that a webhook carries"}; },
      },
      *outgoing);
}

// Steps that cannot call anybody say so; events that find no webhook any more just end.
Job WebhookCourier::prepare_call(store::Connection& db, const Call& call, const std::string& id,
                                 Instant now) {
  const auto view = view_group(db, *engine_.configuration(), call.group, settings_.base_url);
  if (!view) return Drop{"the alert group was deleted"};
  auto found = store::find_webhook(db, call.webhook);
  if (!found || !found->enabled) {
    const std::string reason = found ? "the webhook is disabled" : "the webhook was deleted";
    const auto why = found ? EscalationFailure::WebhookDisabled : EscalationFailure::WebhookNotConfigured;
    if (!call.policy) return Drop{reason};
    return Drop{reason, [call, why, name = found ? found->name : std::string()](engine::Batch& batch) {
                  record_unsent_step(batch, call.group, call.policy, name, why);
                }};
  }
  if (!lets_through(*found, view->group().integration))
    return Drop{"Alert group was not from a selected integration"};
  const auto facts = event_facts(db, *view, found->id, call.trigger, call.user, now);
  return or_nothing(call_webhook(
      outbound_, settings_,
      {.group = call.group,
       .trigger = call.trigger,
       .webhook = *found,
       .event = webhook::make_event(facts, *found, now),
       .record = [policy = call.policy](
                     engine::Batch& batch, const Attempted& attempted,
                     Attempt) { store::insert_record(batch.db, group_record(batch, attempted, policy)); }},
      id, now));
}

// The same event and the same body, to wherever the webhook points by now; nobody asks its trigger template.
Job WebhookCourier::prepare_again(store::Connection& db, const ResendWebhook& resend, const std::string& id,
                                  Instant now) {
  auto found = store::find_webhook(db, resend.webhook);
  if (!found || !found->enabled) return Drop{found ? "the webhook is disabled" : "the webhook was deleted"};
  const auto response = store::find_webhook_response(db, resend.webhook, resend.response);
  if (!response) return Drop{"the attempt is no longer kept"};
  auto event = json::read(response->event_data, json::NonFinite::Accept);
  if (!event || !event->is_object()) return Drop{"the event is unreadable"};
  found->trigger_template.reset();
  return or_nothing(call_webhook(outbound_, settings_,
                                 {.group = resend.group,
                                  .trigger = response->trigger,
                                  .webhook = *found,
                                  .event = std::move(event).value(),
                                  .body = body_of(*response),
                                  .resent_of = resend.response,
                                  .record =
                                      [resend](engine::Batch& batch, const Attempted& attempted, Attempt) {
                                        if (!store::find_group(batch.db, resend.group)) return;
                                        GroupRecord entry = group_record(batch, attempted, std::nullopt);
                                        entry.author = resend.user;
                                        entry.author_name = resend.username;
                                        store::insert_record(batch.db, entry);
                                      }},
                                 id, now));
}

Job WebhookCourier::prepare_page(store::Connection& db, const effect::Notify& notify, const std::string& id,
                                 Instant now) {
  store::LastLook look = looks_.before(db, notify, now);
  const auto& user = look.user;
  if (const auto no = notification::check_before_sending(notify, send_facts(look, true), now))
    return drop_page({*no}, no->reason);
  const auto fail = [&](const std::string& reason) {
    const notification::NotDelivered outcome{NotificationFailure::BackendError, reason};
    return drop_page({notification::outcome_record(notify, user->username, outcome, now)}, reason);
  };
  const GroupView view =
      make_view(*std::move(look.group), look.first_payload, *engine_.configuration(), settings_.base_url);
  const auto personal = store::find_personal_webhook(db, notify.user);
  if (!personal) return fail("The user has no personal webhook");
  const auto found = store::find_webhook(db, personal->webhook);
  if (!found) return fail("The personal webhook was deleted");
  if (!found->enabled) return fail("The personal webhook is disabled");
  if (found->trigger != WebhookTrigger::PersonalNotification)
    return fail("The personal webhook is now called by something else");
  auto facts = event_facts(db, view, found->id, found->trigger, notify.user, now);
  if (!settings_.secret_key && personal->context) return Wait{kOtherNode, kNoKey};
  const auto context = store::open_context(*personal, settings_.secret_key);
  if (!context) return fail("The context of the personal webhook cannot be read");
  facts.user_context = *context;
  auto job = call_webhook(
      outbound_, settings_,
      {.group = notify.group,
       .trigger = found->trigger,
       .webhook = *found,
       .event = webhook::make_event(facts, *found, now),
       .record =
           [notify, username = user->username](engine::Batch& batch, const Attempted& attempted,
                                               Attempt which) {
             if (which == Attempt::WillBeRepeated) return;
             store_record(
                 batch, notification::outcome_record(notify, username, page_outcome(attempted), batch.now()));
           }},
      id, now);
  if (!job) return fail("The trigger template of the personal webhook did not say true");
  return *std::move(job);
}

}  // namespace tocsin::delivery
