// What leaves through the outbox, as one closed set: the effects that go to other people's servers and what
// is told about schedules, with the name and the JSON under which they wait there.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "domain/model/effect.h"
#include "domain/model/shift_notice.h"
#include "language/json/value.h"

namespace tocsin {

// One of the webhooks that an effect::FireWebhooks sets off.
struct SendWebhook {
  AlertGroupId group;
  WebhookId webhook;
  WebhookTrigger trigger = WebhookTrigger::AlertGroupCreated;  // what really set it off
  std::optional<UserId> user;                                  // who acted
};

// A person wants an attempt sent once more.
struct ResendWebhook {
  AlertGroupId group;
  WebhookId webhook;
  std::string response;  // the attempt's id
  std::optional<UserId> user;
  std::string username;
};

using Outgoing =
    std::variant<effect::Notify, effect::NotifyBundle, effect::TriggerWebhook, effect::FireWebhooks,
                 effect::UpdateChatPosts, effect::PublishAlert, effect::PostAcknowledgeReminder,
                 effect::MentionInThread, SendWebhook, ResendWebhook, PostShiftNotice, PostScheduleReport,
                 UpdateUserGroup, AnnounceShift>;

// Nullopt for effects that stay inside.
std::optional<Outgoing> outgoing_of(const Effect& effect);

std::string_view kind_of(const Outgoing& outgoing);  // "notify", "notify_bundle", "trigger_webhook", ...
json::Value to_json(const Outgoing& outgoing);
Result<Outgoing> outgoing_from_json(std::string_view kind, const json::Value& value);

}  // namespace tocsin
