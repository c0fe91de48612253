#include "support/paging_world.h"

#include <cstdio>
#include <tuple>

#include "base/overloaded.h"
#include "domain/grouping/arrival.h"
#include "domain/grouping/attach.h"
#include "domain/grouping/find_group.h"
#include "domain/grouping/payload_resolution.h"
#include "domain/grouping/timers.h"
#include "domain/model/log_text.h"
#include "domain/notification/bundle.h"
#include "domain/notification/direct_paging.h"
#include "domain/notification/sending.h"

namespace tocsin::test {
namespace {

json::Value v1_payload(const AlertInput& input) {
  return json::Object{{"status", *input.v1_status}, {"labels", json::Object{{"alertname", input.key}}}};
}

}  // namespace

std::string short_name(NotifyBy by) {
  switch (by) {
    case NotifyBy::Slack:
      return "slack";
    case NotifyBy::Sms:
      return "sms";
    case NotifyBy::PhoneCall:
      return "call";
    case NotifyBy::Email:
      return "email";
    case NotifyBy::Telegram:
    case NotifyBy::MobileApp:
    case NotifyBy::MobileAppCritical:
    case NotifyBy::Mattermost:
    case NotifyBy::Webhook:
      break;
  }
  return std::string(api_type(by));
}

// Hidden records in parentheses; failures by number (their texts have a table of their own).
std::string describe(const GroupRecord& record) {
  if (record.type == GroupRecordType::EscalationFailed) {
    const std::string code = "F" + std::to_string(static_cast<int>(*record.failure));
    return is_in_timeline(record) ? code : "(" + code + ")";
  }
  if (is_in_timeline(record)) {
    const bool by_turn = record.type == GroupRecordType::EscalationTriggered && record.author;
    return text_of(record) + (by_turn ? " [" + record.author_name + "]" : "");
  }
  if (record.type == GroupRecordType::EscalationTriggered) {
    return "(T " + (record.author ? record.author_name : std::string(display_name(*record.step))) + ")";
  }
  if (record.type == GroupRecordType::EscalationFinished) return "(esc-fin)";
  if (record.type == GroupRecordType::AcknowledgeReminder) return "(reminder)";
  return "(" + text_of(record) + ")";
}

std::string describe(const PersonalRecord& record) {
  const std::string by = record.by ? " " + short_name(*record.by) : "";
  const std::string code = record.code ? std::to_string(static_cast<int>(*record.code)) : "-";
  switch (record.type) {
    case PersonalRecordType::Triggered:
      return record.by ? "T" + by : "(wait)";
    case PersonalRecordType::Finished:
      return "(p-fin)";
    case PersonalRecordType::Success:
      return record.code ? "(ok" + by + " " + code + ")" : "ok" + by;
    case PersonalRecordType::Failed:
      return "failed(" + code + ")" + by;
  }
  return "";
}

PagingWorld::PagingWorld(Instant start) : start_(start), now_(start) {
  using std::chrono::seconds;
  users["ann"] = {
      .name = "ann",
      .default_rules = {NotifyRule{NotifyBy::Email}, WaitRule{seconds{300}}, NotifyRule{NotifyBy::PhoneCall}},
      .important_rules = {NotifyRule{NotifyBy::PhoneCall}}};
  users["bob"] = {.name = "bob", .default_rules = {NotifyRule{NotifyBy::Sms}}};
  users["cy"] = {.name = "cy"};
  users["dan"] = {.name = "dan",
                  .default_rules = {NotifyRule{NotifyBy::Email}},
                  .important_rules = {NotifyRule{NotifyBy::Email}}};
  users["vic"] = {.name = "vic", .default_rules = {NotifyRule{NotifyBy::Email}}, .may_be_notified = false};
}

void PagingWorld::set_chain(std::vector<Step> steps) {
  policies_.clear();
  for (Step& step : steps) {
    const auto position = static_cast<std::int64_t>(policies_.size());
    policies_.push_back({EscalationPolicyId("E" + std::to_string(position)), position, std::move(step)});
  }
}

Actor PagingWorld::api(const std::string& user) {
  return {.user = UserId(user), .username = user, .via = ActionSource::Api};
}
Actor PagingWorld::web(const std::string& user) {
  return {.user = UserId(user), .username = user, .via = ActionSource::Web};
}

// --- inputs
// -----------------------------------------------------------------------------------------------------------

void PagingWorld::at(Offset when, std::function<void(PagingWorld&)> input) {
  push(start_ + when, [this, input = std::move(input)] { input(*this); });
}

void PagingWorld::alert(const AlertInput& input) {
  std::vector<grouping::Candidate> candidates;
  for (const auto& [id, group] : groups) {
    if (storage_[id].key == input.key && !group.wiped_at) {
      candidates.push_back({id, group.number, group.open_for_grouping, group.resolved});
    }
  }
  const auto joins = [&](const AlertGroupId& id) {
    Storage& stored = storage_[id];
    stored.alert_times.push_back(now_);
    if (input.v1_status) stored.payloads.push_back(v1_payload(input));
    return id;
  };
  const auto verdict_of = [&](const AlertGroupId& id) {
    std::vector<const json::Value*> payloads;
    for (const json::Value& payload : storage_[id].payloads) payloads.push_back(&payload);
    return grouping::resolved_by_payloads(payloads) == grouping::PayloadVerdict::Resolve;
  };
  grouping::Arrival arrival{.alert = AlertId("A"),
                            .acknowledge_signal = input.acknowledge_signal,
                            .resolve_signal = input.resolve_signal,
                            .maintenance = maintenance};
  const auto append_to = [&](const AlertGroupId& id) {
    joins(id);
    if (input.v1_status) arrival.resolve_signal = verdict_of(id);
    arrival.escalation_awaits_alert = escalations[id].awaits_alert();
    store(grouping::join(groups[id], arrival, now_));
  };
  std::visit(Overloaded{
                 [&](const grouping::JoinOpen& join) { append_to(join.group); },
                 [&](const grouping::JoinResolved& join) { append_to(join.group); },
                 [&](const grouping::OpenGroup&) {
                   const auto number = static_cast<std::int64_t>(groups.size()) + 1;
                   const AlertGroupId id("G" + std::to_string(number));
                   storage_[id].key = input.key;
                   joins(id);
                   if (input.v1_status) arrival.resolve_signal = verdict_of(id);
                   escalations[id].group = id;
                   grouping::NewGroup fresh{
                       .group = {.id = id, .number = number, .distinction = input.key, .title = id.str()},
                       .route_name = "default"};
                   if (has_chain) fresh.chain_name = "chain";
                   store(grouping::open_group(std::move(fresh), arrival, now_));
                 },
             },
             grouping::find_group(candidates, input.resolve_signal || input.v1_status == "resolved"));
}

void PagingWorld::command(const std::string& group, const GroupCommand& command, Actor actor) {
  store(grouping::apply(groups[AlertGroupId(group)], command, actor, reminders, now_));
}

void PagingWorld::by_user(const std::string& group, const GroupCommand& c, const std::string& user) {
  command(group, c, web(user));
}

void PagingWorld::attach(const std::string& group, const std::string& root, const std::string& user) {
  store(grouping::attach(groups[AlertGroupId(group)], groups[AlertGroupId(root)], web(user), now_));
}

void PagingWorld::page(const std::string& group, const std::string& user, Importance importance) {
  auto effects =
      notification::page(groups[AlertGroupId(group)], {{*find_person(user), importance}}, web("ops"), now_);
  if (effects) carry_out(*effects);
}

void PagingWorld::unpage(const std::string& group, const std::string& user) {
  carry_out(notification::unpage(groups[AlertGroupId(group)], *find_person(user), web("ops"), now_));
}

void PagingWorld::confirm(const std::string& group, const std::string& user) {
  AlertGroup& stored = groups[AlertGroupId(group)];
  if (auto confirmed = grouping::confirm_acknowledge(stored, UserId(user), now_)) stored = *confirmed;
}

// --- time
// -------------------------------------------------------------------------------------------------------------

void PagingWorld::push(Instant at, std::function<void()> run) {
  for (const auto& [from, to] : down) {
    if (at >= start_ + from && at < start_ + to) at = start_ + to;
  }
  queue_.push({at, order_++, std::move(run)});
}

void PagingWorld::run_until(Offset end) {
  while (!queue_.empty() && queue_.top().at <= start_ + end) {
    const Entry entry = queue_.top();
    queue_.pop();
    now_ = std::max(now_, entry.at);
    entry.run();
    empty_outbox();
  }
  now_ = start_ + end;
}

void PagingWorld::fire(const Timer& timer) {
  switch (timer.kind) {
    case TimerKind::EscalationTick:
      return tick_escalation(*timer.group, timer.generation);
    case TimerKind::SilenceExpiry:
      return store(grouping::silence_expired(groups[*timer.group], timer.generation, now_));
    case TimerKind::AcknowledgeReminder:
      return store(grouping::remind(groups[*timer.group], timer.generation, reminders, now_));
    case TimerKind::AutoUnacknowledge: {
      const AlertGroup& group = groups[*timer.group];
      const std::string acker = group.acknowledged_by_user ? group.acknowledged_by_user->str() : "";
      return store(grouping::unacknowledge_unconfirmed(group, timer.generation, reminders, acker, now_));
    }
    case TimerKind::PersonalTick: {
      const PersonalChain& chain = chains_[{*timer.group, *timer.user}];
      return store(
          notification::tick(chain, groups[*timer.group], timer.generation, chain_facts(chain), now_));
    }
    case TimerKind::SmsBundleFlush:
      return flush_bundle({*timer.user, timer.importance}, timer.generation);
    case TimerKind::ScheduleLook:
    case TimerKind::ScheduleReport:
      return;  // no rule of a group sets them
  }
}

void PagingWorld::tick_escalation(const AlertGroupId& id, std::uint64_t generation) {
  const Escalation& walk = escalations[id];
  const escalation::Facts facts = look_up(id, escalation::needs(walk, groups[id], generation));
  store(escalation::tick(walk, groups[id], generation, facts, now_));
}

void PagingWorld::flush_bundle(const BundleKey& key, std::uint64_t generation) {
  notification::Flushed flushed = notification::flush(
      bundles_[key], generation, {.user = find_person(key.first.str()), .groups = groups}, now_);
  bundles_[key] = std::move(flushed.bundle);
  carry_out(std::move(flushed.effects));
}

// --- effects
// ----------------------------------------------------------------------------------------------------------

void PagingWorld::store(grouping::Transition t) {
  const AlertGroupId id = t.group.id;
  groups[id] = std::move(t.group);
  carry_out(std::move(t.effects));
}

void PagingWorld::store(escalation::Changed c) {
  const AlertGroupId id = c.escalation.group;
  escalations[id] = std::move(c.escalation);
  carry_out(std::move(c.effects));
}

void PagingWorld::store(notification::ChainChanged c) {
  const ChainKey key{c.chain.group, c.chain.user};
  chains_[key] = std::move(c.chain);
  if (c.bundle) bundles_[{c.bundle->user, c.bundle->importance}] = *c.bundle;
  carry_out(std::move(c.effects));
}

void PagingWorld::carry_out(Effects effects) {
  for (const Effect& effect : effects) carry_out(effect);
}

void PagingWorld::carry_out(const Effect& e) {
  std::visit(
      Overloaded{
          [&](const effect::StartEscalation& s) {
            store(escalation::start(escalations[s.group], start_facts(), s.at));
          },
          [&](const effect::StopEscalation& s) {
            escalations[s.group] = escalation::stop(escalations[s.group]);
          },
          [&](const effect::ApplyToGroup& a) { command(a.group.str(), a.command, a.actor); },
          [&](const effect::ApplyToDependents& a) {
            for (const auto& [id, group] : std::map(groups)) {
              if (group.root == a.group) command(id.str(), a.command, a.actor);
            }
          },
          [&](const effect::UnattachDependents& u) {
            for (const auto& [id, group] : std::map(groups)) {
              if (group.root == u.group) store(grouping::unattach(group, nullptr, u.actor, now_));
            }
          },
          [&](const effect::StopMaintenance&) {},
          [&](const effect::StartPersonalChain& s) {
            PersonalChain& chain = chains_[{s.group, s.user}];
            chain.group = s.group;
            chain.user = s.user;
            PersonalChain wanted = chain;
            wanted.importance = s.importance;
            store(notification::start(chain, s, groups[s.group], chain_facts(wanted), now_));
          },
          [&](const effect::StopPersonalChain& s) {
            PersonalChain& chain = chains_[{s.group, s.user}];
            chain = notification::stop(chain);
          },
          [&](const effect::AddRecord& r) { note(r.record); },
          [&](const effect::AddPersonalRecord& r) { note(r.record); },
          [&](const effect::SetTimer& t) { push(t.timer.at, [this, timer = t.timer] { fire(timer); }); },
          [&](const effect::SaveRoundRobinPointer& p) {
            for (EscalationPolicy& policy : policies_) {
              auto* step = std::get_if<step::NotifyPersonNextEachTime>(&policy.step);
              if (policy.id == p.policy && step) step->last_notified = p.user;
            }
          },
          [&](const effect::WipeAlerts&) {},
          [&](const effect::RemoveGroup& r) { groups.erase(r.group); },
          [&](const effect::Notify&) { outbox_.push_back(e); },
          [&](const effect::NotifyBundle&) { outbox_.push_back(e); },
          [&](const effect::TriggerWebhook& t) { call_webhook(t, 1); },
          [&](const effect::FireWebhooks&) {},
          [&](const effect::UpdateChatPosts&) {},
          [&](const effect::PublishAlert&) {},
          [&](const effect::PostAcknowledgeReminder&) {},
          [&](const effect::MentionInThread&) {},
      },
      e);
}

void PagingWorld::empty_outbox() {
  const std::vector<Effect> leaving = std::exchange(outbox_, {});
  for (const Effect& e : leaving) {
    if (const auto* notify = std::get_if<effect::Notify>(&e)) deliver(*notify);
    if (const auto* bundle = std::get_if<effect::NotifyBundle>(&e)) {
      std::string about;
      for (const BundledSms& sms : bundle->entries) about += (about.empty() ? "" : ",") + sms.group.str();
      note(bundle->user.str(), "send bundle " + about);
      for (const BundledSms& sms : bundle->entries) {
        sent.push_back({now_, sms.group, bundle->user, NotifyBy::Sms});
        note(notification::outcome_record(notification::notify_of(*bundle, sms), bundle->user.str(),
                                          notification::Delivered{}, now_));
      }
    }
  }
}

void PagingWorld::deliver(const effect::Notify& notify) {
  const notification::SendFacts facts{.group = groups[notify.group], .user = find_person(notify.user.str())};
  if (const auto refused = notification::check_before_sending(notify, facts, now_)) return note(*refused);
  note(notify.user.str() + "@" + notify.group.str(), "send " + short_name(notify.by));
  sent.push_back({now_, notify.group, notify.user, notify.by});
  note(notification::outcome_record(notify, notify.user.str(), notification::Delivered{}, now_));
}

void PagingWorld::call_webhook(const effect::TriggerWebhook& trigger, int attempt) {
  const WorldWebhook& webhook = webhooks[trigger.webhook.str()];
  note("webhook", "request " + webhook.name);
  push(now_ + webhook.latency, [this, trigger, webhook, attempt] {
    const auto outcome = escalation::webhook_outcome(trigger, webhook.name, webhook.result, attempt, now_);
    note(outcome.record);
    if (outcome.retry_at)
      push(*outcome.retry_at, [this, trigger, attempt] { call_webhook(trigger, attempt + 1); });
  });
}

void PagingWorld::note(const std::string& stream, const std::string& what) {
  char offset[32];
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now_ - start_).count();
  std::snprintf(offset, sizeof offset, "%.10g", static_cast<double>(micros) / 1e6);
  streams[stream].push_back(std::string(offset) + " " + what);
}
void PagingWorld::note(const GroupRecord& record) {
  note(record.group.str(), describe(record));
}
void PagingWorld::note(const PersonalRecord& record) {
  note(record.user.str() + "@" + record.group.str(), describe(record));
}

