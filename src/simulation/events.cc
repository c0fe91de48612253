#include "simulation/events.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "domain/model/log_text.h"
#include "language/json/member.h"
#include "simulation/openings.h"
#include "simulation/reasons.h"
#include "store/alert_groups.h"
#include "store/group_lists.h"
#include "store/group_timeline.h"
#include "store/json_columns.h"
#include "store/outbox.h"
#include "store/people.h"

namespace tocsin::simulation {
namespace {

constexpr std::int64_t kMostGroups = 1'000;
constexpr std::int64_t kMostAlerts = 1'000;

// One alert group's part of the story.
class Teller {
 public:
  Teller(World& world, const AlertGroup& group, Story& story)
      : world_(world), db_(world.db()), group_(group), story_(story) {}

  void run() {
    add_alerts();
    for (const store::LogRecord& record : store::records_of(db_, group_.id))
      std::visit([this](const auto& r) { add(r); }, record);
    close_step();
    add_posts();
  }

 private:
  // ---------------------------------------------------------------------------------------- alerts

  void add_alerts() {
    for (const store::AlertTrace& trace : store::alert_traces(db_, group_.id, kMostAlerts)) {
      const json::Object signals = store::parse_object(trace.signals);
      Event event{.at = trace.created_at, .kind = EventKind::Received, .group = group_.number, .text = {}};
      if (trace.is_first) {
        event.text = "alert opens alert group #" + std::to_string(group_.number) + " " + quoted(title());
        event.details = explain_opening(db_, *world_.configuration(), group_);
      } else {
        event.text = "alert joins alert group #" + std::to_string(group_.number);
        event.details.emplace_back(json::text_member(signals, "because"));
      }
      if (signals.contains("resolve")) event.details.push_back("it is a resolve signal");
      if (signals.contains("acknowledge")) event.details.push_back("it is an acknowledge signal");
      push(std::move(event));
    }
  }

  // Many templates end with a space where a part is missing.
  std::string title() const {
    std::string text = group_.title.value_or("");
    while (text.ends_with(' ')) text.pop_back();
    return text;
  }

  // ----------------------------------------------------------------------------- the group's records

  void add(const GroupRecord& record) {
    if (record.type == GroupRecordType::EscalationTriggered && record.policy) return add_step(record);
    close_step();
    switch (record.type) {
      case GroupRecordType::Registered:  // said by its alert
      case GroupRecordType::InvitationTriggered:
        return;
      case GroupRecordType::EscalationFinished:
        return push({.at = record.at,
                     .kind = EventKind::Finished,
                     .group = group_.number,
                     .text = "the escalation chain has no further step"});
      case GroupRecordType::AcknowledgeReminder:
        return push({.at = record.at,
                     .kind = EventKind::Step,
                     .group = group_.number,
                     .text = "asks who acknowledged whether they are still at it"});
      default:
        break;
    }
    Event event{.at = record.at, .kind = kind_of(record), .group = group_.number, .text = text_of(record)};
    if (record.policy) event.place = place_of_step(db_, *record.policy);
    if (record.type == GroupRecordType::Silenced) explain_silence(record, event);
    push(std::move(event));
  }

  static EventKind kind_of(const GroupRecord& record) {
    const bool leads_nowhere = record.type == GroupRecordType::RouteAssigned && !record.chain;
    if (record.type == GroupRecordType::EscalationFailed || leads_nowhere) return EventKind::Failed;
    return record.type == GroupRecordType::Acknowledged ? EventKind::Answered : EventKind::Step;
  }

  void explain_silence(const GroupRecord& record, Event& event) {
    if (!record.reason.empty()) event.details.push_back(record.reason);
    if (record.silence_delay)
      event.details.push_back("until " + to_iso_seconds(record.at + *record.silence_delay));
  }

  // A step writes one record of its own and one for each person that it pages, in an order that differs from
  // kind to kind; together they are one line.
  void add_step(const GroupRecord& record) {
    if (step_ &&
        (step_->policy != record.policy || record.at - step_->first > std::chrono::milliseconds{100}))
      close_step();
    if (!step_) {
      step_ = Step{record.policy, record.at, {}};
      step_->event = {.at = record.at, .kind = EventKind::Step, .group = group_.number, .text = {}};
    }
    if (!record.author || step_->event.text.empty()) step_->event.text = text_of(record);
    if (record.author) {
      const std::string why = why_paged(db_, *record.policy, *record.author, record.at);
      why_[*record.author] = why;
      person(*record.author, record.author_name);
      const bool says_more = !why.empty() && why != "named by " + place_of_step(db_, *record.policy);
      step_->event.details.push_back("pages " + record.author_name + (says_more ? ": " + why : ""));
    }
    if (record.step == StepCode::Wait) step_->event.kind = EventKind::Wait;
    step_->event.starts_over = record.step == StepCode::RepeatEscalation;
  }

  void close_step() {
    if (!step_) return;
    Event& event = step_->event;
    event.place = place_of_step(db_, *step_->policy);
    if (event.kind == EventKind::Wait) {
      if (const auto wait = wait_of_step(db_, *step_->policy)) event.text += ": " + duration_text(*wait);
    }
    push(std::move(event));
    step_.reset();
  }

