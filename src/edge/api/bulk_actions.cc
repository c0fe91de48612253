#include "edge/api/bulk_actions.h"

#include <algorithm>

#include "domain/grouping/refusals.h"
#include "edge/api/group_actions.h"
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

constexpr std::size_t kMostInBulk = 5000;  // in one request
// In one transaction: alerts that arrive meanwhile wait for no more than this.
constexpr std::size_t kStep = 30;

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

class BulkWrite : public LongWrite {
 public:
  explicit BulkWrite(std::shared_ptr<const Call> call) : call_(std::move(call)) {}

  Result<void> step(engine::Batch& batch) override {
    done_now_.clear();
    exceptions_now_.clear();
    if (begun_ == 0) {
      TRY_AS(request_, read_bulk(*call_, batch.db));
      more_ = request_.groups.size() > kMostInBulk;
      if (more_) request_.groups.resize(kMostInBulk);
    }
    end_ = std::min(begun_ + kStep, request_.groups.size());
    Actor actor = actor_of(call_->caller);
    actor.reason = "Bulk action " + std::string(request_.named->name);
    const bool notes_required = store::resolution_note_required(batch.db);
    for (std::size_t at = begun_; at < end_; ++at) act(batch, request_.groups[at], actor, notes_required);
    if (is_last()) {
      batch.log.info("alert groups changed in bulk", {{"action", request_.named->name},
                                                      {"alert_groups", done_.size() + done_now_.size()},
                                                      {"by", call_->caller.username}});
    }
    return {};
  }

  std::optional<http::Response> committed() override {
    begun_ = end_;
    std::move(done_now_.begin(), done_now_.end(), std::back_inserter(done_));
    std::move(exceptions_now_.begin(), exceptions_now_.end(), std::back_inserter(exceptions_));
    if (!is_last()) return std::nullopt;
    json::Object out;
    out.set("action", request_.named->name);
    out.set("done", std::move(done_));
    out.set("exceptions", std::move(exceptions_));
    out.set("more", more_);
    return ok(json::Value(std::move(out)));
  }

 private:
  void act(engine::Batch& batch, const AlertGroupId& id, const Actor& actor, bool notes_required) {
    const auto group = store::lock_group(batch.db, id);
    const auto reason =
        group ? left_out(batch.db, *request_.named, *group, notes_required) : std::optional("Not found.");
    if (reason) {
      exceptions_now_.push_back(
          json::Object{{"id", json::Value(id.str())}, {"reason", json::Value(*reason)}});
      return;
    }
    engine::apply_to_group(batch, id, request_.command, actor);
    done_now_.emplace_back(id.str());
  }
  bool is_last() const { return end_ == request_.groups.size(); }

  std::shared_ptr<const Call> call_;
  BulkRequest request_;
  bool more_ = false;
  std::size_t begun_ = 0, end_ = 0;  // groups before begun_ are committed
  json::Array done_, exceptions_;
  json::Array done_now_, exceptions_now_;  // of the step that is not committed yet
};

}  // namespace

Endpoint bulk_actions_endpoint() {
  return {
      .path = "/alert_groups/bulk/",
      .operations = {{"POST",
                      "Acknowledge, resolve, silence or restart many alert groups: {action, ids or filter, "
                      "delay}; answers {action, done, exceptions: [{id, reason}], more}",
                      Permission::AlertGroupsWrite, BeginLongWrite([](std::shared_ptr<const Call> call) {
                        return std::make_unique<BulkWrite>(std::move(call));
                      }),
                      200, Operation::Answers::Other}}};
}

}  // namespace tocsin::api
