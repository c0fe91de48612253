#include "engine/coverage.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/overloaded.h"
#include "base/text.h"
#include "domain/access/permission.h"
#include "domain/model/escalation.h"
#include "domain/model/notification.h"
#include "store/escalation_chains.h"
#include "store/integrations.h"
#include "store/notification_rules.h"
#include "store/people_lists.h"
#include "store/personal_webhooks.h"
#include "store/routes.h"
#include "store/schedule_inputs.h"
#include "store/slack_workspace.h"
#include "store/webhooks.h"

namespace tocsin::engine {
namespace {

using schedule::Range;

// A schedule with a hole every night would bury everything else.
constexpr std::size_t kHolesShown = 20;
constexpr std::int64_t kAll = 1'000'000;

class Look {
 public:
  Look(store::Connection& db, Range window) : db_(db), window_(window) {
    const Role least = access::least_role(access::Permission::NotificationsRead);
    for (User& user : store::list_users(db, {}, kAll, 0)) {
      if (user.role <= least) people_.emplace(user.id, std::move(user));
    }
  }

  std::vector<Finding> run() {
    read_schedules();
    look_at_chains();
    look_at_routes();
    findings_.insert(findings_.end(), schedule_findings_.begin(), schedule_findings_.end());
    for (const UserId& user : needed_) look_at_person(people_.at(user));
    return std::move(findings_);
  }

 private:
  // ------------------------------------------------------------------------------------ schedules

  void read_schedules() {
    for (const ScheduleId& id : store::all_schedule_ids(db_)) {
      const auto loaded = store::load_schedule(db_, id, window_);
      if (!loaded) continue;
      const schedule::FinalSchedule final = schedule::resolve(loaded->input(), window_);
      for (const UserId& user : final.related_users()) need(user);
      if (final.events().empty()) {
        add_schedule(FindingKind::ScheduleEmpty, loaded->schedule, window_,
                     "nobody is on call in the whole time ahead");
      } else {
        covered_.insert(id);
        add_holes(loaded->schedule, schedule::gaps(final, schedule::EmptyShifts::AreGaps));
      }
    }
  }

  void add_holes(const Schedule& schedule, const std::vector<Range>& holes) {
    const std::size_t shown = std::min(holes.size(), kHolesShown);
    for (std::size_t i = 0; i < shown; ++i) {
      std::string text =
          "nobody is on call from " + to_iso_seconds(holes[i].from) + " to " + to_iso_seconds(holes[i].to);
      if (i + 1 == shown && holes.size() > shown) {
        text += ", and " + std::to_string(holes.size() - shown) + " more times";
      }
      add_schedule(FindingKind::ScheduleHole, schedule, holes[i], text);
    }
  }

  void add_schedule(FindingKind kind, const Schedule& schedule, Range when, const std::string& text) {
    schedule_findings_.push_back({.kind = kind,
                                  .text = "schedule " + quoted(schedule.name) + ": " + text,
                                  .team = schedule.team_id,
                                  .schedule = schedule.id,
                                  .when = when});
  }

  // --------------------------------------------------------------------------------------- chains

  void look_at_chains() {
    for (const EscalationChain& chain : store::list_chains(db_, {}, kAll, 0)) {
      chain_names_.emplace(chain.id, chain.name);
      std::size_t number = 0;
      for (const EscalationPolicy& policy : store::policies_of(db_, chain.id)) {
        ++number;
        const auto reached = reaches(policy.step);
        if (!reached) continue;  // a step that does not notify people
        if (*reached) {
          reaching_.insert(chain.id);
          continue;
        }
        findings_.push_back({.kind = FindingKind::StepReachesNobody,
                             .text = "escalation chain " + quoted(chain.name) + ": step " +
                                     std::to_string(number) + " reaches nobody",
                             .team = chain.team,
                             .chain = chain.id,
                             .policy = policy.id});
      }
    }
  }

  // nullopt: the step does not notify people.
  std::optional<bool> reaches(const Step& any) {
    return std::visit(
        Overloaded{[&](const step::NotifyPersons& s) { return std::optional(any_of(s.users)); },
                   [&](const step::NotifyPersonNextEachTime& s) { return std::optional(any_of(s.users)); },
                   [&](const step::NotifyOnCallFromSchedule& s) {
                     return std::optional(s.schedule && covered_.contains(*s.schedule));
                   },
                   [&](const step::NotifyTeamMembers& s) {
                     return std::optional(s.team && any_of(members(*s.team)));
                   },
                   [&](const step::NotifyUserGroup& s) {
                     return std::optional(s.user_group && any_of(members(*s.user_group)));
                   },
                   [](const step::Wait&) { return std::optional<bool>(); },
                   [](const step::NotifyWholeChannel&) { return std::optional<bool>(); },
                   [](const step::NotifyIfTimeFromTo&) { return std::optional<bool>(); },
                   [](const step::NotifyIfNumAlertsInWindow&) { return std::optional<bool>(); },
                   [](const step::RepeatEscalation&) { return std::optional<bool>(); },
                   [](const step::TriggerWebhook&) { return std::optional<bool>(); },
                   [](const step::Resolve&) { return std::optional<bool>(); },
                   [](const step::DeclareIncident&) { return std::optional<bool>(); },
                   [](const step::Unspecified&) { return std::optional<bool>(); }},
        any);
  }

