// A small world in virtual time around the rules: groups, people and timers in memory, deliveries written
// down.
//
// It does with effects what the engine does with rows, and no more: a timer queue, an outbox emptied after
// each input or timer. Everything that happens is noted in one stream per group and per (user, group): "1 T
// email", "6 (wait)".
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "domain/escalation/tick.h"
#include "domain/escalation/walk.h"
#include "domain/escalation/webhook_outcome.h"
#include "domain/grouping/transition.h"
#include "domain/model/effect.h"
#include "domain/model/integration.h"
#include "domain/notification/chain.h"

namespace tocsin::test {

struct WorldUser {
  std::string name;  // id and username
  std::vector<std::variant<WaitRule, NotifyRule>> default_rules;
  std::vector<std::variant<WaitRule, NotifyRule>> important_rules;
  bool may_be_notified = true;
  bool deleted = false;
};

struct WorldSchedule {
  std::string name;
  std::function<std::vector<std::string>(std::chrono::seconds)> on_call;  // by offset
  bool feed_failed = false;
};

struct WorldWebhook {
  std::string name;
  bool enabled = true;
  escalation::WebhookResult result{escalation::WebhookResult::Kind::Answered, "200"};
  std::chrono::seconds latency{0};
};

struct AlertInput {
  std::string key = "key";
  bool resolve_signal = false;
  bool acknowledge_signal = false;
  std::optional<std::string> v1_status;  // set: a v1 payload with that status and the key as its label
};

class PagingWorld {
 public:
  using Offset = std::chrono::milliseconds;

  explicit PagingWorld(Instant start = *parse_iso("2026-03-02T10:00:00"));

  // --- configuration, public so that a scenario reads as what it changes ---
  std::map<std::string, WorldUser> users;
  std::map<std::string, WorldSchedule> schedules;
  std::map<std::string, WorldWebhook> webhooks;
  std::map<std::string, std::vector<std::string>> teams;
  std::map<std::string, std::vector<std::string>> user_groups;
  bool has_chain = true;
  std::optional<MaintenanceMode> maintenance;
  std::optional<std::vector<std::string>>
      slack_channel;  // set: Slack is connected, members of the route's channel
  bool slack_posting = true;
  bool bundle_sms = true;
  grouping::ReminderSettings reminders;
  std::vector<std::pair<Offset, Offset>> down;  // nothing runs from .. to; what was due runs at `to`

  void set_chain(std::vector<Step> steps);

  // --- inputs ---
  void at(Offset when, std::function<void(PagingWorld&)> input);
  void alert(const AlertInput& input = {});
  void command(const std::string& group, const GroupCommand& command, Actor actor);
  void by_api(const std::string& group, const GroupCommand& c) { command(group, c, api("ops")); }
  void by_user(const std::string& group, const GroupCommand& c, const std::string& user);
  void attach(const std::string& group, const std::string& root, const std::string& user);
  void page(const std::string& group, const std::string& user, Importance importance);
  void unpage(const std::string& group, const std::string& user);
  void confirm(const std::string& group, const std::string& user);

  void run_until(Offset end);

  // --- what happened ---
  std::map<std::string, std::vector<std::string>> streams;
  struct Sent {
    Instant at;
    AlertGroupId group;
    UserId user;
    NotifyBy by;
  };
  std::vector<Sent> sent;
  std::size_t live_timers() const { return queue_.size(); }

  std::map<AlertGroupId, AlertGroup> groups;
  std::map<AlertGroupId, Escalation> escalations;
  Instant now() const { return now_; }

  static Actor api(const std::string& user);
  static Actor web(const std::string& user);

 private:
  struct Entry {
    Instant at;
    std::uint64_t order;
    std::function<void()> run;
    bool operator<(const Entry& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };
  struct Storage {
    std::vector<Instant> alert_times;
    std::vector<json::Value> payloads;
    std::string key;
  };
  using ChainKey = std::pair<AlertGroupId, UserId>;
  using BundleKey = std::pair<UserId, Importance>;

  void push(Instant at, std::function<void()> run);
  void fire(const Timer& timer);
  void carry_out(Effects effects);
  void carry_out(const Effect& effect);
  void store(grouping::Transition transition);
  void store(escalation::Changed changed);
  void store(notification::ChainChanged changed);
  void tick_escalation(const AlertGroupId& group, std::uint64_t generation);
  void flush_bundle(const BundleKey& key, std::uint64_t generation);
  void empty_outbox();
  void deliver(const effect::Notify& notify);
  void call_webhook(const effect::TriggerWebhook& trigger, int attempt);
  void note(const std::string& stream, const std::string& what);
  void note(const GroupRecord& record);
  void note(const PersonalRecord& record);

  std::optional<Person> find_person(const std::string& id) const;
  std::vector<Person> people(const std::vector<std::string>& names) const;
  escalation::StartFacts start_facts() const;
  escalation::Facts look_up(const AlertGroupId& group, const escalation::Need& need) const;
  notification::ChainFacts chain_facts(const PersonalChain& chain) const;

  Instant start_, now_;
  std::uint64_t order_ = 0;
  std::priority_queue<Entry> queue_;
  std::vector<Effect> outbox_;
  std::vector<EscalationPolicy> policies_;
  std::map<AlertGroupId, Storage> storage_;
  std::map<ChainKey, PersonalChain> chains_;
  std::map<BundleKey, SmsBundle> bundles_;
};

// As the streams say it. Hidden records in parentheses; failures by number (their texts have a table of their
// own).
std::string short_name(NotifyBy by);
std::string describe(const GroupRecord& record);
std::string describe(const PersonalRecord& record);

}  // namespace tocsin::test
