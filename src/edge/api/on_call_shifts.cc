#include "edge/api/on_call_shifts.h"

#include "base/overloaded.h"
#include "domain/schedule/edits.h"
#include "edge/api/page.h"
#include "edge/api/relations.h"
#include "edge/api/shift_fields.h"
#include "edge/api/shift_json.h"
#include "engine/schedule_edits.h"
#include "store/schedules.h"
#include "store/zone_names.h"

namespace tocsin::api {
namespace {

using store::StoredShift;

constexpr std::int64_t kPageSize = 50;

bool wants_source(const Call& call) {
  return call.query("include") == "source";
}

Result<StoredShift> get_shift(const Call& call, store::Connection& db) {
  auto found = store::find_shift(db, OnCallShiftId(call.id()));
  if (!found) return not_found();
  return *std::move(found);
}

Result<http::Response> answer_shift(store::Connection& db, const OnCallShiftId& id, int status) {
  const auto found = store::find_shift(db, id);
  TOCSIN_CHECK(found.has_value());
  return ok(write_shift(*found), status);
}

Result<http::Response> list(const Call& call, store::Connection& db) {
  TRY_AS(auto team, read_team_filter(call, db));
  const store::ShiftFilter filter{
      .name = call.query("name"), .team = std::move(team), .schedule = call.query("schedule_id")};
  return answer_page(
      call, kPageSize, store::count_shifts(db, filter),
      [&](std::int64_t limit, std::int64_t offset) { return store::list_shifts(db, filter, limit, offset); },
      [with_source = wants_source(call)](const StoredShift& shift) {
        return write_shift(shift, with_source);
      });
}

Result<http::Response> get(const Call& call, store::Connection& db) {
  TRY_AS(const StoredShift shift, get_shift(call, db));
  return ok(write_shift(shift, wants_source(call)));
}

// A calendar lists its shifts and owns only overrides; a web schedule owns them all.
void attach(engine::Batch& batch, OnCallShift& shift, Instant now) {
  store::Connection& db = batch.db;
  auto stored = store::find_schedule(db, *shift.schedule);
  TOCSIN_CHECK(stored.has_value());
  engine::settle(batch, *shift.schedule, store::Edit::Adds);
  const bool listed = stored->schedule.type == ScheduleType::Calendar && shift.type != ShiftType::Override;
  if (listed) shift.schedule.reset();
  store::insert_shift(db, shift, now);
  if (!listed) return;
  stored->schedule.shifts.push_back(shift.id);
  store::update_schedule(db, stored->schedule);
}

Result<http::Response> create(const Call& call, engine::Batch& batch) {
  TRY_AS(const json::Value body, call.body);
  OnCallShift shift;
  shift.id = OnCallShiftId(batch.ids.public_id("O"));
  TRY(read_shift(body, Method::Create, call, batch.db, shift));
  const Instant now = batch.next_instant();
  if (shift.schedule) {
    attach(batch, shift, now);
  } else {
    store::insert_shift(batch.db, shift, now);
  }
  batch.log.info("on-call shift created", {{"shift", shift.id.str()}, {"by", call.caller.username}});
  return answer_shift(batch.db, shift.id, 201);
}

// Nobody has a turn by a shift that belongs to no schedule.
int turn_offset(store::Connection& db, const std::vector<ScheduleId>& schedules, const OnCallShift& before,
                const OnCallShift& after, Instant now) {
  const auto stored = schedules.empty() ? std::nullopt : store::find_schedule(db, schedules.front());
  return stored ? turn_offset_after(before, after, stored->schedule, now) : 0;
}

Result<http::Response> update(const Call& call, engine::Batch& batch, Method method) {
  TRY_AS(StoredShift stored, get_shift(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  const OnCallShift before = stored.shift;
  TRY(read_shift(body, method, call, batch.db, stored.shift));
  const std::vector<ScheduleId> schedules = store::schedules_of(batch.db, before.id);
  stored.shift.turn_offset = turn_offset(batch.db, schedules, before, stored.shift, batch.now());
  engine::settle(batch, schedules, store::Edit::Changes);
  store::update_shift(batch.db, stored.shift);
  batch.log.info("on-call shift updated", {{"shift", stored.shift.id.str()}, {"by", call.caller.username}});
  return answer_shift(batch.db, stored.shift.id, 200);
}

// A shift that its schedule owns and that has begun is ended, not removed: what it did stays
// (docs/spec/api-people.md, section 8.4).
void remove_shift(store::Connection& db, const OnCallShift& shift, Instant now) {
  const auto owner = shift.schedule ? store::find_schedule(db, *shift.schedule) : std::nullopt;
  if (!owner) return store::delete_shift(db, shift.id);
  std::visit(Overloaded{[&](const schedule::DeleteShift&) { store::delete_shift(db, shift.id); },
                        [&](schedule::EndShift end) {
                          end.ended.time_zone = shift.time_zone;  // as it was written
                          end.ended.source = ShiftSource::Web;  // so that its running turn ends with it (S2)
                          store::update_shift(db, end.ended);
                        },
                        [](const schedule::LeaveShift&) {}},
             schedule::remove(store::with_known_zones(shift), store::with_known_zones(owner->schedule), now));
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  TRY_AS(const StoredShift stored, get_shift(call, batch.db));
  engine::settle(batch, store::schedules_of(batch.db, stored.shift.id), store::Edit::Changes);
  remove_shift(batch.db, stored.shift, batch.now());
  batch.log.info("on-call shift deleted", {{"shift", stored.shift.id.str()}, {"by", call.caller.username}});
  return no_content();
}

Write put_or_patch(Method method) {
  return [method](const Call& call, engine::Batch& batch) { return update(call, batch, method); };
}

}  // namespace

Resource on_call_shifts_resource() {
  using access::Permission;
  using Answers = Operation::Answers;
  constexpr Permission kRead = Permission::SchedulesRead, kWrite = Permission::SchedulesWrite;
  return {.name = "on_call_shifts",
          .title = "OnCallShift",
          .about = "Rules of time that say who is on call; schedules are made of them.",
          .fields = shift_fields(),
          .endpoints = {
              {.path = "/on_call_shifts/",
               .operations = {{"GET", "List shifts, oldest first", kRead, Read(list), 200, Answers::Page},
                              {"POST", "Create a shift", kWrite, Write(create), 201}},
               .parameters = {{"name", "Exact name."},
                              {"schedule_id", "Shifts of that schedule."},
                              {"team_id", "Id of a team, or null for no team."},
                              {"include", "source: who made each (0 web, 1 API, 2 Slack, 3 Terraform)."}}},
              {.path = "/on_call_shifts/{id}/",
               .operations = {{"GET", "Get a shift", kRead, Read(get)},
                              {"PUT", "Update a shift from now on; absent fields keep their value", kWrite,
                               put_or_patch(Method::Put)},
                              {"PATCH", "Update a shift from now on", kWrite, put_or_patch(Method::Patch)},
                              {"DELETE", "Delete a shift; one of a web schedule that has begun ends now",
                               kWrite, Write(remove), 204, Answers::Nothing}}}}};
}

}  // namespace tocsin::api
