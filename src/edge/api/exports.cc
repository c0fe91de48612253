#include "edge/api/exports.h"

#include "domain/schedule/publish.h"
#include "store/exports.h"
#include "store/people.h"

namespace tocsin::api {
namespace {

using store::ExportToken;

constexpr std::string_view kCalendarType = "text/calendar; charset=utf-8";

// Subscribers get every answer under the same type, errors too.
http::Response as_calendar(http::Response response) {
  response.headers.set("Content-Type", std::string(kCalendarType));
  return response;
}

http::Response refuse(std::string_view text) {
  return as_calendar(detail_response(403, text));
}

std::optional<ExportToken> find_token(const Call& call, store::Connection& db) {
  const auto digest = access::digest_export_token(call.query("token").value_or(""));
  if (!digest) return std::nullopt;
  return store::find_export_token(db, *digest);
}

http::Response answer_calendar(std::string text) {
  return http::text_response(200, std::move(text), std::string(kCalendarType));
}

Result<http::Response> export_schedule(const Call& call, store::Connection& db) {
  const auto token = find_token(call, db);
  if (!token || !token->user_active) return refuse("Invalid token.");
  if (token->schedule != ScheduleId(call.id())) return refuse("Invalid schedule export token for schedule");
  if (token->revoked) return refuse("Export token is deactivated");
  const auto loaded = store::load_schedule(db, *token->schedule, schedule::publish_window(call.now));
  if (!loaded) return refuse("Invalid token.");
  return answer_calendar(store::schedule_calendar(db, *loaded, call.now));
}

Result<http::Response> export_user(const Call& call, store::Connection& db) {
  const auto token = find_token(call, db);
  const auto user = token ? store::find_user(db, token->user) : std::nullopt;
  if (!user) return refuse("Invalid token.");
  if (token->schedule || token->user != UserId(call.id())) {
    return refuse("Invalid schedule export token for user");
  }
  if (token->revoked) return refuse("Export token is deactivated");
  return answer_calendar(store::personal_calendar(db, *user, call.now));
}

// --------------------------------------------------------------------------------------------- tokens

// Whose token and for what; a service account has no calendar.
struct Subject {
  UserId user;
  std::optional<ScheduleId> schedule;
  std::string path;  // of the export
};

Result<Subject> schedule_subject(const Call& call, store::Connection& db) {
  const ScheduleId schedule(call.id());
  if (!call.caller.user || !store::find_schedule(db, schedule)) return not_found();
  return Subject{*call.caller.user, schedule, "/api/v1/schedules/" + schedule.str() + "/export/"};
}

Result<Subject> user_subject(const Call& call, store::Connection&) {
  if (!call.caller.user) return not_found();
  return Subject{*call.caller.user, std::nullopt,
                 "/api/v1/users/" + call.caller.user->str() + "/schedule_export/"};
}

using FindSubject = Result<Subject> (*)(const Call&, store::Connection&);

Write issue(FindSubject find) {
  return [find](const Call& call, engine::Batch& batch) -> Result<http::Response> {
    TRY_AS(const Subject subject, find(call, batch.db));
    if (store::live_export_token(batch.db, subject.user, subject.schedule)) {
      return Error{ErrorKind::Conflict, {}, "Schedule export token for user already exists", {}};
    }
    const std::string text = access::make_export_token(batch.ids);
    const ExportToken token{.id = batch.ids.public_id("TOKEN"),
                            .digest = *access::digest_export_token(text),
                            .user = subject.user,
                            .schedule = subject.schedule,
                            .created_at = batch.next_instant()};
    store::insert_export_token(batch.db, token);
    batch.log.info("export token issued", {{"user", subject.user.str()}, {"path", subject.path}});
    json::Object out;
    out.set("token", text);
    out.set("created_at", to_iso(token.created_at));
    out.set("export_url", call.services.settings.base_url + subject.path + "?token=" + text);
    return ok(json::Value(std::move(out)), 201);
  };
}

Result<ExportToken> get_live(FindSubject find, const Call& call, store::Connection& db) {
  TRY_AS(const Subject subject, find(call, db));
  auto token = store::live_export_token(db, subject.user, subject.schedule);
  if (!token) return not_found();
  return *std::move(token);
}

Read show(FindSubject find) {
  return [find](const Call& call, store::Connection& db) -> Result<http::Response> {
    TRY_AS(const ExportToken token, get_live(find, call, db));
    return ok(json::Value(json::Object{{"created_at", json::Value(to_iso(token.created_at))}}));
  };
}

Write revoke(FindSubject find) {
  return [find](const Call& call, engine::Batch& batch) -> Result<http::Response> {
    TRY_AS(const ExportToken token, get_live(find, call, batch.db));
    store::revoke_export_token(batch.db, token.id, batch.now());
    batch.log.info("export token revoked", {{"user", token.user.str()}});
    return no_content();
  };
}

Endpoint token_endpoint(std::string path, FindSubject find, access::Permission permission) {
  using Answers = Operation::Answers;
  return {.path = std::move(path),
          .operations = {
              {"GET", "When the own calendar link was made", permission, show(find), 200, Answers::Other},
              {"POST", "Make a calendar link of one's own; its token is shown only now", permission,
               issue(find), 201, Answers::Other},
              {"DELETE", "Close the calendar link", permission, revoke(find), 204, Answers::Nothing}}};
}

Endpoint calendar_endpoint(std::string path, Read run) {
  Operation get{"GET",        "The calendar, as iCalendar; the token in the query opens it",
                std::nullopt, std::move(run),
                200,          Operation::Answers::Other};
  get.open = true;
  get.counts_for = [](const Call& call, store::Connection& db) -> std::optional<UserId> {
    const auto token = find_token(call, db);
    return token ? std::optional(token->user) : std::nullopt;
  };
  get.media_type = kCalendarType;
  return {.path = std::move(path),
          .operations = {std::move(get)},
          .parameters = {{"token", "The export token."}}};
}

}  // namespace

std::vector<Endpoint> schedule_export_endpoints() {
  return {
      calendar_endpoint("/schedules/{id}/export/", export_schedule),
      token_endpoint("/schedules/{id}/export_token/", schedule_subject, access::Permission::SchedulesExport)};
}

std::vector<Endpoint> user_export_endpoints() {
  return {
      calendar_endpoint("/users/{id}/schedule_export/", export_user),
      token_endpoint("/users/current/export_token/", user_subject, access::Permission::UserSettingsWrite)};
}

}  // namespace tocsin::api
