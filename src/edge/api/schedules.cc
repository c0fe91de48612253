#include "edge/api/schedules.h"

#include <algorithm>
#include <mutex>

#include "domain/model/schedule_text.h"
#include "edge/api/exports.h"
#include "edge/api/notices.h"
#include "edge/api/page.h"
#include "edge/api/relations.h"
#include "edge/api/schedule_fields.h"
#include "edge/api/schedule_views.h"
#include "edge/feeds/fetch.h"
#include "engine/schedule_edits.h"
#include "engine/schedule_notices.h"
#include "store/escalation_chains.h"
#include "store/on_call.h"
#include "store/shifts.h"

namespace tocsin::api {
namespace {

using store::StoredSchedule;

constexpr std::int64_t kPageSize = 50;
constexpr std::int64_t kAllPolicies = 1'000'000;

Result<StoredSchedule> get_schedule(const Call& call, store::Connection& db) {
  auto found = store::find_schedule(db, ScheduleId(call.id()));
  if (!found) return not_found();
  return *std::move(found);
}

Result<http::Response> answer_schedule(store::Connection& db, const ScheduleId& id, Instant now, int status) {
  const auto stored = store::find_schedule(db, id);
  TOCSIN_CHECK(stored.has_value());
  return ok(write_schedule(stored->schedule, store::on_call_users(db, id, now)), status);
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  TRY_AS(auto team, read_team_filter(call, db));
  const store::ScheduleFilter filter{.name = call.query("name"), .team = std::move(team)};
  struct Row {
    Schedule schedule;
    std::vector<UserId> on_call;
  };
  const auto read_rows = [&](std::int64_t limit, std::int64_t offset) {
    auto schedules = store::list_schedules(db, filter, limit, offset);
    auto on_call = store::on_call_users(db, schedules, call.now);
    std::vector<Row> rows;
    for (std::size_t i = 0; i < schedules.size(); ++i) {
      rows.push_back({std::move(schedules[i].schedule), std::move(on_call[i])});
    }
    return rows;
  };
  return answer_page(call, kPageSize, store::count_schedules(db, filter), read_rows,
                     [](const Row& row) { return write_schedule(row.schedule, row.on_call); });
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const StoredSchedule stored, get_schedule(call, db));
  return ok(write_schedule(stored.schedule, store::on_call_users(db, stored.schedule.id, call.now)));
}

// ----------------------------------------------------------------------------------- calendars behind URLs

// Fetches side by side; the last to come back goes on.
void fetch_all(const std::shared_ptr<Call>& call, const std::vector<std::string>& urls,
               const std::function<void()>& ready) {
  if (urls.empty() || call->services.outbound == nullptr) return ready();
  struct Pending {
    std::mutex mutex;  // guards call->fetched and left
    std::size_t left;
  };
  auto pending = std::make_shared<Pending>();
  pending->left = urls.size();
  for (const std::string& url : urls) {
    feeds::fetch_calendar(
        *call->services.outbound, url, [call, url, pending, ready](Result<std::string> body) {
          if (!body) {
            call->services.log.info("a calendar could not be fetched",
                                    {{"error", body.error().message}, {"by", call->caller.username}});
          }
          bool last = false;
          {
            const std::lock_guard lock(pending->mutex);
            call->fetched.emplace(url, std::move(body));
            last = --pending->left == 0;
          }
          if (last) ready();
        });
  }
}

void fetch_for_create(std::shared_ptr<Call> call, std::function<void()> ready) {
  std::vector<std::string> urls;
  if (call->body) {
    if (const auto type = read_schedule_type(*call->body)) {
      urls = urls_to_fetch(*call->body, *type, nullptr, call->services.settings);
    }
  }
  fetch_all(call, urls, ready);
}

void fetch_for_update(std::shared_ptr<Call> call, std::function<void()> ready) {
  std::vector<std::string> urls;
  if (call->body && call->body->is_object()) {
    const auto reads = call->services.reads.lease();
    if (const auto before = store::find_schedule(*reads, ScheduleId(call->id()))) {
      urls = urls_to_fetch(*call->body, before->schedule.type, &before->schedule, call->services.settings);
    }
  }
  fetch_all(call, urls, ready);
}

// Keeps the copies that were fetched, and lets go of feeds that the schedule no longer has.
void store_feeds(const Call& call, store::Connection& db, const Schedule& schedule, Instant now) {
  const auto urls = feed_urls(schedule);
  for (const FeedUrl& feed : urls) {
    const auto fetched = call.fetched.find(feed.url);
    if (fetched == call.fetched.end() || !fetched->second) continue;
    store::put_feed(db, schedule.id, feed.layer, feed.url, *fetched->second, now);
  }
  for (const auto layer : {store::FeedLayer::Primary, store::FeedLayer::Overrides}) {
    const auto has = [&](const FeedUrl& feed) { return feed.layer == layer; };
    if (std::none_of(urls.begin(), urls.end(), has)) store::remove_feed(db, schedule.id, layer);
  }
}

// --------------------------------------------------------------------------------------------- writing

// What a web schedule takes over from another one changes that one, too.
void settle_owners(engine::Batch& batch, const Schedule& schedule) {
  if (schedule.type != ScheduleType::Web) return;
  for (const OnCallShiftId& shift : schedule.shifts) {
    engine::settle(batch, store::schedules_of(batch.db, shift), store::Edit::Changes);
  }
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  Schedule schedule;
  TRY_AS(schedule.type, read_schedule_type(body));
  TRY(read_schedule(body, Method::Create, call, batch.db, schedule));
  schedule.id = ScheduleId(batch.ids.public_id("S"));
  schedule.created_at = batch.next_instant();
  settle_owners(batch, schedule);
  store::insert_schedule(batch.db, schedule);
  engine::watch(batch, schedule.id);
  store_feeds(call, batch.db, schedule, batch.now());
  batch.log.info("schedule created", {{"schedule", schedule.id.str()}, {"by", call.caller.username}});
  return answer_schedule(batch.db, schedule.id, batch.now(), 201);
}

// Shifts that come into the list are an addition; anything else can take somebody's time away.
store::Edit kind_of_edit(const Schedule& before, const Schedule& after) {
  const bool keeps_all =
      std::all_of(before.shifts.begin(), before.shifts.end(), [&](const OnCallShiftId& id) {
        return std::find(after.shifts.begin(), after.shifts.end(), id) != after.shifts.end();
      });
  const bool same_feeds = before.ical_url_primary == after.ical_url_primary &&
                          before.ical_url_overrides == after.ical_url_overrides;
  const bool same_rules =
      before.time_zone == after.time_zone && before.enable_web_overrides == after.enable_web_overrides;
  return keeps_all && same_feeds && same_rules ? store::Edit::Adds : store::Edit::Changes;
}

Result<http::Response> update(const Call& call, engine::Batch& batch, Method method) {
  TRY_AS(const StoredSchedule before, get_schedule(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  Schedule schedule = before.schedule;
  TRY(read_schedule(body, method, call, batch.db, schedule));
  if (schedule.type == ScheduleType::Web) return invalid("Web schedule update is not enabled through API");
  engine::settle(batch, schedule.id, kind_of_edit(before.schedule, schedule));
  store::update_schedule(batch.db, schedule);
  store_feeds(call, batch.db, schedule, batch.now());
  batch.log.info("schedule updated", {{"schedule", schedule.id.str()}, {"by", call.caller.username}});
  return answer_schedule(batch.db, schedule.id, batch.now(), 200);
}

// Steps that asked the schedule ask nobody now; walks that run keep what they began with (RULINGS 11).
void detach_steps(store::Connection& db, const ScheduleId& schedule) {
  for (store::StoredPolicy& stored : store::list_policies(db, std::nullopt, kAllPolicies, 0)) {
    auto* notify = std::get_if<step::NotifyOnCallFromSchedule>(&stored.policy.step);
    if (notify == nullptr || notify->schedule != schedule) continue;
    notify->schedule.reset();
    store::update_policy(db, stored.policy);
  }
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const StoredSchedule stored, get_schedule(call, batch.db));
  detach_steps(batch.db, stored.schedule.id);
  store::delete_schedule(batch.db, stored.schedule.id);
  batch.log.info("schedule deleted", {{"schedule", stored.schedule.id.str()}, {"by", call.caller.username}});
  return no_content();
}

Write put_or_patch(Method method) {
  return [method](const Call& call, engine::Batch& batch) { return update(call, batch, method); };
}

}  // namespace

Resource schedules_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::SchedulesRead, kWrite = Permission::SchedulesWrite;
  Operation post{"POST", "Create a schedule", kWrite, Write(create), 201};
  post.prepare = fetch_for_create;
  Operation put{"PUT", "Update a schedule from now on; absent fields keep their value", kWrite,
                put_or_patch(Method::Put)};
  Operation patch{"PATCH", "Update a schedule from now on", kWrite, put_or_patch(Method::Patch)};
  put.prepare = patch.prepare = fetch_for_update;
  Resource resource{
      .name = "schedules",
      .title = "Schedule",
      .about = "Who is on call when.",
      .fields = schedule_fields(),
      .endpoints = {
          {.path = "/schedules/",
           .operations = {{"GET", "List schedules, oldest first", kRead, Read(list), 200, Answers::Page},
                          post},
           .parameters = {{"name", "Exact name."}, {"team_id", "Id of a team, or null for no team."}}},
          {.path = "/schedules/{id}/",
           .operations = {{"GET", "Get a schedule", kRead, Read(get)},
                          put,
                          patch,
                          {"DELETE", "Delete a schedule; a web schedule's shifts go with it", kWrite,
                           Write(remove), 204, Answers::Nothing}}}}};
  for (Endpoint& endpoint : schedule_view_endpoints()) resource.endpoints.push_back(std::move(endpoint));
  for (Endpoint& endpoint : schedule_notice_endpoints()) resource.endpoints.push_back(std::move(endpoint));
  for (Endpoint& endpoint : schedule_export_endpoints()) resource.endpoints.push_back(std::move(endpoint));
  return resource;
}

}  // namespace tocsin::api
