#include "edge/api/group_actions.h"

#include "domain/grouping/refusals.h"
#include "engine/groups.h"
#include "store/alert_groups.h"

namespace tocsin::api {
namespace {

using access::Permission;
using grouping::GroupAction;

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

}  // namespace

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