  bool any_of(const std::vector<UserId>& users) {
    bool found = false;
    for (const UserId& user : users) found = need(user) || found;
    return found;
  }

  std::vector<UserId> members(const TeamId& team) const {
    std::vector<UserId> users;
    for (const auto& [id, user] : people_) {
      if (std::find(user.teams.begin(), user.teams.end(), team) != user.teams.end()) users.push_back(id);
    }
    return users;
  }

  std::vector<UserId> members(const UserGroupId& id) const {
    const auto group = store::find_slack_user_group(db_, id);
    const auto members = group ? store::slack_members(db_, group->slack_id) : std::nullopt;
    return members ? store::users_linked_to(db_, *members) : std::vector<UserId>();
  }

  void look_at_routes() {
    std::map<IntegrationId, Integration> integrations;
    for (Integration& integration : store::all_integrations(db_))
      integrations.emplace(integration.id, integration);
    for (const Route& route : store::all_routes(db_)) {
      const Integration& integration = integrations.at(route.integration);
      const std::string name =
          (route.is_default ? "the default route of integration "
                            : "route " + std::to_string(route.position + 1) + " of integration ") +
          quoted(integration.name);
      if (!route.chain) {
        add_route(FindingKind::RouteWithoutChain, route, integration, name + " has no escalation chain");
      } else if (!reaching_.contains(*route.chain)) {
        add_route(FindingKind::ChainEndsInSilence, route, integration,
                  name + " leads to escalation chain " + quoted(chain_names_[*route.chain]) +
                      ", which reaches nobody");
      }
    }
  }

  void add_route(FindingKind kind, const Route& route, const Integration& integration, std::string text) {
    findings_.push_back({.kind = kind,
                         .text = std::move(text),
                         .team = integration.team,
                         .chain = route.chain,
                         .route = route.id,
                         .integration = integration.id});
  }

  // --------------------------------------------------------------------------------------- people

  // False: there is no such person, or they may not be notified.
  bool need(const UserId& user) {
    if (!people_.contains(user)) return false;
    needed_.insert(user);
    return true;
  }

  void look_at_person(const User& user) {
    const store::NotificationRules rules = store::notification_rules_of(db_, user.id);
    std::string text = "user " + quoted(user.username) + " cannot be reached by ";
    const bool by_default = some_rule_works(user, rules.by_default);
    const bool important = some_rule_works(user, rules.important);
    if (by_default && important) return;
    text += by_default  ? "the important notification rules"
            : important ? "the default notification rules"
                        : "any notification rule";
    findings_.push_back(
        {.kind = FindingKind::PersonWithoutContact, .text = std::move(text), .user = user.id});
  }

  // Without rules e-mail is used (docs/spec/api-people.md, section 7).
  bool some_rule_works(const User& user, const std::vector<NotificationRule>& rules) const {
    if (rules.empty()) return works(user, NotifyBy::Email);
    return std::any_of(rules.begin(), rules.end(), [&](const NotificationRule& rule) {
      const auto* notify = std::get_if<NotifyRule>(&rule.action);
      return notify != nullptr && works(user, notify->by);
    });
  }

  bool works(const User& user, NotifyBy by) const {
    switch (by) {
      case NotifyBy::Email:
        return !user.email.empty();
      case NotifyBy::Sms:
      case NotifyBy::PhoneCall:
        return user.contacts.contains("phone");
      case NotifyBy::Slack:
        return user.contacts.contains("slack");
      case NotifyBy::Telegram:
        return user.contacts.contains("telegram");
      case NotifyBy::MobileApp:
      case NotifyBy::MobileAppCritical:
        return user.contacts.contains("ntfy");  // push devices stand for the app (docs/spec/RULINGS.md, 21)
      case NotifyBy::Mattermost:
        return user.contacts.contains("mattermost");
      case NotifyBy::Webhook:
        return has_webhook(user);
    }
    return false;
  }

  bool has_webhook(const User& user) const {
    const auto personal = store::find_personal_webhook(db_, user.id);
    const auto webhook = personal ? store::find_webhook(db_, personal->webhook) : std::nullopt;
    return webhook && webhook->enabled && webhook->trigger == WebhookTrigger::PersonalNotification;
  }

  store::Connection& db_;
  Range window_;
  std::map<UserId, User> people_;         // those who may be notified
  std::set<UserId> needed_;               // of them, whom schedules and steps name
  std::set<ScheduleId> covered_;          // somebody is on call at some time
  std::set<EscalationChainId> reaching_;  // some step reaches somebody
  std::map<EscalationChainId, std::string> chain_names_;
  std::vector<Finding> schedule_findings_;
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view to_text(FindingKind kind) {
  switch (kind) {
    case FindingKind::ScheduleHole:
      return "schedule_hole";
    case FindingKind::ScheduleEmpty:
      return "schedule_empty";
    case FindingKind::StepReachesNobody:
      return "step_reaches_nobody";
    case FindingKind::ChainEndsInSilence:
      return "chain_ends_in_silence";
    case FindingKind::RouteWithoutChain:
      return "route_without_chain";
    case FindingKind::PersonWithoutContact:
      return "person_without_contact";
  }
  return "";
}

std::vector<Finding> look_ahead(store::Connection& db, Instant now, std::chrono::days ahead) {
  return Look(db, {now, now + ahead}).run();
}

}  // namespace tocsin::engine
