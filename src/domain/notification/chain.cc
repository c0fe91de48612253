#include "domain/notification/chain.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "domain/notification/bundle.h"
#include "domain/notification/stops.h"

namespace tocsin::notification {
namespace {

// A user without rules of the wanted importance gets one e-mail (docs/spec/escalation.md, section 4.1).
constexpr NotifyBy kFallback = NotifyBy::Email;

using Rules = std::vector<NotificationRule>;

// Position of the rule to carry out now; rules.size() when none is left, nullopt when the last one was
// deleted meanwhile.
std::optional<std::size_t> next_rule(const Rules& rules, const std::optional<NotificationRuleId>& last) {
  if (!last) return 0;
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const NotificationRule& r) { return r.id == *last; });
  if (found == rules.end()) return std::nullopt;
  return static_cast<std::size_t>(found - rules.begin()) + 1;
}

// "Reason: lifecycle rule for default route\nFurther notification plan: Phone call, SMS"
std::string first_reason(const std::string& reason, const Rules& rules) {
  std::vector<NotifyBy> later;
  for (std::size_t i = 1; i < rules.size(); ++i) {
    const auto* notify = std::get_if<NotifyRule>(&rules[i].action);
    if (notify && std::find(later.begin(), later.end(), notify->by) == later.end())
      later.push_back(notify->by);
  }
  std::string text = reason.empty() ? "" : "Reason: " + reason;
  for (std::size_t i = 0; i < later.size(); ++i) {
    text += i > 0 ? ", " : text.empty() ? "Further notification plan: " : "\nFurther notification plan: ";
    text += label(later[i]);
  }
  return text;
}

// One rule of one chain.
class RuleRun {
 public:
  RuleRun(PersonalChain chain, const AlertGroup& group, const ChainFacts& facts, Instant now)
      : out_{std::move(chain), std::nullopt, {}},
        chain_(out_.chain),
        group_(group),
        facts_(facts),
        now_(now) {}

  ChainChanged run() {
    chain_.due.reset();
    if (!facts_.user || find_stop(group_, {chain_.user, chain_.cause, chain_.paged_at})) return end();
    if (!facts_.user->may_be_notified) {
      record({.type = PersonalRecordType::Failed, .code = NotificationFailure::Forbidden});
      return end();
    }
    const std::optional<std::size_t> next = next_rule(facts_.rules, chain_.last_rule);
    if (!next) return end();
    if (facts_.rules.empty()) {
      notify(kFallback, std::nullopt);
      return end();
    }
    if (*next == facts_.rules.size()) {
      record({.type = PersonalRecordType::Finished, .rule = chain_.last_rule});
      return end();
    }
    carry_out(facts_.rules[*next]);
    return std::move(out_);
  }

 private:
  void carry_out(const NotificationRule& rule) {
    std::chrono::seconds pause = kNextRuleDelay;
    std::visit(Overloaded{
                   [&](const WaitRule& wait) {
                     record({.type = PersonalRecordType::Triggered, .rule = rule.id});
                     pause += wait.duration.value_or(std::chrono::seconds{0});
                   },
                   [&](const NotifyRule& to) { notify(to.by, rule.id); },
               },
               rule.action);
    chain_.last_rule = rule.id;
    chain_.due = now_ + pause;
    ++chain_.generation;  // a timer that fires twice runs its rule once
    add(effect::SetTimer{{.kind = TimerKind::PersonalTick,
                          .generation = chain_.generation,
                          .at = *chain_.due,
                          .group = chain_.group,
                          .user = chain_.user}});
  }

  void notify(NotifyBy by, const std::optional<NotificationRuleId>& rule) {
    const std::string reason = chain_.last_rule ? std::string() : first_reason(chain_.reason, facts_.rules);
    if (by == NotifyBy::Slack && !facts_.slack_posting) {
      return record({.type = PersonalRecordType::Failed,
                     .rule = rule,
                     .by = by,
                     .code = NotificationFailure::SlackPostingDisabled,
                     .reason = "Alert group Slack notifications are disabled"});
    }
    if (by == NotifyBy::Sms && facts_.bundle_sms && joins_bundle(rule, reason)) return;
    record({.type = PersonalRecordType::Triggered, .rule = rule, .by = by, .reason = reason});
    if (by == NotifyBy::Slack && chain_.cause == ChainCause::SlackWideStep) {
      // The step itself has already spoken to everybody in the thread.
      return record({.type = PersonalRecordType::Success,
                     .rule = rule,
                     .by = by,
                     .code = NotificationFailure::SlackPostingDisabled});
    }
    add(effect::Notify{.group = chain_.group,
                       .user = chain_.user,
                       .by = by,
                       .importance = chain_.importance,
                       .rule = rule,
                       .cause = chain_.cause,
                       .paged_at = chain_.paged_at});
  }

  // True: the message waits in the bundle, and its record is written when it leaves.
  bool joins_bundle(const std::optional<NotificationRuleId>& rule, const std::string& reason) {
    SmsBundle bundle =
        facts_.bundle.value_or(SmsBundle{.user = chain_.user, .importance = chain_.importance});
    BundledSms sms{.group = chain_.group,
                   .rule = rule,
                   .cause = chain_.cause,
                   .paged_at = chain_.paged_at,
                   .reason = reason};
    Offered offered = offer(std::move(bundle), std::move(sms), now_);
    out_.bundle = std::move(offered.bundle);
    for (Effect& effect : offered.effects) add(std::move(effect));
    return !offered.send_now;
  }

  void add(Effect effect) { out_.effects.push_back(std::move(effect)); }
  void record(PersonalRecord record) {
    record.group = chain_.group;
    record.user = chain_.user;
    record.user_name = facts_.user->username;
    record.at = now_;
    add(effect::AddPersonalRecord{std::move(record)});
  }
  ChainChanged end() {
    chain_.running = false;
    return std::move(out_);
  }

  ChainChanged out_;
  PersonalChain& chain_;
  const AlertGroup& group_;
  const ChainFacts& facts_;
  Instant now_;
};

}  // namespace

ChainChanged start(PersonalChain previous, const effect::StartPersonalChain& request, const AlertGroup& group,
                   const ChainFacts& facts, Instant now) {
  PersonalChain chain{.group = request.group,
                      .user = request.user,
                      .importance = request.importance,
                      .cause = request.cause,
                      .reason = request.reason,
                      .generation = previous.generation + 1,
                      .running = true,
                      .paged_at = request.at};
  if (request.at <= now) return RuleRun(std::move(chain), group, facts, now).run();
  chain.due = request.at;
  const Timer first{.kind = TimerKind::PersonalTick,
                    .generation = chain.generation,
                    .at = request.at,
                    .group = chain.group,
                    .user = chain.user};
  return {std::move(chain), std::nullopt, {effect::SetTimer{first}}};
}

ChainChanged tick(PersonalChain chain, const AlertGroup& group, std::uint64_t generation,
                  const ChainFacts& facts, Instant now) {
  if (generation != chain.generation || !chain.running) return {std::move(chain), std::nullopt, {}};
  return RuleRun(std::move(chain), group, facts, now).run();
}

PersonalChain stop(PersonalChain chain) {
  ++chain.generation;
  chain.running = false;
  chain.due.reset();
  return chain;
}

}  // namespace tocsin::notification
