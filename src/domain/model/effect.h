// What the engine must carry out after a rule has decided, in the order given, in the transaction of that
// decision.
//
// Three kinds: what another rule has to do to a row (start or stop an escalation, a chain, a group command),
// what is stored (records, timers, pointers), and what leaves through the outbox (pages, webhooks, chat
// posts). Rule folders do not include each other; they meet in the engine, through these values.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "domain/model/group_command.h"
#include "domain/model/ids.h"
#include "domain/model/log_record.h"
#include "domain/model/notification.h"
#include "domain/model/timer.h"

namespace tocsin {

// Numbers as OnCall stores them (docs/spec/outgoing-webhooks.md, section 2). "status change" (8) is chosen by
// the engine for each of 2-7.
enum class WebhookTrigger {
  EscalationStep = 0,
  AlertGroupCreated = 1,
  Acknowledge = 2,
  Resolve = 3,
  Silence = 4,
  Unsilence = 5,
  Unresolve = 6,
  Unacknowledge = 7,
  StatusChange = 8,
  PersonalNotification = 9,
};

std::string_view api_name(WebhookTrigger trigger);  // "alert group created"

namespace effect {

// --- another rule's turn
// -------------------------------------------------------------------------------------------
struct StartEscalation {  // escalation::start, with the route and chain as they are now
  AlertGroupId group;
  Instant at;
};
struct StopEscalation {  // escalation::stop
  AlertGroupId group;
};
struct ApplyToGroup {  // grouping::apply: the last step resolves its group
  AlertGroupId group;
  GroupCommand command;
  Actor actor;
};
struct ApplyToDependents {  // grouping::apply, for every group attached to this one
  AlertGroupId group;
  GroupCommand command;
  Actor actor;
};
struct UnattachDependents {  // grouping::unattach, for every group attached to this one
  AlertGroupId group;
  Actor actor;
};
struct StopMaintenance {  // the maintenance that this group stands for ends
  AlertGroupId group;
  Actor actor;
};
struct StartPersonalChain {  // notification::start
  AlertGroupId group;
  UserId user;
  Importance importance = Importance::Default;
  ChainCause cause = ChainCause::EscalationStep;
  std::string reason;
  Instant at;  // later than now only for the members of a whole Slack channel
};
struct StopPersonalChain {  // notification::stop
  AlertGroupId group;
  UserId user;
};

// --- stored
// ---------------------------------------------------------------------------------------------------------
struct AddRecord {
  GroupRecord record;
};
struct AddPersonalRecord {
  PersonalRecord record;
};
struct SetTimer {
  Timer timer;
};
struct SaveRoundRobinPointer {  // in the live policy, if it still exists
  EscalationPolicyId policy;
  UserId user;
};
struct WipeAlerts {  // payloads, texts and links of the group's alerts
  AlertGroupId group;
  std::string title;  // "Wiped by ann at 2026-11-24"
};
struct RemoveGroup {  // with everything that belongs to it, chat posts included
  AlertGroupId group;
};

// --- leaves through the outbox
// --------------------------------------------------------------------------------------
struct Notify {  // checked again by notification::check_before_sending right before it leaves
  AlertGroupId group;
  UserId user;
  NotifyBy by = NotifyBy::Email;
  Importance importance = Importance::Default;
  std::optional<NotificationRuleId> rule;
  ChainCause cause = ChainCause::EscalationStep;
  Instant paged_at;
};
struct NotifyBundle {  // one text message about several groups
  UserId user;
  Importance importance = Importance::Default;
  std::vector<BundledSms> entries;
};
struct TriggerWebhook {  // by an escalation step; the outcome comes back to escalation::webhook_outcome
  AlertGroupId group;
  WebhookId webhook;
  EscalationPolicyId policy;
};
struct FireWebhooks {  // every enabled webhook of that trigger type
  AlertGroupId group;
  WebhookTrigger trigger = WebhookTrigger::AlertGroupCreated;
  std::optional<UserId> user;
};
struct UpdateChatPosts {
  AlertGroupId group;
};
struct PublishAlert {  // first post of a group, or the update for a further alert
  AlertGroupId group;
  AlertId alert;
};
struct PostAcknowledgeReminder {
  AlertGroupId group;
  UserId user;
};
struct MentionInThread {  // "Notify Whole Channel" and "Notify User Group" speak in the group's Slack thread,
                          // too
  AlertGroupId group;
  std::optional<UserGroupId> user_group;  // nullopt: the whole channel
};

}  // namespace effect

using Effect = std::variant<effect::StartEscalation, effect::StopEscalation, effect::ApplyToGroup,
                            effect::ApplyToDependents, effect::UnattachDependents, effect::StopMaintenance,
                            effect::StartPersonalChain, effect::StopPersonalChain, effect::AddRecord,
                            effect::AddPersonalRecord, effect::SetTimer, effect::SaveRoundRobinPointer,
                            effect::WipeAlerts, effect::RemoveGroup, effect::Notify, effect::NotifyBundle,
                            effect::TriggerWebhook, effect::FireWebhooks, effect::UpdateChatPosts,
                            effect::PublishAlert, effect::PostAcknowledgeReminder, effect::MentionInThread>;
using Effects = std::vector<Effect>;

}  // namespace tocsin
