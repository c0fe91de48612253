#include "simulation/api.h"

#include "edge/api/aside.h"
#include "edge/api/duration.h"
#include "language/json/write.h"
#include "simulation/simulate.h"
#include "simulation/write.h"
#include "store/integrations.h"
#include "store/people.h"

namespace tocsin::simulation {
namespace {

using api::Field;
using api::FieldAccess;
using api::FieldType;

constexpr std::size_t kMostAnswers = 100;

constexpr Field kFields[] = {
    {.name = "integration_id",
     .access = FieldAccess::CreateOnly,
     .about = "Where the alert comes in.",
     .required = true},
    {.name = "payload",
     .type = FieldType::Any,
     .access = FieldAccess::WriteOnly,
     .about = "What the source would post; the example of the integration's type when absent."},
    {.name = "at",
     .type = FieldType::Time,
     .access = FieldAccess::WriteOnly,
     .about = "When; now when absent. The configuration is that of now."},
    {.name = "horizon",
     .type = FieldType::Any,
     .access = FieldAccess::WriteOnly,
     .about = "How far to look, in seconds; a day when absent, seven at most."},
    {.name = "answers",
     .type = FieldType::List,
     .access = FieldAccess::WriteOnly,
     .about = "{user_id, after}: that user acknowledges what fires so many seconds after the start; nobody "
              "answers when absent."},
    {.name = "start", .type = FieldType::Time, .access = FieldAccess::ReadOnly},
    {.name = "end",
     .type = FieldType::Time,
     .access = FieldAccess::ReadOnly,
     .about = "When the last thing happens."},
    {.name = "until", .type = FieldType::Time, .access = FieldAccess::ReadOnly, .about = "The horizon."},
    {.name = "finished",
     .type = FieldType::Boolean,
     .access = FieldAccess::ReadOnly,
     .about = "Nothing more is due, after the horizon neither."},
    {.name = "cut_short",
     .type = FieldType::Boolean,
     .access = FieldAccess::ReadOnly,
     .about = "The simulation hit its own limit; more may follow."},
    {.name = "reached",
     .type = FieldType::Boolean,
     .access = FieldAccess::ReadOnly,
     .about = "Some page reached somebody's means."},
    {.name = "verdict", .access = FieldAccess::ReadOnly, .about = "Who is reached first, in a sentence."},
    {.name = "because",
     .type = FieldType::Strings,
     .access = FieldAccess::ReadOnly,
     .about = "Why nobody is reached."},
    {.name = "people",
     .type = FieldType::List,
     .access = FieldAccess::ReadOnly,
     .about = "Whom the escalation meant, by when they were reached: {user_id, username, reached_at, "
              "offset_s, type, failures}."},
    {.name = "events",
     .type = FieldType::List,
     .access = FieldAccess::ReadOnly,
     .about = "In order: {at, offset_s, kind, alert_group_number, text, place, details, user_id, username, "
              "type}; kind: received, step, wait, notified, failed, posted, answered, finished."},
    {.name = "alert_groups",
     .type = FieldType::List,
     .access = FieldAccess::ReadOnly,
     .about = "{number, title, state, route_id, timeline}; the timeline as of an alert group."},
    {.name = "means",
     .type = FieldType::Strings,
     .access = FieldAccess::ReadOnly,
     .about = "By which this server can page."},
    {.name = "missing_means",
     .type = FieldType::Strings,
     .access = FieldAccess::ReadOnly,
     .about = "By which it cannot."},
    {.name = "notes",
     .type = FieldType::Strings,
     .access = FieldAccess::ReadOnly,
     .about = "What to know before trusting it."},
};

Result<void> check_permissions(const access::Caller& caller) {
  using enum access::Permission;
  for (const access::Permission needed : {EscalationChainsRead, SchedulesRead, UserSettingsRead}) {
    if (!caller.may(needed))
      return Error{ErrorKind::Forbidden, {}, "You do not have permission to perform this action."};
  }
  return {};
}

void read_at(api::Fields& fields, Request& request) {
  if (!fields.has("at")) return;
  if (const auto at = parse_iso(fields.text("at"))) {
    request.start = *at;
  } else {
    fields.refuse("at", "Time has wrong format. Use this format instead: 2031-04-05T06:07:08Z.");
  }
}

void read_horizon(api::Fields& fields, Request& request) {
  if (!fields.has("horizon")) return;
  const auto horizon = api::parse_duration(fields.value("horizon"));
  if (!horizon) return fields.refuse("horizon", api::kWrongDuration);
  if (*horizon < std::chrono::seconds{0} || *horizon > kLongestHorizon)
    return fields.refuse("horizon", "From no time to seven days are expected.");
  request.horizon = *horizon;
}

void read_payload(api::Fields& fields, const std::optional<Integration>& integration, Request& request) {
  if (fields.has("payload")) {
    request.inputs.push_back({{}, Post{json::write(fields.value("payload"))}});
    return;
  }
  if (!integration) return;
  const integration::Type* type = integration::find_type(integration->type);
  if (type == nullptr || type->example.empty())
    return fields.refuse("payload", "There is no example for this type of integration.");
  request.inputs.push_back({{}, Post{std::string(type->example)}});
}

Result<Input> read_answer(const json::Value& item, store::Connection& db) {
  const json::Value* user = item.is_object() ? item.find("user_id") : nullptr;
  const json::Value* after = item.is_object() ? item.find("after") : nullptr;
  const auto delay = after != nullptr ? api::parse_duration(*after) : std::nullopt;
  if (user == nullptr || !user->is_string() || !delay || *delay < std::chrono::seconds{0})
    return invalid("answers", "Each answer is {\"user_id\": \"U...\", \"after\": seconds}.");
  if (!store::find_user(db, UserId(user->as_string()))) return invalid("answers", "Object does not exist");
  return Input{*delay, Acknowledge{UserId(user->as_string())}};
}

void read_answers(api::Fields& fields, store::Connection& db, Request& request) {
  if (!fields.has("answers")) return;
  const json::Array& items = fields.value("answers").as_array();
  if (items.size() > kMostAnswers)
    return fields.refuse("answers", "At most " + std::to_string(kMostAnswers) + " are expected.");
  for (const json::Value& item : items) {
    auto answer = read_answer(item, db);
    if (!answer) return fields.refuse(std::move(answer).error());
    request.inputs.push_back(std::move(answer).value());
  }
}

Result<Request> read_request(const api::Call& call, store::Connection& db) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(api::Fields fields, api::read_fields(body, kFields, api::Method::Create));
  Request request{
      .integration = {}, .start = std::chrono::floor<std::chrono::seconds>(call.now), .inputs = {}};
  std::optional<Integration> integration;
  if (fields.has("integration_id")) {
    request.integration = IntegrationId(fields.text("integration_id"));
    integration = store::find_integration(db, request.integration);
    if (!integration) fields.refuse("integration_id", "Object does not exist");
  }
  read_payload(fields, integration, request);
  read_at(fields, request);
  read_horizon(fields, request);
  read_answers(fields, db, request);
  TRY(fields.accepted());
  return request;
}

Result<http::Response> run(const delivery::Means& means, const api::Call& call) {
  const api::Services& services = call.services;
  TRY(check_permissions(call.caller));
  TRY_AS(const Request request, ([&] {
           const auto db = services.reads.lease();
           return read_request(call, *db);
         }()));
  TRY_AS(const Report report, simulate(services.reads, request, means, Limits{}, call.now));
  return api::ok(write_json(report));
}

}  // namespace

api::Resource simulate_resource(delivery::Means means) {
  const api::Later later = [means = std::move(means)](std::shared_ptr<const api::Call> call,
                                                      const api::Answer& answer) {
    api::answer_aside(
        "a simulation", std::move(call), [means](const api::Call& c) { return run(means, c); }, answer);
  };
  return {.name = "simulate",
          .title = "Simulation",
          .about =
              "What an alert would do until somebody answers: the engine's own code on a copy of the "
              "configuration, under a clock that jumps; nothing is sent and nothing is kept. Also needs "
              "the permissions escalation-chains:read, schedules:read and user-settings:read.",
          .fields = kFields,
          .endpoints = {
              {.path = "/simulate/",
               .operations = {{"POST", "Simulate an alert", access::Permission::IntegrationsRead, later}}}}};
}

}  // namespace tocsin::simulation
