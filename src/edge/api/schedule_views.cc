#include "edge/api/schedule_views.h"

#include <algorithm>
#include <charconv>

#include "domain/schedule/quality.h"
#include "edge/api/event_json.h"
#include "edge/api/shift_fields.h"
#include "language/json/utf8.h"
#include "language/json/write.h"
#include "store/feeds.h"
#include "store/schedule_inputs.h"
#include "store/settled.h"

namespace tocsin::api {
namespace {

using schedule::Event;
using schedule::Range;
using std::chrono::days;
using store::LoadedSchedule;

constexpr days kLongestWindow{365};
constexpr std::int64_t kDefaultGapDays = 30;
constexpr std::int64_t kDefaultQualityDays = 364;

Result<LoadedSchedule> get_loaded(const Call& call, store::Connection& db, Range window) {
  auto loaded = store::load_schedule(db, ScheduleId(call.id()), window);
  if (!loaded) return not_found();
  return *std::move(loaded);
}

Result<void> must_exist(const Call& call, store::Connection& db) {
  if (!store::find_schedule(db, ScheduleId(call.id()))) return not_found();
  return {};
}

std::optional<Instant> parse_day(std::string_view text) {
  if (text.size() != std::string_view("YYYY-MM-DD").size()) return std::nullopt;
  return parse_iso(std::string(text) + "T00:00:00");
}

// "YYYY-MM-DD" or "YYYY-MM-DDThh:mm", UTC.
std::optional<Instant> parse_minute(std::string_view text) {
  if (const auto day = parse_day(text)) return day;
  if (text.size() != std::string_view("YYYY-MM-DDThh:mm").size()) return std::nullopt;
  return parse_iso(std::string(text) + ":00");
}

std::optional<Instant> read_minute(const Call& call, std::string_view name, Fields& faults) {
  const auto text = call.query(name);
  if (!text) {
    faults.refuse(name, "This field is required.");
    return std::nullopt;
  }
  const auto at = parse_minute(*text);
  if (!at) {
    faults.refuse(
        name, "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm, YYYY-MM-DD.");
  }
  return at;
}

// ?start_date= and ?end_date=; the end is not part of it.
Result<Range> read_window(const Call& call) {
  Fields faults;
  const auto from = read_minute(call, "start_date", faults);
  const auto to = read_minute(call, "end_date", faults);
  TRY(faults.accepted());
  if (*from > *to) return invalid("non_field_errors", "start_date must be less than or equal to end_date");
  if (*to - *from > kLongestWindow) {
    return invalid("non_field_errors",
                   "The difference between start_date and end_date must be less than one year (365 days)");
  }
  return Range{*from, *to};
}

std::int64_t read_days(const Call& call, std::int64_t fallback) {
  const auto text = call.query("days");
  std::int64_t days = fallback;
  if (text) {
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), days);
    if (error != std::errc() || end != text->data() + text->size() || days < 1) days = fallback;
  }
  return std::min<std::int64_t>(days, 366);
}

// ---------------------------------------------------------------------------------------- final shifts

void append_rows(const Event& event, Range window, UserNames& names, std::string& out) {
  for (const schedule::OnCallUser& user : event.users) {
    const UserNames::Names& name = names.of(user.id);
    json::Object row;
    row.set("user_pk", user.id.str());
    row.set("user_email", name.email);
    row.set("user_username", name.username);
    row.set("shift_start", to_iso(std::max(event.start, window.from)));
    row.set("shift_end", to_iso(std::min(event.end, window.to)));
    if (out.size() > 1) out += ',';
    json::append(out, json::Value(std::move(row)));
  }
}

Result<http::Response> final_shifts(const Call& call, store::Connection& db) {
  TRY(must_exist(call, db));
  TRY_AS(const Range window, read_window(call));
  TRY_AS(const LoadedSchedule loaded, get_loaded(call, db, window));
  UserNames names(db);
  std::string rows = "[";
  std::size_t count = 0;
  schedule::ScheduleInput input = loaded.input();
  input.show_offers_at = call.now;  // an offer cuts rows, as OnCall's do
  const schedule::FinalSchedule final = schedule::resolve(input, window);
  for (const Event& event : final.events()) {
    append_rows(event, window, names, rows);
    count += event.users.size();
  }
  // Always one page, however many rows.
  return http::json_response(200, "{\"count\":" + std::to_string(count) +
                                      ",\"next\":null,\"previous\":null,\"results\":" + rows +
                                      "],\"current_page_number\":1,\"page_size\":50,\"total_pages\":1}");
}