// --- the world's answers
// ----------------------------------------------------------------------------------------------

std::optional<Person> PagingWorld::find_person(const std::string& id) const {
  const auto found = users.find(id);
  if (found == users.end() || found->second.deleted) return std::nullopt;
  return Person{UserId(id), found->second.name, found->second.may_be_notified};
}

std::vector<Person> PagingWorld::people(const std::vector<std::string>& names) const {
  std::vector<Person> out;
  for (const std::string& name : names) {
    if (auto person = find_person(name)) out.push_back(*person);
  }
  return out;
}

escalation::StartFacts PagingWorld::start_facts() const {
  escalation::StartFacts facts{.route = RouteId("R"), .route_name = "default", .policies = policies_};
  if (has_chain) facts.chain = EscalationChainId("F");
  facts.in_maintenance = maintenance.has_value();
  return facts;
}

escalation::Facts PagingWorld::look_up(const AlertGroupId& group, const escalation::Need& need) const {
  namespace n = escalation::need;
  escalation::Facts facts;
  const auto members = [&](const auto& of, const std::string& id) {
    const auto found = of.find(id);
    facts.exists = found != of.end();
    facts.name = id;
    if (facts.exists) facts.people = people(found->second);
  };
  std::visit(Overloaded{
                 [](const n::Nothing&) {},
                 [&](const n::Users& u) {
                   std::vector<std::string> names;
                   for (const UserId& id : u.users) names.push_back(id.str());
                   facts.people = people(names);
                 },
                 [&](const n::OnCall& o) {
                   const auto found = schedules.find(o.schedule.str());
                   if (found == schedules.end()) return;
                   facts.exists = true;
                   facts.name = found->second.name;
                   facts.feed_failed = found->second.feed_failed;
                   facts.people =
                       people(found->second.on_call(std::chrono::floor<std::chrono::seconds>(now_ - start_)));
                 },
                 [&](const n::UserGroupMembers& u) {
                   members(user_groups, u.user_group.str());
                   facts.slack_connected = slack_channel.has_value();
                 },
                 [&](const n::TeamMembers& t) { members(teams, t.team.str()); },
                 [&](const n::SlackChannelMembers&) {
                   facts.exists = slack_channel.has_value();
                   if (slack_channel) facts.people = people(*slack_channel);
                 },
                 [&](const n::Webhook& w) {
                   const auto found = webhooks.find(w.webhook.str());
                   facts.exists = found != webhooks.end();
                   if (!facts.exists) return;
                   facts.name = found->second.name;
                   facts.enabled = found->second.enabled;
                 },
                 [&](const n::AlertCount& c) {
                   const std::vector<Instant>& times = storage_.at(group).alert_times;
                   for (const Instant at : times)
                     facts.alerts += at >= times.back() - std::chrono::minutes{c.minutes};
                 },
             },
             need);
  return facts;
}

notification::ChainFacts PagingWorld::chain_facts(const PersonalChain& chain) const {
  notification::ChainFacts facts{
      .user = find_person(chain.user.str()), .slack_posting = slack_posting, .bundle_sms = bundle_sms};
  if (const auto found = users.find(chain.user.str()); found != users.end()) {
    const bool important = chain.importance == Importance::Important;
    const auto& rules = important ? found->second.important_rules : found->second.default_rules;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      facts.rules.push_back({NotificationRuleId((important ? "NI" : "ND") + std::to_string(i)), rules[i]});
    }
  }
  if (const auto found = bundles_.find({chain.user, chain.importance}); found != bundles_.end())
    facts.bundle = found->second;
  return facts;
}

}  // namespace tocsin::test
