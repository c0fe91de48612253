#include "engine/facts.h"

#include <algorithm>

#include "base/overloaded.h"
#include "store/alert_groups.h"
#include "store/escalations.h"
#include "store/feeds.h"
#include "store/on_call.h"
#include "store/people.h"
#include "store/schedules.h"
#include "store/slack_workspace.h"
#include "store/webhooks.h"

namespace tocsin::engine {
namespace {

using escalation::Facts;
namespace need = escalation::need;

std::vector<Person> people_of(Batch& batch, const std::vector<UserId>& ids) {
  std::vector<Person> people;
  for (const UserId& id : ids) {
    if (const auto& person = batch.lookups.person(id)) people.push_back(*person);
  }
  return people;
}

// The last good copy of a calendar serves on (RULINGS.md, ruling 10); one that never came fails the step.
bool never_imported(Batch& batch, const ScheduleId& schedule) {
  const auto feeds = store::feeds_of(batch.db, schedule);
  return std::any_of(feeds.begin(), feeds.end(),
                     [](const store::Feed& feed) { return feed.error && !feed.fetched_at; });
}

Facts on_call(Batch& batch, const ScheduleId& id) {
  const auto schedule = store::find_schedule(batch.db, id);
  if (!schedule) return {};
  return {.exists = true,
          .name = schedule->schedule.name,
          .people = people_of(batch, store::on_call_users(batch.db, id, batch.now())),
          .feed_failed = never_imported(batch, id)};
}

Facts team(Batch& batch, const TeamId& id) {
  const auto found = store::find_team(batch.db, id);
  if (!found) return {};
  std::vector<UserId> members;
  for (const store::Row row :
       batch.db.query("SELECT user_id FROM team_members WHERE team_id = $1 ORDER BY user_id", {id}))
    members.push_back(row.id<UserId>(0));
  return {.exists = true, .name = found->name, .people = people_of(batch, members)};
}

// Of a channel or user group, by Slack's id.
std::vector<Person> slack_members(Batch& batch, std::string_view slack_id) {
  const auto members = store::slack_members(batch.db, slack_id);
  return members ? people_of(batch, store::users_linked_to(batch.db, *members)) : std::vector<Person>();
}

Facts user_group(Batch& batch, const UserGroupId& id) {
  const bool connected = store::is_slack_connected(batch.db);
  const auto found = store::find_slack_user_group(batch.db, id);
  if (!found) return {.name = id.str(), .slack_connected = connected};
  return {.exists = true,
          .name = found->handle,
          .people = slack_members(batch, found->slack_id),
          .slack_connected = connected};
}

// The post itself may still be on its way: the mention waits for it in the same queue.
Facts channel_members(Batch& batch, const AlertGroupId& id) {
  const auto group = store::find_group(batch.db, id);
  const Route* route = group ? find_route(batch, group->integration, group->route) : nullptr;
  if (route == nullptr || !route->slack_enabled || !route->slack_channel_id) return {};
  if (!store::is_slack_connected(batch.db)) return {};
  return {.exists = true, .people = slack_members(batch, *route->slack_channel_id)};
}

Facts webhook(Batch& batch, const WebhookId& id) {
  const auto found = store::find_webhook(batch.db, id);
  if (!found) return {};
  return {.exists = true, .name = found->name, .enabled = found->enabled};
}

std::int64_t count_alerts(Batch& batch, const AlertGroupId& group, std::chrono::minutes window) {
  const std::int64_t micros = std::chrono::microseconds(window).count();
  return batch.db
      .query(
          "SELECT COUNT(*) FROM alerts WHERE group_id = $1 AND created_at >= "
          "(SELECT MAX(created_at) FROM alerts WHERE group_id = $1) - $2",
          {group, micros})[0]
      .integer(0);
}

}  // namespace

Facts look_up(Batch& batch, const AlertGroupId& group, const escalation::Need& wanted) {
  return std::visit(Overloaded{
                        [](const need::Nothing&) { return Facts{}; },
                        [&](const need::Users& n) { return Facts{.people = people_of(batch, n.users)}; },
                        [&](const need::OnCall& n) { return on_call(batch, n.schedule); },
                        [&](const need::UserGroupMembers& n) { return user_group(batch, n.user_group); },
                        [&](const need::TeamMembers& n) { return team(batch, n.team); },
                        [&](const need::SlackChannelMembers&) { return channel_members(batch, group); },
                        [&](const need::Webhook& n) { return webhook(batch, n.webhook); },
                        [&](const need::AlertCount& n) {
                          return Facts{.alerts = count_alerts(batch, group, std::chrono::minutes{n.minutes})};
                        },
                    },
                    wanted);
}

const Route* find_route(const Batch& batch, const IntegrationId& integration,
                        const std::optional<RouteId>& route) {
  const ConfiguredIntegration* configured = batch.config->find(integration);
  if (configured == nullptr || !route) return nullptr;
  for (const Route& candidate : configured->routes) {
    if (candidate.id == *route) return &candidate;
  }
  return nullptr;
}

escalation::StartFacts start_facts(Batch& batch, const IntegrationId& integration,
                                   const std::optional<RouteId>& route_id) {
  escalation::StartFacts facts;
  const Route* route = find_route(batch, integration, route_id);
  if (route == nullptr) return facts;
  facts.route = route->id;
  facts.route_name = routing::display_name(*route);
  facts.in_maintenance = batch.config->find(integration)->integration.maintenance.has_value();
  if (!route->chain) return facts;
  const auto name = batch.config->chain_names.find(route->chain->str());
  if (name == batch.config->chain_names.end()) return facts;
  facts.chain = route->chain;
  facts.chain_name = name->second;
  facts.policies = batch.lookups.policies(*route->chain);
  return facts;
}

notification::ChainFacts chain_facts(Batch& batch, const AlertGroup& group, const UserId& user,
                                     Importance importance) {
  notification::ChainFacts facts{.user = batch.lookups.person(user),
                                 .rules = batch.lookups.rules(user).of(importance)};
  if (const Route* route = find_route(batch, group.integration, group.route))
    facts.slack_posting = route->slack_enabled;
  const bool sends_sms = std::any_of(facts.rules.begin(), facts.rules.end(), [](const NotificationRule& r) {
    const auto* notify = std::get_if<NotifyRule>(&r.action);
    return notify != nullptr && notify->by == NotifyBy::Sms;
  });
  if (sends_sms) facts.bundle = store::lock_sms_bundle(batch.db, user, importance);
  return facts;
}

}  // namespace tocsin::engine
