#include "sim/checker.h"

#include <algorithm>

#include "base/overloaded.h"
#include "domain/model/log_text.h"
#include "domain/model/outgoing.h"
#include "domain/notification/stops.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/alert_groups.h"
#include "store/escalations.h"
#include "store/outbox.h"

namespace tocsin::test {
namespace {

using namespace std::chrono_literals;

// How late a step may be when nothing is wrong: another node looks for it once a second.
constexpr std::chrono::seconds kTolerance{3};

bool is_step_record(const GroupRecord& record) {
  if (record.type == GroupRecordType::EscalationFinished) return true;
  if (record.type == GroupRecordType::EscalationFailed)
    return record.failure != EscalationFailure::WebhookFailed;  // that one is an outcome
  return record.type == GroupRecordType::EscalationTriggered;
}

// What makes a walk begin anew.
bool reopens(const GroupRecord& record) {
  switch (record.type) {
    case GroupRecordType::Unacknowledged:
    case GroupRecordType::AutoUnacknowledged:
    case GroupRecordType::Unresolved:
    case GroupRecordType::Unsilenced:
    case GroupRecordType::Unattached:
      return true;
    default:
      return false;
  }
}

// Steps of which nothing is written when they run.
bool may_be_silent(const SnapshotStep& step) {
  return std::holds_alternative<step::TriggerWebhook>(step.policy.step) ||
         std::holds_alternative<step::RepeatEscalation>(step.policy.step) ||
         (std::holds_alternative<step::NotifyIfNumAlertsInWindow>(step.policy.step) && step.evaluated);
}

std::vector<UserId> authors(const std::vector<GroupRecord>& records) {
  std::vector<UserId> out;
  for (const GroupRecord& record : records) {
    if (record.author) out.push_back(*record.author);
  }
  return out;
}

}  // namespace

void Checker::complain(const std::string& what) {
  if (!complaint_) complaint_ = what;
}

void Checker::accepted(int marker, bool may_be_doubled) {
  accepted_[marker] |= may_be_doubled;
  alerts_grew_ = true;
}

void Checker::received(const Received& received, Instant now) {
  history_ += to_iso(now) + " " + received.what + " " + received.key + "\n";
  if (received.what != "mail" && received.what != "push" && received.what != "phone" &&
      received.what != "say")
    return;
  const auto entry = store::find_outbox(db_, received.key);
  if (!entry) return complain("a page that no row explains: " + received.what + " " + received.key);
  const auto outgoing = outgoing_from_json(entry->row.kind, entry->row.payload);
  const auto stopped = [&](const AlertGroupId& id, const notification::Page& page) {
    const auto group = store::find_group(db_, id);
    return !group || notification::find_stop(*group, page).has_value();
  };
  ++pages_;
  received_.insert(received.key);
  if (const auto* notify = std::get_if<effect::Notify>(&*outgoing)) {
    if (stopped(notify->group, {notify->user, notify->cause, notify->paged_at}))
      complain("a page after the answer: " + received.key);
  } else if (const auto* bundle = std::get_if<effect::NotifyBundle>(&*outgoing)) {
    const bool all = std::all_of(bundle->entries.begin(), bundle->entries.end(), [&](const BundledSms& sms) {
      return stopped(sms.group, {bundle->user, sms.cause, sms.paged_at});
    });
    if (all) complain("a bundle after all its answers: " + received.key);
  }
}

void Checker::after_step(Instant now, bool calm, bool own_writes) {
  // Grows with each commit of another connection, and with no other one there is nothing to see.
  const std::int64_t version = db_.query("PRAGMA data_version")[0].integer(0);
  if (std::exchange(version_, version) != version || own_writes) {
    check_alerts();
    read_records();
    check_walks(false);
  }
  if (calm) check_overdue(now);
}

void Checker::check_alerts() {
  if (!std::exchange(alerts_grew_, false)) return;
  std::map<int, int> stored;
  std::size_t wiped = 0, missing = 0;
  for (const store::Row row : db_.query("SELECT payload FROM alerts")) {
    const auto payload = json::read(row.text(0));
    const json::Value* marker = payload ? payload->find("n") : nullptr;
    marker != nullptr ? void(++stored[static_cast<int>(marker->as_int())]) : void(++wiped);
  }
  for (const auto& [marker, may_be_doubled] : accepted_) {
    const auto found = stored.find(marker);
    if (found == stored.end()) {
      if (++missing > wiped) return complain("alert " + std::to_string(marker) + " was accepted and is lost");
    } else if (found->second > 1 && !may_be_doubled) {
      return complain("alert " + std::to_string(marker) + " is stored twice");
    }
  }
}

void Checker::read_records() {
  fresh_.clear();
  reopened_.clear();
  for (const store::Row row :
       db_.query("SELECT rowid, group_id, realm, detail FROM log_records WHERE rowid > $1 ORDER BY rowid",
                 {records_read_})) {
    records_read_ = row.integer(0);
    history_ += row.string(1) + " " + row.string(3) + "\n";
    if (row.text(2) != "alert_group") continue;
    GroupRecord record = group_record_from_json(json::read(row.text(3)).value()).value();
    if (reopens(record)) reopened_.insert(record.group);
    if (!is_step_record(record)) continue;
    fresh_[row.id<AlertGroupId>(1)].push_back(std::move(record));
  }
}

void Checker::check_walks(bool all) {
  for (const store::Row row : db_.query(
           "SELECT e.group_id, e.state, t.generation, t.due_at, g.awaits_alert FROM escalations e "
           "JOIN alert_groups g ON g.id = e.group_id LEFT JOIN timers t ON t.kind = 'escalation_tick' AND "
           "t.subject = e.group_id")) {
    const auto id = row.id<AlertGroupId>(0);
    const auto known = walks_.find(id);
    const auto fresh = fresh_.find(id);
    if (known != walks_.end() && known->second.text == row.text(1)) {
      if (fresh != fresh_.end()) complain(id.str() + ": a step left records and its walk did not move");
      if (all) check_timer(row, *store::find_escalation(db_, id));
      continue;
    }
    const Escalation stored = *store::find_escalation(db_, id);
    const Walk after{row.string(1), stored.generation, stored.finished, stored.snapshot};
    check_walk(id, known == walks_.end() ? std::nullopt : std::optional(known->second), after,
               fresh == fresh_.end() ? std::vector<GroupRecord>() : fresh->second);
    walks_[id] = after;
    if (stored.awaits_alert() != row.boolean(4))
      complain(id.str() + ": its row does not say whether it awaits an alert");
    check_timer(row, stored);
  }
}

void Checker::check_timer(const store::Row& row, const Escalation& walk) {
  if (!walk.due || walk.finished) return;
  if (row.is_null(2)) {
    complain(walk.group.str() + ": a step is due and no timer will run it");
  } else if (static_cast<std::uint64_t>(row.integer(2)) != walk.generation) {
    complain(walk.group.str() + ": its timer has another generation");
  }
}

void Checker::check_walk(const AlertGroupId& group, const std::optional<Walk>& before, const Walk& after,
                         const std::vector<GroupRecord>& records) {
  if (!before) {
    if (!records.empty()) complain(group.str() + ": a step ran at once");
    return;
  }
  if (after.generation < before->generation) complain(group.str() + ": its generation went back");
  check_move(group.str(), *before, after, records);
}

void Checker::check_move(const std::string& group, const Walk& before, const Walk& after,
                         const std::vector<GroupRecord>& records) {
  if (!before.snapshot || !after.snapshot) return;
  const std::size_t from = before.snapshot->next_step, to = after.snapshot->next_step;
  const auto& steps = before.snapshot->steps;
  if (records.empty()) {
    // A start or a stop; or a step of which nothing is written.
    const bool silent = from < steps.size() && may_be_silent(steps[from]) && to == from + 1;
    if (silent) {
      ++steps_;
    } else if (to != from && (to != 0 || !reopened_.contains(AlertGroupId(group)))) {
      complain(group + (to > from ? ": a step was skipped" : ": a walk went back without a reason"));
    }
    return;
  }
  ++steps_;
  if (from == steps.size()) {
    const bool only_the_end = records.size() == 1 && records[0].type == GroupRecordType::EscalationFinished;
    if (!only_the_end) complain(group + ": a step ran after the last one");
    return;
  }
  const SnapshotStep& step = steps[from];
  for (const GroupRecord& record : records) {
    if (record.policy != step.policy.id)
      return complain(group + ": another step ran than the one that was due");
  }
  const bool repeats = std::holds_alternative<step::RepeatEscalation>(step.policy.step);
  const bool pauses = std::holds_alternative<step::NotifyIfNumAlertsInWindow>(step.policy.step);
  if (to != from + 1 && !(repeats && to == 0) && !(pauses && to == from))
    complain(group + ": the walk went from step " + std::to_string(from) + " to " + std::to_string(to) +
             " by " + text_of(records.front()));
  check_step_records(group, step.policy.step, records);
}

// docs/spec/escalation.md, section 3: which records a step leaves, in which order.
void Checker::check_step_records(const std::string& group, const Step& step,
                                 const std::vector<GroupRecord>& records) {
  const auto of_step = static_cast<std::size_t>(
      std::count_if(records.begin(), records.end(), [](const GroupRecord& r) { return !r.author; }));
  const std::vector<UserId> people = authors(records);
  const bool failed = records.back().type == GroupRecordType::EscalationFailed;
  const auto one_without_author = [&](bool first) {
    if (of_step != 1) complain(group + ": a step wrote its record " + std::to_string(of_step) + " times");
    if (records[first ? 0 : records.size() - 1].author) complain(group + ": records in the wrong order");
  };
  std::visit(Overloaded{[&](const step::NotifyPersons& s) {
                          one_without_author(false);
                          auto at = s.users.begin();
                          for (const UserId& user : people) {
                            at = std::find(at, s.users.end(), user);
                            if (at == s.users.end()) return complain(group + ": people in the wrong order");
                            ++at;
                          }
                        },
                        [&](const step::NotifyPersonNextEachTime&) {
                          if (!failed && (records.size() != 1 || people.size() != 1))
                            complain(group + ": a turn is one person's");
                        },
                        [&](const step::NotifyTeamMembers&) { one_without_author(true); },
                        [&](const step::NotifyWholeChannel&) {
                          if (records.size() != 2 || !failed)
                            complain(group + ": no channel, and no failure");
                        },
                        [&](const auto&) { one_without_author(false); }},
             step);
}

void Checker::check_overdue(Instant now) {
  const store::Rows late =
      db_.query("SELECT kind, subject, due_at FROM timers WHERE due_at < $1 LIMIT 1", {now - kTolerance});
  if (late.empty()) return;
  complain("a timer is left lying: " + late[0].string(0) + " " + late[0].string(1) + " of " +
           to_iso(late[0].instant(2)) + " at " + to_iso(now));
}

void Checker::at_the_end(Instant now) {
  alerts_grew_ = true;
  after_step(now, true, true);
  check_walks(true);
  const store::Rows lying = db_.query(
      "SELECT id, kind, queue FROM outbox WHERE finished_at IS NULL AND due_at < $1 LIMIT 1", {now - 1min});
  if (!lying.empty()) complain("never sent: " + lying[0].string(1) + " " + lying[0].string(0));
  if (!db_.query("SELECT 1 FROM integrations WHERE maintenance_end_at < $1", {now - kTolerance}).empty())
    complain("a maintenance that never ended");
  if (!db_.query("SELECT 1 FROM alert_group_tallies g WHERE alerts_count <> (SELECT COUNT(*) FROM alerts a "
                 "WHERE "
                 "a.group_id = g.group_id)")
           .empty())
    complain("a group counts its alerts wrongly");
  check_outcomes();
}

// Each rule of a chain pages once; each page has its record before, and one outcome after.
void Checker::check_outcomes() {
  std::map<std::string, int> pages, finished, triggered, ended;  // by group/user/channel
  std::set<std::string> once;
  const auto name = [](const AlertGroupId& group, const UserId& user, NotifyBy by) {
    return group.str() + "/" + user.str() + "/" + std::string(label(by));
  };
  for (const store::Row row : db_.query("SELECT id, kind, payload, finished_at, outcome FROM outbox WHERE "
                                        "kind IN ('notify', 'notify_bundle')")) {
    const json::Value payload = json::read(row.text(2)).value();
    const auto outgoing = outgoing_from_json(row.text(1), payload).value();
    const bool is_finished = !row.is_null(3);
    if (const auto* notify = std::get_if<effect::Notify>(&outgoing)) {
      if (!once.insert(row.string(2)).second) complain("a rule paged twice: " + row.string(2));
      const std::string page = name(notify->group, notify->user, notify->by);
      ++pages[page], finished[page] += is_finished;
    } else if (const auto* bundle = std::get_if<effect::NotifyBundle>(&outgoing)) {
      for (const BundledSms& sms : bundle->entries) {
        const std::string page = name(sms.group, bundle->user, NotifyBy::Sms);
        ++pages[page], finished[page] += is_finished;
      }
    }
    if (is_finished && row.text(4).find("\"delivered\"") != std::string::npos &&
        !received_.contains(row.string(0)))
      complain("called delivered and never received: " + row.string(0));
  }
  for (const store::Row row : db_.query("SELECT detail FROM log_records WHERE realm = 'user_notification'")) {
    const PersonalRecord record = personal_record_from_json(json::read(row.text(0)).value()).value();
    if (!record.by) continue;
    const std::string page = name(record.group, record.user, *record.by);
    if (record.type == PersonalRecordType::Triggered) ++triggered[page];
    const bool by_rule = record.code == NotificationFailure::SlackPostingDisabled;  // nothing left for it
    if ((record.type == PersonalRecordType::Success || record.type == PersonalRecordType::Failed) && !by_rule)
      ++ended[page];
  }
  for (const auto& [page, count] : pages) {
    if (triggered[page] != count)
      complain(page + ": " + std::to_string(count) + " pages, " + std::to_string(triggered[page]) +
               " records of them");
    if (ended[page] != finished[page])
      complain(page + ": " + std::to_string(finished[page]) + " ended, " + std::to_string(ended[page]) +
               " outcomes");
  }
  for (const auto& [page, count] : triggered) {
    if (!pages.contains(page) && count > 0) complain(page + ": announced and never sent");
  }
}

}  // namespace tocsin::test
