#include "edge/api/group_actions.h"

#include "domain/grouping/refusals.h"
#include "edge/api/group_filter.h"
#include "engine/groups.h"
#include "store/alert_groups.h"
#include "store/organization.h"
#include "store/resolution_notes.h"

namespace tocsin::api {
namespace {

using access::Permission;
using grouping::BulkAction;
using grouping::GroupAction;

constexpr std::int64_t kMostInBulk = 5000;  // in one request, so that other writes do not wait for long

struct NamedAction {
  std::string_view name;
  GroupAction action;
  GroupCommand command;
  const char* summary;
};

const std::vector<NamedAction>& actions() {
  static const std::vector<NamedAction> all = {
      {"acknowledge", GroupAction::Acknowledge, command::Acknowledge{}, "Acknowledge an alert group"},
      {"unacknowledge", GroupAction::Unacknowledge, command::Unacknowledge{},
       "Take an acknowledgement back; the escalation starts over"},
      {"resolve", GroupAction::Resolve, command::Resolve{}, "Resolve an alert group"},
      {"unresolve", GroupAction::Unresolve, command::Unresolve{},
       "Take a resolve back; the escalation starts over"},
      {"silence", GroupAction::Silence, command::Silence{},
       "Silence an alert group: {delay in seconds, -1 for ever}"},
      {"unsilence", GroupAction::Unsilence, command::Unsilence{},
       "End a silence; the escalation starts over"}};
  return all;
}

Result<void> refuse_service_accounts(const access::Caller& caller, std::string_view action) {
  if (!caller.is_service_account()) return {};
  return Error{ErrorKind::Forbidden,
               {},
               "Service accounts are not allowed to " + std::string(action) + " alert groups",
               {}};
}

Result<json::Object> object_of(const json::Value& body) {
  if (body.is_object()) return body.as_object();
  return invalid("non_field_errors", body.is_null() ? "No data provided"
                                                    : "Invalid data. Expected a dictionary, but got " +
                                                          std::string(body.python_type()) + ".");
}

Result<GroupCommand> read_silence(const json::Object& body) {
  TRY_AS(const auto delay, grouping::parse_silence_delay(body.find("delay")));
  return GroupCommand(command::Silence{.delay = delay});
}

Result<http::Response> act(const Call& call, engine::Batch& batch, const NamedAction& named) {
  TRY(refuse_service_accounts(call.caller, named.name));
  const AlertGroupId id(call.id());
  const auto group = store::lock_group(batch.db, id);
  if (!group) return not_found();
  GroupCommand command = named.command;
  if (named.action == GroupAction::Silence) {  // no other action looks at its body
    TRY_AS(const json::Value body, call.body);
    TRY_AS(const json::Object object, object_of(body));
    TRY_AS(command, read_silence(object));
  }
  TRY(grouping::check_action(named.action, *group));
  engine::apply_to_group(batch, id, command, actor_of(call.caller));
  batch.log.info("alert group changed",
                 {{"alert_group", id.str()}, {"action", named.name}, {"by", call.caller.username}});
  return empty_ok();
}

// ------------------------------------------------------------------------------------------------ delete

enum class DeleteMode { Wipe, Delete };

Result<DeleteMode> read_delete_mode(const json::Value& body) {
  if (!body.is_object()) return invalid(std::string(kBare), "A dict with a `mode` key is expected");
  const json::Value* mode = body.find("mode");
  if (mode == nullptr || *mode == json::Value("wipe")) return DeleteMode::Wipe;
  if (*mode == json::Value("delete")) return DeleteMode::Delete;
  return invalid(std::string(kBare), "Invalid mode");
}

Result<http::Response> remove(const Call& call, engine::Batch& batch) {
  const AlertGroupId id(call.id());
  if (!store::lock_group(batch.db, id)) return not_found();
  TRY_AS(const json::Value body, call.body);
  TRY_AS(const DeleteMode mode, read_delete_mode(body));
  const Actor actor = actor_of(call.caller);
  if (mode == DeleteMode::Wipe) {
    engine::apply_to_group(batch, id, command::Wipe{}, actor);
  } else {
    engine::remove_group(batch, id, actor);
  }
  batch.log.info(mode == DeleteMode::Wipe ? "alert group wiped" : "alert group deleted",
                 {{"alert_group", id.str()}, {"by", call.caller.username}});
  return no_content();
}

// ------------------------------------------------------------------------------------------------ bulk

struct NamedBulk {
  std::string_view name;
  BulkAction action;
  GroupCommand command;
  std::optional<GroupAction> single;  // whose refusal tells why a group was left out
};

const std::vector<NamedBulk>& bulk_actions() {
  static const std::vector<NamedBulk> all = {
      {"acknowledge", BulkAction::Acknowledge, command::Acknowledge{}, GroupAction::Acknowledge},
      {"resolve", BulkAction::Resolve, command::Resolve{}, GroupAction::Resolve},
      {"silence", BulkAction::Silence, command::Silence{}, GroupAction::Silence},
      {"restart", BulkAction::Restart, command::Restart{}, std::nullopt}};
  return all;
}

struct BulkRequest {
  const NamedBulk* named = nullptr;
  GroupCommand command;
  std::vector<AlertGroupId> groups;
};

Result<const NamedBulk*> read_bulk_action(const json::Object& body) {
  const json::Value* action = body.find("action");
  if (action == nullptr) return invalid("action", "This field is required.");
  for (const NamedBulk& named : bulk_actions()) {
    if (*action == json::Value(named.name)) return &named;
  }
  return invalid("action", "Must be one of the following: acknowledge, resolve, silence, restart");
}

Result<std::vector<AlertGroupId>> read_bulk_groups(const json::Object& body, store::Connection& db) {
  const json::Value* ids = body.find("ids");
  const json::Value* filter = body.find("filter");
  if ((ids == nullptr) == (filter == nullptr))
    return invalid("non_field_errors", "Either ids or filter is expected");
  std::vector<AlertGroupId> groups;
  if (filter != nullptr) {
    const Field field{.name = "filter", .type = FieldType::Object};
    TRY(read_field(*filter, field, "filter"));
    TRY_AS(const store::GroupFilter read, read_group_filter(*filter, db));
    return store::list_group_ids(db, read, kMostInBulk + 1);
  }
  const Field field{.name = "ids", .type = FieldType::Strings};
  TRY_AS(const json::Value read, read_field(*ids, field, "ids"));
  for (const json::Value& id : read.as_array()) groups.emplace_back(id.as_string());
  return groups;
}

Result<BulkRequest> read_bulk(const Call& call, store::Connection& db) {
  TRY_AS(const json::Value body, call.body);
  TRY_AS(const json::Object object, object_of(body));
  BulkRequest request;
  TRY_AS(request.named, read_bulk_action(object));
  TRY(refuse_service_accounts(call.caller, request.named->name));
  request.command = request.named->command;
  if (request.named->action == BulkAction::Silence) {
    TRY_AS(const auto delay, grouping::parse_silence_delay(object.find("delay")));
    request.command = command::Silence{.delay = delay, .stop_at_once = true};
  }
  TRY_AS(request.groups, read_bulk_groups(object, db));
  return request;
}

// Why a bulk action leaves the group out; nullopt: it does not.
std::optional<std::string> left_out(store::Connection& db, const NamedBulk& named, const AlertGroup& group,
                                    bool notes_required) {
  const bool may_resolve = !notes_required || store::has_resolution_note(db, group.id);
  if (grouping::bulk_takes(named.action, group, may_resolve)) return std::nullopt;
  if (named.single) {
    if (const auto allowed = grouping::check_action(*named.single, group); !allowed)
      return allowed.error().message;
  }
  if (named.action == BulkAction::Resolve && !may_resolve) return "A resolution note is required";
  return group.attached() ? "An attached alert group follows its root" : "Not possible for this alert group";
}

Result<http::Response> act_in_bulk(const Call& call, engine::Batch& batch) {
  TRY_AS(BulkRequest request, read_bulk(call, batch.db));
  const bool more = request.groups.size() > kMostInBulk;
  if (more) request.groups.resize(kMostInBulk);
  Actor actor = actor_of(call.caller);
  actor.reason = "Bulk action " + std::string(request.named->name);
  const bool notes_required = store::resolution_note_required(batch.db);
  json::Array done, exceptions;
  for (const AlertGroupId& id : request.groups) {
    const auto group = store::lock_group(batch.db, id);
    const auto reason =
        group ? left_out(batch.db, *request.named, *group, notes_required) : std::optional("Not found.");
    if (reason) {
      exceptions.push_back(json::Object{{"id", json::Value(id.str())}, {"reason", json::Value(*reason)}});
      continue;
    }
    engine::apply_to_group(batch, id, request.command, actor);
    done.emplace_back(id.str());
  }
  batch.log.info(
      "alert groups changed in bulk",
      {{"action", request.named->name}, {"alert_groups", done.size()}, {"by", call.caller.username}});
  json::Object out;
  out.set("action", request.named->name);
  out.set("done", std::move(done));
  out.set("exceptions", std::move(exceptions));
  out.set("more", more);
  return ok(json::Value(std::move(out)));
}

}  // namespace

Actor actor_of(const access::Caller& caller) {
  return {.by = AnsweredBy::User,
          .user = caller.user,
          .username = caller.username,
          .via = ActionSource::Api,
          .integration = {},
          .reason = {}};
}

std::vector<Endpoint> group_action_endpoints() {
  std::vector<Endpoint> endpoints;
  for (const NamedAction& named : actions()) {
    endpoints.push_back({.path = "/alert_groups/{id}/" + std::string(named.name) + "/",
                         .operations = {{"POST", named.summary, Permission::AlertGroupsWrite,
                                         Write([&named](const Call& call, engine::Batch& batch) {
                                           return act(call, batch, named);
                                         }),
                                         200, Operation::Answers::Nothing}}});
  }
  endpoints.push_back(
      {.path = "/alert_groups/bulk/",
       .operations = {{"POST",
                       "Acknowledge, resolve, silence or restart many alert groups: {action, ids or filter, "
                       "delay}; answers {action, done, exceptions: [{id, reason}], more}",
                       Permission::AlertGroupsWrite, Write(act_in_bulk), 200, Operation::Answers::Other}}});
  return endpoints;
}

Operation delete_group_operation() {
  return {"DELETE",
          "Wipe an alert group, or delete it with {\"mode\": \"delete\"}",
          Permission::AlertGroupsWrite,
          Write(remove),
          204,
          Operation::Answers::Nothing};
}

}  // namespace tocsin::api
