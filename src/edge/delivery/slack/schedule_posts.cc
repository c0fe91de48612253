#include "edge/delivery/slack/schedule_posts.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "domain/schedule/notices.h"
#include "edge/delivery/slack/schedule_texts.h"
#include "store/on_call.h"
#include "store/people.h"
#include "store/schedule_inputs.h"
#include "store/schedule_notices.h"
#include "store/slack_workspace.h"

namespace tocsin::delivery {
namespace {

constexpr std::chrono::days kReportAhead{30};

// The channel may have been taken away since.
std::optional<Schedule> schedule_with_channel(store::Connection& db, const ScheduleId& id) {
  const auto stored = store::find_schedule(db, id);
  if (!stored || !stored->schedule.slack_channel_id) return std::nullopt;
  return stored->schedule;
}

// Who is on call by any of the group's schedules and has a Slack account, sorted.
std::vector<std::string> members_now(store::Connection& db, const UserGroupId& group, Instant now) {
  std::set<std::string> members;
  for (const ScheduleId& schedule : store::schedules_of_user_group(db, group)) {
    for (const UserId& id : store::on_call_users(db, schedule, now)) {
      const auto user = store::find_user(db, id);
      if (!user) continue;
      if (const auto slack = user->contacts.find("slack"); slack != user->contacts.end())
        members.insert(slack->second);
    }
  }
  return {members.begin(), members.end()};
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ",") + text;
  return out;
}

}  // namespace

bool SlackSchedulePosts::carries(const store::OutboxRow& row) const {
  return row.kind == "shift_notice" || row.kind == "schedule_report" || row.kind == "update_user_group";
}

Job SlackSchedulePosts::prepare(store::Connection& db, const store::OutboxRow& row, Instant now) {
  const auto outgoing = outgoing_from_json(row.kind, row.payload);
  if (!outgoing) return Drop{outgoing.error().message};
  if (const auto* notice = std::get_if<PostShiftNotice>(&*outgoing)) return prepare_notice(db, *notice);
  if (const auto* report = std::get_if<PostScheduleReport>(&*outgoing))
    return prepare_report(db, *report, now);
  if (const auto* update = std::get_if<UpdateUserGroup>(&*outgoing))
    return prepare_user_group(db, *update, now);
  return Drop{"not about a schedule"};
}

Job SlackSchedulePosts::prepare_notice(store::Connection& db, const PostShiftNotice& notice) {
  const auto schedule = schedule_with_channel(db, notice.schedule);
  if (!schedule) return Drop{"the schedule has no Slack channel any more"};
  const ShiftNoticeTexts texts =
      shift_notice_texts(notice, store::notice_settings(db, schedule->id),
                         [&](const UserId& id) { return store::find_user_ever(db, id); });
  const std::string title = "Schedule *" + slack_link(*schedule, settings_.base_url) + "*";
  return slack_send(
      outbound_, settings_, "chat.postMessage",
      json::Object{
          {"channel", json::Value(*schedule->slack_channel_id)},
          {"text",
           json::Value("On-call shift for schedule " + escape_markup(schedule->name) + " has changed")},
          {"blocks", json::Array{slack_section(title), slack_section(texts.now), slack_section(texts.next)}}},
      {});
}

Job SlackSchedulePosts::prepare_report(store::Connection& db, const PostScheduleReport& report, Instant now) {
  const auto schedule = schedule_with_channel(db, report.schedule);
  if (!schedule) return Drop{"the schedule has no Slack channel any more"};
  const schedule::Range ahead{now, now + kReportAhead};
  const auto loaded = store::load_schedule(db, report.schedule, ahead);
  if (!loaded) return Drop{"the schedule was deleted"};
  const schedule::FinalSchedule final = schedule::resolve(loaded->input(), ahead);
  const std::string link = slack_link(*schedule, settings_.base_url);
  const std::string text = report.fault == ScheduleFault::Gaps
                               ? gaps_text(link, schedule::gaps(final, schedule::EmptyShifts::CountAsCover))
                               : empty_shifts_text(link, schedule::distinct_empty_shifts(final));
  if (text.empty()) return Drop{"nothing is wrong"};
  return slack_send(
      outbound_, settings_, "chat.postMessage",
      json::Object{{"channel", json::Value(*schedule->slack_channel_id)}, {"text", json::Value(text)}}, {});
}

// Slack refuses an empty group, and one that is right already need not be sent.
Job SlackSchedulePosts::prepare_user_group(store::Connection& db, const UpdateUserGroup& update,
                                           Instant now) {
  const std::vector<std::string> members = members_now(db, update.user_group, now);
  if (members.empty()) return Drop{"nobody on call has a Slack account"};
  if (store::slack_members(db, update.user_group.str()) == members)
    return Drop{"the user group is right already"};
  return slack_send(
      outbound_, settings_, "usergroups.users.update",
      json::Object{{"usergroup", json::Value(update.user_group.str())},
                   {"users", json::Value(joined(members))}},
      [group = update.user_group, members](engine::Batch& batch, const Outcome& outcome, Attempt) {
        if (std::holds_alternative<Delivered>(outcome))
          store::put_slack_members(batch.db, group.str(), members);
      });
}

}  // namespace tocsin::delivery
