#include "store/settled.h"

#include <algorithm>

#include "domain/schedule/publish.h"
#include "language/json/read.h"
#include "language/json/write.h"
#include "store/exports.h"
#include "store/json_columns.h"
#include "store/schedule_inputs.h"
#include "store/stamp.h"
#include "store/swaps.h"

namespace tocsin::store {
namespace {

using schedule::Event;
using schedule::History;
using schedule::OnCallUser;
using schedule::Range;

// ----------------------------------------------------------------------------------------- events as JSON

json::Value write_user(const OnCallUser& user) {
  json::Object out;
  out.set("id", user.id.str());
  if (user.swap) {
    out.set("swap", user.swap->swap.str());
    if (user.swap->instead_of) out.set("instead_of", user.swap->instead_of->str());
  }
  return json::Value(std::move(out));
}

std::string event_text(const Event& event) {
  json::Array users, missing;
  for (const OnCallUser& user : event.users) users.push_back(write_user(user));
  for (const std::string& text : event.missing_users) missing.emplace_back(text);
  json::Object out;
  out.set("users", std::move(users));
  if (!missing.empty()) out.set("missing_users", std::move(missing));
  out.set("level", event.level);
  out.set("calendar", static_cast<int>(event.calendar));
  out.set("shift", event.shift);
  if (event.source) out.set("source", static_cast<int>(*event.source));
  if (event.all_day) out.set("all_day", true);
  return json::write(json::Value(std::move(out)));
}

std::string text_at(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}
std::int64_t number_at(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->is_int() ? value->as_int() : 0;
}
json::Array array_at(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->is_array() ? value->as_array() : json::Array{};
}

Event read_event(const Row& row) {
  const json::Object stored = parse_object(row.text(3));
  Event event;
  event.start = row.instant(0);
  event.end = row.instant(1);
  for (const json::Value& user : array_at(stored, "users")) {
    OnCallUser member{UserId(text_at(user, "id")), std::nullopt};
    if (user.find("swap") != nullptr) {
      member.swap = schedule::SwapNote{ShiftSwapId(text_at(user, "swap")), std::nullopt};
      if (user.find("instead_of") != nullptr) member.swap->instead_of = UserId(text_at(user, "instead_of"));
    }
    event.users.push_back(std::move(member));
  }
  for (const json::Value& text : array_at(stored, "missing_users"))
    event.missing_users.push_back(text.as_string());
  event.level = static_cast<int>(number_at(stored, "level"));
  event.calendar = static_cast<schedule::CalendarType>(number_at(stored, "calendar"));
  if (const json::Value* shift = stored.find("shift")) event.shift = shift->as_string();
  if (stored.contains("source")) event.source = static_cast<ShiftSource>(number_at(stored, "source"));
  event.all_day = stored.contains("all_day");
  return event;
}

// ---------------------------------------------------------------------------------------------- rows

History read_covered(Connection& db, const ScheduleId& schedule) {
  const Rows rows = db.query("SELECT settled_from, settled_to FROM schedules WHERE id = $1", {schedule});
  if (rows.empty() || rows[0].is_null(0)) return {};
  return {.covered = {rows[0].instant(0), rows[0].instant(1)}, .events = {}, .empty_shifts = {}};
}

void add_events(History& history, const Rows& rows) {
  for (const Row row : rows) {
    (row.boolean(2) ? history.empty_shifts : history.events).push_back(read_event(row));
  }
}

void insert_events(Connection& db, const ScheduleId& schedule, const std::vector<Event>& events, bool empty) {
  for (const Event& event : events) {
    db.execute(
        "INSERT INTO settled_events (schedule_id, start_at, end_at, is_empty, event) VALUES ($1, $2, $3, $4, "
        "$5)",
        {schedule, event.start, event.end, empty, event_text(event)});
  }
}

// Only what touches the end of the record can grow, so only that is read and written back.
void extend_record(Connection& db, const LoadedSchedule& loaded, Instant now) {
  const ScheduleId& id = loaded.schedule.id;
  History seam = read_covered(db, id);
  const bool is_new = seam.covered.from == seam.covered.to;
  const Instant old_end = seam.covered.to;
  if (!is_new) {
    add_events(
        seam,
        db.query("SELECT start_at, end_at, is_empty, event FROM settled_events WHERE schedule_id = $1 AND "
                 "end_at = $2",
                 {id, old_end}));
  }
  Schedule begun = loaded.schedule;
  begun.created_at = std::min(begun.created_at, now - kSettledBack);
  const schedule::ScheduleInput as_it_was{.schedule = begun,
                                          .people = *loaded.people,
                                          .shifts = loaded.shifts,
                                          .primary_feed = loaded.primary_feed.get(),
                                          .overrides_feed = loaded.overrides_feed.get(),
                                          .swaps = loaded.swaps};
  const History extended = schedule::remember(std::move(seam), as_it_was, now);
  if (!is_new) {
    db.execute("DELETE FROM settled_events WHERE schedule_id = $1 AND end_at = $2", {id, old_end});
  }
  insert_events(db, id, extended.events, false);
  insert_events(db, id, extended.empty_shifts, true);
  db.execute("UPDATE schedules SET settled_from = $2, settled_to = $3 WHERE id = $1",
             {id, extended.covered.from, extended.covered.to});
}

void settle(Connection& db, const LoadedSchedule& loaded, Edit edit, Instant now) {
  keep_published(db, loaded, now);
  const bool setting_up = edit == Edit::Adds && now < loaded.schedule.created_at + kSettingUp;
  if (!loaded.is_blank() && !setting_up) extend_record(db, loaded, now);
  db.execute("UPDATE schedules SET stamp = $2 WHERE id = $1", {loaded.schedule.id, fresh_stamp()});
}

// With the swaps of the whole time that may be settled; of the record itself only what subscribers see.
std::optional<LoadedSchedule> load_for_settling(Connection& db, const ScheduleId& id, Instant now) {
  auto loaded = load_schedule(db, id, schedule::publish_window(now));
  if (loaded) loaded->swaps = swaps_of(db, id, std::min(loaded->schedule.created_at, now - kSettledBack));
  return loaded;
}

}  // namespace

void settle(Connection& db, const ScheduleId& schedule, Edit edit, Instant now) {
  if (const auto loaded = load_for_settling(db, schedule, now)) settle(db, *loaded, edit, now);
}

History read_history(Connection& db, const ScheduleId& schedule, Range window) {
  History history = read_covered(db, schedule);
  if (history.covered.from == history.covered.to) return history;
  add_events(history,
             db.query("SELECT start_at, end_at, is_empty, event FROM settled_events WHERE schedule_id = $1 "
                      "AND end_at >= $2 AND start_at <= $3 ORDER BY start_at, end_at, event",
                      {schedule, window.from, window.to}));
  return history;
}

}  // namespace tocsin::store
