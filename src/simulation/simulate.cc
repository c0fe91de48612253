#include "simulation/simulate.h"

#include <algorithm>

#include "base/overloaded.h"
#include "edge/api/group_timeline.h"
#include "simulation/events.h"
#include "simulation/world.h"
#include "store/escalations.h"
#include "store/integrations.h"
#include "store/people.h"

namespace tocsin::simulation {
namespace {

constexpr std::size_t kMostReasons = 10;
constexpr std::chrono::seconds kAboutNow{60};

constexpr NotifyBy kEveryMeans[] = {NotifyBy::Email,     NotifyBy::MobileApp,  NotifyBy::MobileAppCritical,
                                    NotifyBy::PhoneCall, NotifyBy::Sms,        NotifyBy::Slack,
                                    NotifyBy::Telegram,  NotifyBy::Mattermost, NotifyBy::Webhook};

void add_once(std::vector<std::string>& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end() && texts.size() < kMostReasons)
    texts.push_back(std::move(text));
}

Result<void> play(World& world, const Input& input, const Request& request) {
  return std::visit(
      Overloaded{[&](const Post& post) { return world.post(request.integration, post.payload); },
                 [&](const Acknowledge& answer) -> Result<void> {
                   const auto user = store::find_user(world.db(), answer.user);
                   if (!user) return invalid("answers", "Object does not exist");
                   world.acknowledge(*user);
                   return {};
                 }},
      input.what);
}

// In the order of their times; what is given at the same time, in the order given.
Result<End> play_all(World& world, const Request& request) {
  std::vector<Input> inputs = request.inputs;
  std::ranges::stable_sort(inputs, {}, &Input::after);
  for (const Input& input : inputs) {
    const Instant at = request.start + input.after;
    if (at > request.start) {
      if (world.run_until(at) == End::TooMuch) return End::TooMuch;
      world.set_now(at);
    }
    TRY(play(world, input, request));
  }
  return world.run_until(request.start + request.horizon);
}

void add_means(const World& world, Report& report) {
  for (const NotifyBy by : kEveryMeans) {
    auto& list = world.couriers().carries(by) ? report.means : report.missing_means;
    list.emplace_back(label(by));
  }
}

// Nullopt: none runs at the start.
std::optional<std::string> maintenance_text(const Report& report) {
  const auto& maintenance = report.integration.maintenance;
  if (!maintenance || maintenance->end_at <= report.start || maintenance->started_at > report.start)
    return std::nullopt;
  return "the integration is in maintenance (mode " + std::string(to_text(maintenance->mode)) + ") until " +
         to_iso_seconds(maintenance->end_at);
}

// What stands between the alert and people, most telling first.
void explain_silence(Report& report) {
  if (report.groups.empty()) report.because.emplace_back("the payload makes no alert");
  if (auto maintenance = maintenance_text(report)) report.because.push_back(*std::move(maintenance));
  for (const Event& event : report.events) {
    if (event.kind == EventKind::Failed) add_once(report.because, event.text);
  }
  for (const GroupReport& group : report.groups) {
    const std::string name = "alert group #" + std::to_string(group.group.number);
    const std::string until = group.group.silenced_until
                                  ? " until " + to_iso_seconds(*group.group.silenced_until)
                                  : std::string(" forever");
    if (group.group.silenced) add_once(report.because, name + " is silenced" + until);
    if (group.group.resolved && group.group.resolved_by == AnsweredBy::Source)
      add_once(report.because, "the source resolves " + name);
    if (group.group.acknowledged && group.group.acknowledged_by == AnsweredBy::Source)
      add_once(report.because, "the source acknowledges " + name);
  }
  if (report.because.empty()) {
    report.because.emplace_back(report.finished ? "no step pages anybody"
                                                : "no step pages anybody before the horizon");
  }
}

// A threshold step may wait for alerts that nobody simulates.
void note_thresholds(World& world, Report& report) {
  for (const GroupReport& group : report.groups) {
    const auto walk = store::find_escalation(world.db(), group.group.id);
    if (!walk || !walk->awaits_alert()) continue;
    report.notes.push_back("the escalation of alert group #" + std::to_string(group.group.number) +
                           " waits for more alerts, and none is simulated (give --payload again)");
  }
}

// A group that is open in the real database would take the alert, and an alert that joins starts nothing.
void note_open_groups(store::ReadPool& source, Report& report) {
  const auto db = source.lease();
  for (const GroupReport& group : report.groups) {
    const store::Rows rows = db->query(
        "SELECT number FROM alert_groups WHERE is_open = 1 AND distinction = $1 AND "
        "integration_id = $2 AND route_id = $3",
        {group.group.distinction, group.group.integration, group.group.route});
    if (rows.empty()) continue;
    report.notes.push_back("alert group #" + std::to_string(rows[0].integer(0)) +
                           " with the same grouping key is open: an alert that came now would join it and "
                           "page nobody anew; this is what happens once it is resolved");
  }
}

void add_notes(const World& world, const Request& request, Instant now, Report& report) {
  if (const auto maintenance = maintenance_text(report)) report.notes.push_back(*maintenance);
  if (request.start + kAboutNow < now || request.start > now + kAboutNow) {
    report.notes.push_back("the configuration is as it stands now, " + to_iso_seconds(now));
  }
  for (const std::string& warning : world.warnings())
    add_once(report.notes, "the server would log: " + warning);
}

}  // namespace

Result<Report> simulate(store::ReadPool& source, const Request& request, const delivery::Means& means,
                        Limits limits, Instant now) {
  World world(source, request.start, means, limits);
  const auto integration = store::find_integration(world.db(), request.integration);
  if (!integration) return invalid("integration_id", "Object does not exist");
  TRY_AS(const End end, play_all(world, request));

  const std::vector<AlertGroup> groups = groups_of(world);
  Story story = tell(world, groups);
  Report report{.integration = *integration,
                .start = request.start,
                .end = story.events.empty() ? request.start : story.events.back().at,
                .horizon = request.start + request.horizon,
                .finished = end == End::Finished,
                .cut_short = end == End::TooMuch,
                .means = {},
                .missing_means = {},
                .events = std::move(story.events),
                .people = std::move(story.people),
                .groups = {},
                .because = {},
                .notes = {}};
  for (const AlertGroup& group : groups)
    report.groups.push_back({group, api::write_timeline(world.db(), group.id, world.now())});
  add_means(world, report);
  note_open_groups(source, report);
  note_thresholds(world, report);
  add_notes(world, request, now, report);
  if (!report.reaches_somebody()) explain_silence(report);
  return report;
}

}  // namespace tocsin::simulation
