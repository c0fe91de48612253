#include "engine/outgoing.h"

#include <algorithm>

#include "base/overloaded.h"
#include "store/alert_groups.h"
#include "store/outbox.h"
#include "store/schedules.h"
#include "store/webhooks.h"

namespace tocsin::engine {
namespace {

constexpr std::string_view kPushLane = "push";

std::string lane_of(const effect::Notify& notify) {
  switch (notify.by) {
    case NotifyBy::Slack:
      return "slack";
    case NotifyBy::Sms:
    case NotifyBy::PhoneCall:
      return "phone";
    case NotifyBy::Telegram:
      return "telegram";
    case NotifyBy::MobileApp:
    case NotifyBy::MobileAppCritical:
      return std::string(kPushLane);
    case NotifyBy::Email:
      return "email";
    case NotifyBy::Mattermost:
      return "mattermost";
    case NotifyBy::Webhook:
      return "webhook:personal:" + notify.user.str();
  }
  return "other";
}

// Nullopt: the group's route posts nowhere.
std::optional<std::string> chat_lane(const Batch& batch, const AlertGroup& group) {
  const ConfiguredIntegration* configured = batch.config->find(group.integration);
  if (configured == nullptr || !group.route) return std::nullopt;
  for (const Route& route : configured->routes) {
    if (route.id != *group.route) continue;
    if (!route.slack_enabled || !route.slack_channel_id || route.slack_channel_id->empty())
      return std::nullopt;
    return "slack:" + *route.slack_channel_id;
  }
  return std::nullopt;
}

// Everything that brings the posts of a group up to date.
std::string post_key(const AlertGroupId& group) {
  return "post:" + group.str();
}

class Posting {
 public:
  Posting(Batch& batch, const Outgoing& outgoing, Instant due)
      : batch_(batch), outgoing_(outgoing), due_(due) {}

  void operator()(const effect::Notify& notify) { put(notify.group, lane_of(notify)); }
  void operator()(const effect::NotifyBundle&) { put(std::nullopt, "phone"); }
  void operator()(const effect::TriggerWebhook& trigger) {
    put(trigger.group, "webhook:" + trigger.webhook.str());
  }
  void operator()(const SendWebhook& send) { put(send.group, "webhook:" + send.webhook.str()); }
  void operator()(const ResendWebhook& resend) { put(resend.group, "webhook:" + resend.webhook.str()); }
  void operator()(const effect::FireWebhooks& fire) { fire_webhooks(fire); }
  void operator()(const effect::UpdateChatPosts& update) { put_chat(update.group, true); }
  void operator()(const effect::PublishAlert& publish) {
    // The first post leaves at once, an edit for a further alert may wait for more of them.
    if (const auto left = store::last_left(batch_.db, publish.group, post_key(publish.group)))
      due_ = std::max(due_ + kChatGather, *left + kChatDebounce);
    put_chat(publish.group, true);
  }
  void operator()(const effect::PostAcknowledgeReminder& reminder) { put_chat(reminder.group, false); }
  void operator()(const effect::MentionInThread& mention) { put_chat(mention.group, false); }
  void operator()(const PostShiftNotice& notice) { put_to_channel_of(notice.schedule, {}); }
  void operator()(const PostScheduleReport& report) {
    const std::string fault = std::to_string(static_cast<int>(report.fault));
    put_to_channel_of(report.schedule, "report:" + report.schedule.str() + ":" + fault);
  }
  void operator()(const UpdateUserGroup& update) {
    put(std::nullopt, "slack:user_groups", "user_group:" + update.user_group.str());
  }
  void operator()(const AnnounceShift&) { put(std::nullopt, std::string(kPushLane)); }

  const std::string& last_id() const { return last_id_; }

 private:
  void put(const std::optional<AlertGroupId>& group, std::string queue,
           std::optional<std::string> coalesce_key = {}) {
    insert(outgoing_, group, std::move(queue), std::move(coalesce_key));
  }

  void insert(const Outgoing& outgoing, const std::optional<AlertGroupId>& group, std::string queue,
              std::optional<std::string> coalesce_key) {
    batch_.outbox_filled = true;
    last_id_ = batch_.ids.uuid_at(batch_.now());
    store::insert_outbox(batch_.db, {.id = last_id_,
                                     .queue = std::move(queue),
                                     .kind = std::string(kind_of(outgoing)),
                                     .group = group,
                                     .coalesce_key = std::move(coalesce_key),
                                     .payload = to_json(outgoing),
                                     .created_at = batch_.next_instant(),
                                     .due_at = due_});
  }

  void put_chat(const AlertGroupId& id, bool coalesce) {
    const auto group = store::find_group(batch_.db, id);
    if (!group) return;
    const auto lane = chat_lane(batch_, *group);
    if (!lane) return;
    put(id, *lane, coalesce ? std::optional(post_key(id)) : std::nullopt);
  }

  void put_to_channel_of(const ScheduleId& id, std::optional<std::string> coalesce_key) {
    const auto stored = store::find_schedule(batch_.db, id);
    if (!stored || !stored->schedule.slack_channel_id) return;
    put(std::nullopt, "slack:" + *stored->schedule.slack_channel_id, std::move(coalesce_key));
  }

  // docs/spec/outgoing-webhooks.md, section 2: "status change" webhooks hear of everything but the creation.
  void fire_webhooks(const effect::FireWebhooks& fire) {
    std::vector<Webhook> all = webhooks_for(fire.trigger, fire.group);
    if (fire.trigger >= WebhookTrigger::Acknowledge && fire.trigger <= WebhookTrigger::Unacknowledge) {
      for (Webhook& webhook : webhooks_for(WebhookTrigger::StatusChange, fire.group))
        all.push_back(std::move(webhook));
    }
    for (const Webhook& webhook : all) {
      insert(SendWebhook{fire.group, webhook.id, fire.trigger, fire.user}, fire.group,
             "webhook:" + webhook.id.str(), std::nullopt);
    }
  }

  std::vector<Webhook> webhooks_for(WebhookTrigger trigger, const AlertGroupId& id) {
    const store::Rows rows = batch_.db.query("SELECT integration_id FROM alert_groups WHERE id = $1", {id});
    if (rows.empty()) return {};
    return store::webhooks_for_trigger(batch_.db, trigger, rows[0].id<IntegrationId>(0));
  }

  Batch& batch_;
  const Outgoing& outgoing_;
  Instant due_;
  std::string last_id_;
};

}  // namespace

std::string resend_webhook(Batch& batch, const ResendWebhook& resend) {
  const Outgoing outgoing = resend;
  Posting posting(batch, outgoing, batch.now());
  std::visit(posting, outgoing);
  return posting.last_id();
}

void put_in_outbox(Batch& batch, const Outgoing& outgoing, Instant due) {
  std::visit(Posting(batch, outgoing, due), outgoing);
}
void put_in_outbox(Batch& batch, const Outgoing& outgoing) {
  put_in_outbox(batch, outgoing, batch.now());
}

}  // namespace tocsin::engine