  // ------------------------------------------------------------------------- the people's records

  void add(const PersonalRecord& record) {
    close_step();
    PersonReport& who = person(record.user, record.user_name);
    Event event{.at = record.at,
                .kind = EventKind::Notified,
                .group = group_.number,
                .text = {},
                .place = rule_text(db_, record),
                .user = record.user,
                .username = record.user_name,
                .by = record.by};
    switch (record.type) {
      case PersonalRecordType::Triggered:
        if (record.by) {
          sent_[{record.user, *record.by}] = text_of(record);
          return;
        }
        event.kind = EventKind::Wait;
        event.text = record.user_name + " waits";
        if (const auto wait = wait_of_rule(db_, record)) event.text += " " + duration_text(*wait);
        break;
      case PersonalRecordType::Finished:
        event.kind = EventKind::Finished;
        event.text = record.user_name + " has no further rule";
        event.place.clear();
        break;
      case PersonalRecordType::Success:
        notified(record, event, who);
        break;
      case PersonalRecordType::Failed:
        event.kind = EventKind::Failed;
        event.text = text_of(record);
        if (record.by && !world_.couriers().carries(*record.by))
          event.text += " (no provider of this server carries it)";
        if (std::ranges::find(who.failures, event.text) == who.failures.end())
          who.failures.push_back(event.text);
        break;
    }
    push(std::move(event));
  }

  void notified(const PersonalRecord& record, Event& event, PersonReport& who) {
    const auto sent = record.by ? sent_.find({record.user, *record.by}) : sent_.end();
    event.text = sent == sent_.end() ? text_of(record) : sent->second;
    const auto user = store::find_user_ever(db_, record.user);
    const std::string contact = user && record.by ? contact_text(*user, *record.by) : std::string();
    if (!contact.empty()) event.text += " (" + contact + ")";
    if (const std::string& why = why_[record.user]; !why.empty()) event.details.push_back(why);
    if (who.reached_at && *who.reached_at <= record.at) return;
    who.reached_at = record.at;
    who.by = record.by;
  }

  PersonReport& person(const UserId& id, const std::string& name) {
    const auto found = std::ranges::find(story_.people, id, &PersonReport::user);
    if (found != story_.people.end()) return *found;
    story_.people.push_back({.user = id, .username = name, .reached_at = {}, .by = {}, .failures = {}});
    return story_.people.back();
  }

  // ----------------------------------------------------------------------------------- chat posts

  // The first of them; later ones are edits of the same post.
  void add_posts() {
    constexpr std::string_view kSlack = "slack:";
    for (const store::OutboxEntry& entry : store::outbox_of_group(db_, group_.id)) {
      if (!entry.row.queue.starts_with(kSlack) || !entry.finished_at || !entry.outcome) continue;
      const json::Value* result = entry.outcome->find("result");
      const bool posted = result != nullptr && *result == json::Value("delivered");
      const std::string channel = entry.row.queue.substr(kSlack.size());
      const json::Value* reason = entry.outcome->find("reason");
      push({.at = *entry.finished_at,
            .kind = posted ? EventKind::Posted : EventKind::Failed,
            .group = group_.number,
            .text = (posted ? "posted to Slack channel " : "not posted to Slack channel ") + channel,
            .details = posted || reason == nullptr || !reason->is_string()
                           ? std::vector<std::string>{}
                           : std::vector{reason->as_string()}});
      return;
    }
  }

  void push(Event event) {
    while (event.text.ends_with(' ')) event.text.pop_back();
    std::erase(event.details, "");
    story_.events.push_back(std::move(event));
  }

  struct Step {
    std::optional<EscalationPolicyId> policy;
    Instant first;
    Event event;
  };

  World& world_;
  store::Connection& db_;
  const AlertGroup& group_;
  Story& story_;
  std::optional<Step> step_;
  std::map<UserId, std::string> why_;                        // the latest step that paged them
  std::map<std::pair<UserId, NotifyBy>, std::string> sent_;  // the sentence of what is under way
};

bool reached_earlier(const PersonReport& a, const PersonReport& b) {
  return a.reached_at && (!b.reached_at || *a.reached_at < *b.reached_at);
}

}  // namespace

std::vector<AlertGroup> groups_of(World& world) {
  std::vector<AlertGroup> groups;
  for (store::ListedGroup& listed : store::list_groups(world.db(), {}, kMostGroups, 0)) {
    if (!listed.group.maintenance) groups.push_back(std::move(listed.group));
  }
  std::ranges::reverse(groups);  // oldest first
  return groups;
}

Story tell(World& world, const std::vector<AlertGroup>& groups) {
  Story story;
  for (const AlertGroup& group : groups) Teller(world, group, story).run();
  std::ranges::stable_sort(story.events, {}, &Event::at);
  std::ranges::stable_sort(story.people, reached_earlier);
  return story;
}

}  // namespace tocsin::simulation