// --------------------------------------------------------------------------------------------- events

json::Value write_events(const std::vector<Event>& events, UserNames& names) {
  json::Array out;
  for (const Event& event : events) out.push_back(write_event(event, names));
  return json::Value(std::move(out));
}

// What of a calendar could not be read as it stands, the first hundred.
json::Value write_problems(const ical::Calendar& calendar) {
  json::Array out;
  for (const ical::Problem& problem : calendar.problems) {
    out.push_back(json::Object{
        {"line", json::Value(problem.line)},
        {"event", problem.uid.empty() ? json::Value() : json::Value(json::clean_text(problem.uid))},
        {"text", json::Value(json::clean_text(problem.text))}});
  }
  return json::Value(std::move(out));
}

json::Value write_feeds(store::Connection& db, const ScheduleId& schedule) {
  json::Array out;
  const auto time_or_null = [](const std::optional<Instant>& at) {
    return at ? json::Value(to_iso(*at)) : json::Value();
  };
  for (const store::Feed& feed : store::feeds_of(db, schedule)) {
    const auto calendar = store::calendar_of_feed(db, schedule, feed.layer);
    out.push_back(json::Object{
        {"layer", json::Value(feed.layer == store::FeedLayer::Primary ? "primary" : "overrides")},
        {"fetched_at", time_or_null(feed.fetched_at)},
        {"tried_at", time_or_null(feed.tried_at)},
        {"error", feed.error ? json::Value(*feed.error) : json::Value()},
        {"problem_count", json::Value(static_cast<std::int64_t>(calendar ? calendar->problem_count : 0))},
        {"problems", calendar ? write_problems(*calendar) : json::Value(json::Array{})}});
  }
  return json::Value(std::move(out));
}

json::Value write_gaps(const schedule::FinalSchedule& final) {
  json::Array out;
  for (const Range& gap : schedule::gaps(final, schedule::EmptyShifts::CountAsCover))
    out.push_back(write_gap(gap));
  return json::Value(std::move(out));
}

// Final on top, the layers below it, overrides and the highest level first.
http::Response answer_events(const LoadedSchedule& loaded, Range window, const Call& call,
                             store::Connection& db) {
  schedule::ScheduleInput input = loaded.input();
  input.show_offers_at = call.now;
  const schedule::FinalSchedule final = schedule::resolve(input, window);
  schedule::LayerEvents layers = schedule::layer_events(input, window);
  std::sort(layers.events.begin(), layers.events.end(), [](const Event& a, const Event& b) {
    return std::tuple(b.is_override(), b.level, a.start, a.shift) <
           std::tuple(a.is_override(), a.level, b.start, b.shift);
  });
  const Range covered = loaded.history.covered;
  UserNames names(db);
  json::Object out;
  out.set("start", to_iso(window.from));
  out.set("end", to_iso(window.to));
  out.set("settled_until", covered.from < covered.to ? json::Value(to_iso(covered.to)) : json::Value());
  out.set("final", write_events(final.events(), names));
  out.set("empty_shifts", write_events(final.empty_shifts(), names));
  out.set("gaps", write_gaps(final));
  out.set("layers", write_events(layers.events, names));
  out.set("feeds", write_feeds(db, loaded.schedule.id));
  out.set("truncated", final.truncated());
  return ok(json::Value(std::move(out)));
}

Result<http::Response> events(const Call& call, store::Connection& db) {
  TRY(must_exist(call, db));
  TRY_AS(const Range window, read_window(call));
  TRY_AS(const LoadedSchedule loaded, get_loaded(call, db, window));
  return answer_events(loaded, window, call, db);
}

// {"shift": body, "shift_id": id of the one it changes}: what events would answer after that edit, now.
Result<http::Response> preview(const Call& call, store::Connection& db) {
  TRY(must_exist(call, db));
  TRY_AS(const Range window, read_window(call));
  TRY_AS(const json::Value body, call.body);
  const json::Value* edit = body.find("shift");
  if (edit == nullptr) return invalid("shift", "This field is required.");
  TRY_AS(LoadedSchedule loaded, get_loaded(call, db, window));
  loaded.schedule.created_at = std::min(loaded.schedule.created_at, call.now - store::kSettledBack);
  loaded.history = schedule::remember(std::move(loaded.history), loaded.input(), call.now);
  const json::Value* id = body.find("shift_id");
  if (id == nullptr || id->is_null()) {
    OnCallShift added;
    added.id = OnCallShiftId("preview");
    TRY(read_shift(*edit, Method::Create, call, db, added));
    loaded.shifts.push_back(std::move(added));
  } else {
    const auto found =
        std::find_if(loaded.shifts.begin(), loaded.shifts.end(), [&](const OnCallShift& shift) {
          return id->is_string() && shift.id == OnCallShiftId(id->as_string());
        });
    if (found == loaded.shifts.end()) return invalid("shift_id", "Object does not exist");
    const OnCallShift before = *found;
    TRY(read_shift(*edit, Method::Patch, call, db, *found));
    found->turn_offset = turn_offset_after(before, *found, loaded.schedule, call.now);
  }
  return answer_events(loaded, window, call, db);
}

