#include "edge/api/notices.h"

#include "engine/schedule_notices.h"
#include "store/people.h"
#include "store/schedule_notices.h"
#include "store/schedules.h"

namespace tocsin::api {
namespace {

using access::Permission;
using Answers = Operation::Answers;
using std::chrono::seconds;

constexpr std::string_view kWhenEmpty[] = {"channel", "previous", "inform"};
constexpr Field kNoticeFields[] = {
    {.name = "each_shift", .type = FieldType::Boolean, .about = "Whether hand-overs are told."},
    {.name = "when_empty", .about = "Whom to call when nobody is on call.", .choices = kWhenEmpty},
    {.name = "mention_start",
     .type = FieldType::Boolean,
     .about = "Whether whoever takes over is mentioned."},
    {.name = "mention_next", .type = FieldType::Boolean, .about = "Whether whoever comes next is mentioned."},
};
constexpr Field kLeadFields[] = {{.name = "lead_times", .type = FieldType::List, .required_on_put = true}};

constexpr std::int64_t kLongestLead = 7 * 86400;
constexpr std::size_t kMostLeads = 10;

// ------------------------------------------------------------------------------------ of a schedule

Result<ScheduleId> get_schedule(const Call& call, store::Connection& db) {
  const ScheduleId id(call.id());
  if (!store::find_schedule(db, id)) return not_found();
  return id;
}

http::Response answer_settings(const store::NoticeSettings& s) {
  return ok(json::Object{{"each_shift", json::Value(s.each_shift)},
                         {"when_empty", json::Value(to_text(s.when_empty))},
                         {"mention_start", json::Value(s.mention_start)},
                         {"mention_next", json::Value(s.mention_next)}});
}

Result<http::Response> show_settings(const Call& call, store::Connection& db) {
  TRY_AS(const ScheduleId id, get_schedule(call, db));
  return answer_settings(store::notice_settings(db, id));
}

Result<http::Response> update_settings(const Call& call, engine::Batch& batch) {
  TRY_AS(const ScheduleId id, get_schedule(call, batch.db));
  TRY_AS(const json::Value body, call.body);
  TRY_AS(Fields fields, read_fields(body, kNoticeFields, Method::Patch));
  store::NoticeSettings settings = store::notice_settings(batch.db, id);
  const auto read = [&](std::string_view name, bool& target) {
    if (fields.has(name)) target = fields.boolean(name);
  };
  read("each_shift", settings.each_shift);
  read("mention_start", settings.mention_start);
  read("mention_next", settings.mention_next);
  if (fields.has("when_empty")) {
    const auto when = store::parse_when_empty(fields.text("when_empty"));
    if (!when) fields.refuse("when_empty", "\"" + fields.text("when_empty") + "\" is not a valid choice.");
    settings.when_empty = when.value_or(settings.when_empty);
  }
  TRY(fields.accepted());
  store::put_notice_settings(batch.db, id, settings);
  batch.log.info("notices of a schedule set", {{"schedule", id.str()}, {"by", call.caller.username}});
  return answer_settings(settings);
}

// ---------------------------------------------------------------------------------------- of a person

using FindUser = Result<UserId> (*)(const Call&, store::Connection&);

Result<UserId> named_user(const Call& call, store::Connection& db) {
  const auto user = store::find_user(db, UserId(call.id()));
  if (!user) return not_found();
  return user->id;
}

// A service account has no shifts.
Result<UserId> calling_user(const Call& call, store::Connection&) {
  if (!call.caller.user) return not_found();
  return *call.caller.user;
}

http::Response answer_lead_times(const std::vector<seconds>& lead_times) {
  json::Array out;
  for (const seconds ahead : lead_times) out.emplace_back(std::int64_t{ahead.count()});
  return ok(json::Object{{"lead_times", json::Value(std::move(out))}});
}

Read show_lead_times(FindUser find) {
  return [find](const Call& call, store::Connection& db) -> Result<http::Response> {
    TRY_AS(const UserId user, find(call, db));
    return answer_lead_times(store::lead_times_of(db, user));
  };
}

Result<std::vector<seconds>> read_lead_times(const json::Value& body) {
  TRY_AS(Fields fields, read_fields(body, kLeadFields, Method::Put));
  TRY(fields.accepted());
  std::vector<seconds> lead_times;
  for (const json::Value& item : fields.value("lead_times").as_array()) {
    if (!item.is_int() || item.as_int() < 60 || item.as_int() > kLongestLead ||
        lead_times.size() == kMostLeads) {
      return invalid("lead_times", "Up to 10 numbers of seconds, each from a minute to a week.");
    }
    lead_times.emplace_back(item.as_int());
  }
  return lead_times;
}

Write update_lead_times(FindUser find) {
  return [find](const Call& call, engine::Batch& batch) -> Result<http::Response> {
    TRY_AS(const UserId user, find(call, batch.db));
    TRY_AS(const json::Value body, call.body);
    TRY_AS(const std::vector<seconds> lead_times, read_lead_times(body));
    store::put_lead_times(batch.db, user, lead_times);
    engine::look_again_for(batch, user);
    batch.log.info("lead times set", {{"user", user.str()}, {"by", call.caller.username}});
    return answer_lead_times(store::lead_times_of(batch.db, user));
  };
}

Endpoint lead_times_endpoint(std::string path, FindUser find, Permission write) {
  return {.path = std::move(path),
          .operations = {{"GET", "How many seconds before their shifts the person is told",
                          Permission::UserSettingsRead, show_lead_times(find), 200, Answers::Other},
                         {"PUT", "Set {lead_times}; none: the person is not told", write,
                          update_lead_times(find), 200, Answers::Other}}};
}

}  // namespace

std::vector<Endpoint> schedule_notice_endpoints() {
  return {{.path = "/schedules/{id}/notices/",
           .operations = {{"GET", "What the schedule's Slack channel is told", Permission::SchedulesRead,
                           Read(show_settings), 200, Answers::Other},
                          {"PUT", "Set what it is told; absent fields keep their value",
                           Permission::SchedulesWrite, Write(update_settings), 200, Answers::Other}}}};
}

std::vector<Endpoint> user_notice_endpoints() {
  return {lead_times_endpoint("/users/current/lead_times/", calling_user, Permission::UserSettingsWrite),
          lead_times_endpoint("/users/{id}/lead_times/", named_user, Permission::UserSettingsAdmin)};
}

}  // namespace tocsin::api