Result<http::Response> gaps(const Call& call, store::Connection& db) {
  const Range window{call.now, call.now + days{read_days(call, kDefaultGapDays)}};
  TRY_AS(const LoadedSchedule loaded, get_loaded(call, db, window));
  const schedule::FinalSchedule final = schedule::resolve(loaded.input(), window);
  UserNames names(db);
  json::Object out;
  out.set("start", to_iso(window.from));
  out.set("end", to_iso(window.to));
  out.set("is_empty", final.events().empty());
  out.set("gaps", write_gaps(final));
  out.set("empty_shifts", write_events(final.empty_shifts(), names));
  return ok(json::Value(std::move(out)));
}

// -------------------------------------------------------------------------------------------- quality

json::Value write_quality(const schedule::Quality& quality) {
  json::Array comments, overloaded;
  for (const schedule::QualityComment& comment : quality.comments) {
    comments.push_back(
        json::Object{{"type", json::Value(comment.type == schedule::CommentType::Info ? "info" : "warning")},
                     {"text", json::Value(comment.text)}});
  }
  for (const schedule::OverloadedUser& user : quality.overloaded_users) {
    overloaded.push_back(json::Object{{"id", json::Value(user.id.str())},
                                      {"username", json::Value(user.username)},
                                      {"score", json::Value(user.score)}});
  }
  json::Object out;
  out.set("total_score", quality.total_score);
  out.set("comments", std::move(comments));
  out.set("overloaded_users", std::move(overloaded));
  return json::Value(std::move(out));
}

Result<http::Response> quality(const Call& call, store::Connection& db) {
  TRY(must_exist(call, db));
  Instant from = std::chrono::floor<days>(call.now);
  if (const auto date = call.query("date")) {
    const auto day = parse_day(*date);
    if (!day) return invalid("Invalid date format");
    from = *day;
  }
  const int length = static_cast<int>(read_days(call, kDefaultQualityDays));
  const Range window = schedule::quality_window(std::chrono::floor<days>(from), length);
  TRY_AS(const LoadedSchedule loaded, get_loaded(call, db, window));
  return ok(
      write_quality(schedule::quality(schedule::resolve(loaded.input(), window), *loaded.people, length)));
}

}  // namespace

std::vector<Endpoint> schedule_view_endpoints() {
  using Answers = Operation::Answers;
  constexpr auto kRead = access::Permission::SchedulesRead;
  const std::vector<Parameter> window = {{"start_date", "YYYY-MM-DD or YYYY-MM-DDThh:mm, UTC."},
                                         {"end_date", "The same; not part of the window."}};
  return {{.path = "/schedules/{id}/final_shifts/",
           .operations = {{"GET", "Who is on call from when to when, one row a person and event", kRead,
                           Read(final_shifts), 200, Answers::Other}},
           .parameters = window},
          {.path = "/schedules/{id}/events/",
           .operations = {{"GET", "The final schedule, its gaps and the layers it is made of", kRead,
                           Read(events), 200, Answers::Other}},
           .parameters = window},
          {.path = "/schedules/{id}/preview/",
           .operations = {{"POST",
                           "What events would answer after an edit: {shift, shift_id}; nothing is changed",
                           kRead, Read(preview), 200, Answers::Other}},
           .parameters = window},
          {.path = "/schedules/{id}/gaps/",
           .operations = {{"GET", "Times from now on that nobody covers", kRead, Read(gaps), 200,
                           Answers::Other}},
           .parameters = {{"days", "How far to look, 30 by default."}}},
          {.path = "/schedules/{id}/quality/",
           .operations = {{"GET", "How well the time is covered and shared", kRead, Read(quality), 200,
                           Answers::Other}},
           .parameters = {{"date", "First day, YYYY-MM-DD; default: today."}, {"days", "364 by default."}}}};
}

}  // namespace tocsin::api
